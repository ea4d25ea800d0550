package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.Method;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.recipe.Recipe;
import io.github.rewrite4j.samediff.strategy.EditPreview;
import io.github.rewrite4j.samediff.strategy.JointRewrite;
import io.github.rewrite4j.samediff.strategy.PlannedRewrite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Several edits solved in one system, and what each of them reaches. */
final class JointRun {
    private static final int SHOWN = 10;

    private final Generator generator;
    private final List<EditPlan> plans;
    private final List<String> names;
    private final long seed;
    private final Rewrite rewrite;
    private final List<RewriteReport.FreshSamples> reached;

    private JointRun(
            Generator generator,
            List<EditPlan> plans,
            List<String> names,
            long seed,
            Rewrite rewrite,
            List<RewriteReport.FreshSamples> reached) {
        this.generator = generator;
        this.plans = plans;
        this.names = names;
        this.seed = seed;
        this.rewrite = rewrite;
        this.reached = reached;
    }

    static JointRun of(
            Generator generator, List<EditPlan> plans, List<String> names, long seed, RewriteListener listener) {
        EditPlan first = plans.get(0);
        Method method = first.method();
        if (!(method instanceof Method.LowRank) && !(method instanceof Method.ClosedForm)) {
            throw new WrongUsageException(
                    "Edits are solved together by low-rank or closed-form, but these say " + method.strategy() + ".");
        }
        JointRewrite strategy = method instanceof Method.LowRank low
                ? JointRewrite.by(PlannedRewrite.lowRank(low))
                : JointRewrite.by(PlannedRewrite.closedForm((Method.ClosedForm) method));
        AssociativeMemory memory = PlannedRewrite.memory(generator, first);
        List<Edit> edits = plans.stream().map(EditPlan::edit).toList();
        Rewrite rewrite = strategy.rewrite(memory, edits, listener.part(0, 0.8));
        List<RewriteReport.FreshSamples> reached = new ArrayList<>();
        for (EditPlan plan : plans) {
            reached.add(EditPreview.of(memory, rewrite.patch(), plan.edit(), Math.max(1, plan.freshSamples()), seed)
                    .measure());
        }
        return new JointRun(generator, plans, names, seed, rewrite, reached);
    }

    Rewrite rewrite() {
        return rewrite;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  %s: success %.2f",
                    names.get(i),
                    reached.get(i).success()));
        }
        return lines;
    }

    /** Writes {@code patch.safetensors} and {@code compare.png}. */
    Facts write(Path folder, Recipe recipe) throws IOException {
        Set<Sample> used = new LinkedHashSet<>();
        plans.forEach(plan -> used.addAll(plan.edit().samples()));
        List<Sample> samples = EditPreview.fresh(used, SHOWN, seed);
        try (Inputs inputs = generator.sampler().at(samples);
                Generator rewritten = generator.with(rewrite.patch())) {
            INDArray before = generator.generate(inputs);
            INDArray after = rewritten.generate(inputs);
            Patch patch = rewrite.patch().noting(Map.of(Recipe.NOTE, recipe.note()));
            ContactSheet sheet = ContactSheet.titled(String.join(", ", names) + " together")
                    .columns(
                            samples.stream().map(sample -> "#" + sample.index()).toArray(String[]::new))
                    .row("before", before)
                    .row("after", after)
                    .footer("samples of seed " + seed + ", none used for the edits")
                    .build();
            patch.save(folder.resolve("patch.safetensors"));
            sheet.write(folder.resolve("compare.png"));
        }
        List<Facts> rules = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            rules.add(Facts.builder()
                    .put("edit", names.get(i))
                    .putAll(reached.get(i).facts())
                    .build());
        }
        return Facts.builder()
                .put("seed", seed)
                .putAll(rewrite.report().facts())
                .put("rules", rules)
                .build();
    }
}
