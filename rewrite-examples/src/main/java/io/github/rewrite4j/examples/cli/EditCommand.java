package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.EditFile;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.MaskFiles;
import io.github.rewrite4j.edit.Method;
import io.github.rewrite4j.edit.OriginalEditFile;
import io.github.rewrite4j.edit.Plan;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.examples.AvatarEdits.NamedEdit;
import io.github.rewrite4j.examples.EditRun;
import io.github.rewrite4j.examples.WrittenEdit;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.recipe.Recipe;
import io.github.rewrite4j.samediff.condition.ConditionalEffect;
import io.github.rewrite4j.samediff.condition.ShareOfSamples;
import io.github.rewrite4j.samediff.layers.ChosenLayer;
import io.github.rewrite4j.samediff.layers.LayerChoice;
import io.github.rewrite4j.samediff.metric.EditMetrics;
import io.github.rewrite4j.samediff.strategy.InImagesRewrite;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import io.github.rewrite4j.samediff.strategy.PasteCurve;
import io.github.rewrite4j.samediff.strategy.PlannedRewrite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "edit",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Carries out an edit: before.png, after.png, compare.png, patch.safetensors, report.json.",
        footerHeading = "%nThe edit is a JSON file:%n",
        footer = {
            "  {",
            "    \"layer\": \"layer5\",",
            "    \"rank\": 3,",
            "    \"strategy\": \"low-rank\",              (or in-images, joint-objective, closed-form, unit-ablation)",
            "    \"solver\": \"levenberg-marquardt\",     (or adam, projected-gradient)",
            "    \"directions\": \"zca\",                 (or mean, svd)",
            "    \"gamma\": 0.2,                        (weight of other keys)",
            "    \"object\": {\"sample\": 22, \"region\": \"ellipse(32, 10, 11, 9)\"},",
            "    \"paste\": [{\"sample\": 7, \"region\": \"ellipse(32, 10, 11, 9)\"}],",
            "    \"context\": [{\"samples\": [2, 6, 11, 16], \"region\": \"ellipse(32, 10, 11, 9)\"}],",
            "    \"fresh\": 200                         (images to measure on)",
            "  }",
            "closed-form has form (ridge, exact, rome, memit), keys (channels, patches) and weight, unit-ablation has share,",
            "in-images (trained until images show the object) has shown, steps and rank; joint-objective (trained for the pastes and",
            "against any other change) has target (features, images), weight and steps, and takes \"layer4..layer6\" as a layer.",
            "An object from pictures: \"strategy\": \"out-of-domain\", exemplars [{\"image\": \"cap.png\"}], and goals, context,",
            "width, centre, steps. A rule that edited inputs show: \"transplant\", pairs [{shown, wanted, region}], by {\"rank\": 1}.",
            "Something that should go: \"erase\", example, context, share, times.",
            "Layer, rank, object and paste are required. \"samples\" is a list or a range, \"10-20\"; they are of seed"
                    + " 1 unless \"seed\" stands beside them.",
            "Instead of a sample, \"inputs\" names inputs of your own: a file, \"latent.safetensors\", or a picture for each",
            "input, {\"image\": \"face.png\"}, where an input may be a region, {\"region\": \"full()\"}.",
            "Regions: ellipse(x, y, half width, half height), rectangle(x, y, width, height), polygon(x, y, ...),",
            "full(), png(mask.png), pngAlpha(cut.png); then .grown(px), .moved(dx, dy), .inverted(),",
            ".union(...), .minus(...), .intersect(...). Files are relative to the JSON file and in its folder.",
            "",
            "A file of the original interface (object, paste, key) is carried out with --layer and --rank.",
            "",
            "Examples:",
            "  rewrite edit --edit rewrite-examples/edits/bun.json --out bun",
            "  rewrite edit --edit rewrite-examples/edits/bun.json --auto --out bun",
            "  rewrite edit --edit rewrite-examples/edits/moustache.json --patch bun/patch.safetensors --out both",
            "  rewrite edit --edit rewrite-examples/edits/twenty/neck.json --together"
                    + " rewrite-examples/edits/twenty/cheek-left.json --out two"
        })
final class EditCommand extends RecipeCommand {
    @Option(names = "--edit", paramLabel = "EDIT.json", required = true, description = "What to rewrite; see below.")
    private Path edit = Path.of("");

    @Mixin
    private PatchOptions patches = new PatchOptions();

    @Mixin
    private StackingOptions stacking = new StackingOptions();

    @Mixin
    private ConditionOptions conditions = new ConditionOptions();

    @Option(
            names = "--layer",
            paramLabel = "NAME",
            description =
                    "Layer for a file of the original interface, which names none; auto tries the edit at all layers"
                            + " and takes the best, as \"layer\": \"auto\" in an edit does.")
    private String layer = "";

    @Option(
            names = "--rank",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            description = "Rank for a file of the original interface.")
    private int rank;

    @Option(
            names = "--auto",
            description =
                    "Chooses layer, rank and strategy by trying, whatever the edit says of them, and shows the object"
                            + " on 256 samples: more than one paste or a change along its context reaches.")
    private boolean auto;

    @Option(
            names = "--strategy",
            paramLabel = "NAME",
            description =
                    "Carries an edit of copy and paste out by another strategy, with its usual settings: low-rank,"
                            + " in-images, joint-objective, closed-form, unit-ablation.")
    private String strategy = "";

    @Option(
            names = "--masks",
            paramLabel = "inside|anywhere",
            defaultValue = "inside",
            description = "Which files the edit may name as masks: those in its own folder (default), or any; for edits"
                    + " that you trust.")
    private Masks masks = Masks.inside;

    /** Where masks may lie. */
    enum Masks {
        inside,
        anywhere
    }

    EditCommand(Console console) {
        super(console);
    }

    private MaskFiles maskFiles() {
        return masks == Masks.anywhere ? MaskFiles.ANYWHERE : MaskFiles.INSIDE_FOLDER;
    }

    private Plan plan() throws IOException {
        boolean original = OriginalEditFile.isOne(edit);
        boolean told = !layer.isEmpty() || rank != 0;
        if (auto && told) {
            throw new WrongUsageException("--auto chooses layer and rank: leave --layer and --rank out.");
        }
        if (!original) {
            if (told) {
                throw new WrongUsageException("--layer and --rank are for files of the original interface, but " + edit
                        + " says both itself: change them there.");
            }
            return EditFile.plan(edit, maskFiles());
        }
        Edit parts = OriginalEditFile.read(edit);
        if (auto) {
            return EditPlan.of(parts, LayerChoice.AUTO, 1);
        }
        if (layer.isEmpty() || rank == 0) {
            throw new WrongUsageException(
                    edit + " is a file of the original interface: it names no layer and no rank. Add --layer NAME"
                            + " ('rewrite layers' lists them) and --rank N, for example --layer layer5 --rank 3.");
        }
        return EditPlan.of(parts, layer, rank);
    }

    /** None is passed over because of another. */
    private void requireThatOptionsGoTogether() {
        boolean another = !strategy.isEmpty();
        if (auto && another) {
            throw new WrongUsageException("--auto chooses the strategy: leave --strategy out.");
        }
        if (conditions.given() && (auto || stacking.given() || (another && !strategy.equals("in-images")))) {
            throw new WrongUsageException("A rule for some images only is learnt in images, by itself: leave --auto,"
                    + " --together and --keep-earlier out, and any --strategy but in-images.");
        }
        if (stacking.isJoint() && another) {
            throw new WrongUsageException(
                    "Edits that are solved together say their strategy themselves: leave --strategy out.");
        }
    }

    private EditPlan byStrategy(EditPlan read) {
        if (auto) {
            return new EditPlan(read.edit(), LayerChoice.AUTO, Method.InImages.standard(), read.freshSamples());
        }
        if (strategy.isEmpty() || strategy.equals(read.method().strategy())) {
            return read;
        }
        try {
            return read.by(Method.usual(strategy));
        } catch (IllegalArgumentException none) {
            throw new WrongUsageException(String.valueOf(none.getMessage()));
        }
    }

    @Override
    void run(Generator generator, Path out) throws IOException {
        requireThatOptionsGoTogether();
        Plan any = plan();
        if (!(any instanceof EditPlan read)) {
            if (conditions.given()) {
                throw new WrongUsageException("Which images an object is put on can be said of copied ones here, and of"
                        + " those from pictures by 'rewrite paste', but " + edit + " is neither.");
            }
            if (stacking.given()) {
                throw new WrongUsageException(
                        "--together and --keep-earlier are for edits that copy and paste, but " + edit + " does not.");
            }
            if (auto || !strategy.isEmpty()) {
                throw new WrongUsageException((auto ? "--auto" : "--strategy")
                        + " is for edits that copy and paste, but " + edit + " does not.");
            }
            ChosenLayer choice = console().watching(listener -> ChosenLayer.of(generator, any, listener));
            carryOut(generator, choice, out);
            return;
        }
        if (stacking.isJoint()) {
            carryOutTogether(generator, read, out);
            return;
        }
        if (conditions.given()) {
            carryOutForSome(generator, read, out);
            return;
        }
        EditPlan given = byStrategy(read);
        LayerChoice choice = null;
        if (LayerChoice.isWanted(given.layer())) {
            choice = console().watching(listener -> LayerChoice.of(generator, given, listener));
            console().note(choice.reason());
        }
        EditPlan plan = choice == null ? given : choice.applied(given);
        String name = StackingOptions.name(edit);
        NamedEdit named = new NamedEdit(name, name, plan, List.of());
        Underlay underlay = Underlay.of(generator, patches.load());
        StackFindings findings;
        EditRun run;
        WrittenEdit written;
        try (Generator under = underlay.open()) {
            run = console()
                    .watching(listener -> EditRun.of(
                            under,
                            named,
                            stacking.strategy(PlannedRewrite.memory(under, plan), plan, seed(), listener.part(0, 0.1)),
                            seed(),
                            listener.part(0.1, 1)));
            findings = underlay.with(run.rewrite().patch(), seed());
            Recipe recipe = recipe();
            written = console().watching(listener -> run.carrying(recipe).write(out, "", listener));
            Facts.Builder report = Facts.builder().putAll(written.facts()).putAll(findings.facts());
            if (choice != null) {
                report.put("layerChoice", choice.facts());
            }
            pastesThatWouldDo(under, plan, run.rewrite().report()).ifPresent(curve -> {
                report.put("pasteCurve", curve.facts());
                console().note(curve.sentence());
            });
            report.put("generator", under.spec()).build().write(out.resolve("report.json"));
        }
        console().say("%s", run.rewrite().report());
        findings.lines().forEach(line -> console().say("%s", line));
        console().say("written to %s: patch.safetensors (%,d bytes), compare.png", out, written.patchBytes());
    }

    /** A rule for some images only, learnt in images over the layers that can tell them apart. */
    private void carryOutForSome(Generator generator, EditPlan read, Path out) throws IOException {
        Underlay underlay = Underlay.of(generator, patches.load());
        try (Generator under = underlay.open()) {
            AssociativeMemory memory = OutOfDomainRewrite.conditionalMemoryOf(under);
            Method.InImages method = read.method() instanceof Method.InImages said ? said : Method.InImages.standard();
            EditPlan plan = new EditPlan(read.edit(), memory.spec().name(), method, read.freshSamples());
            Region place = plan.edit().pastes().get(0).region();
            ShareOfSamples.Sides sides =
                    console().watching(listener -> conditions.sides(under, memory, place, method.shown(), listener));
            InImagesRewrite conditional = InImagesRewrite.standard()
                    .shownOn(sides.fires(), sides.stays())
                    .evaluatedOn(0, seed());
            InImagesRewrite strategy =
                    method.steps() == InImagesRewrite.DEFAULT_STEPS ? conditional : conditional.steps(method.steps());
            String name = StackingOptions.name(edit);
            NamedEdit named = new NamedEdit(name, name, plan, List.of());
            EditRun run = console().watching(listener -> EditRun.of(under, named, strategy, seed(), listener));
            ConditionalEffect effect = console()
                    .watching(listener -> conditions.measured(
                            under,
                            memory,
                            run.rewrite().patch(),
                            plan.edit(),
                            Math.max(1, plan.freshSamples()),
                            seed(),
                            listener));
            Recipe recipe = recipe();
            WrittenEdit written =
                    console().watching(listener -> run.carrying(recipe).write(out, "", listener));
            Facts.builder()
                    .putAll(written.facts())
                    .put("condition", effect.facts())
                    .put("generator", under.spec())
                    .build()
                    .write(out.resolve("report.json"));
            console().say("%s", effect);
        }
        console().say("written to %s: patch.safetensors, compare.png", out);
    }

    /** How many pastes would do, where one was given and did not get far, and not since it had to leave earlier rules alone. */
    private Optional<PasteCurve> pastesThatWouldDo(Generator generator, EditPlan plan, RewriteReport report) {
        if (!(plan.method() instanceof Method.LowRank low)
                || stacking.keepsEarlier()
                || plan.edit().pastes().size() > 1
                || report.fresh().isEmpty()
                || report.fresh().get().success() >= PasteCurve.MODEST
                || !plan.edit().subjects().equals(plan.edit().samples())) {
            return Optional.empty();
        }
        return Optional.of(console()
                .watching(listener -> PasteCurve.of(
                        PlannedRewrite.memory(generator, plan),
                        PlannedRewrite.lowRank(low),
                        plan.edit(),
                        report.fresh().get(),
                        seed(),
                        listener)));
    }

    /** Several edits of one layer in one system. */
    private void carryOutTogether(Generator generator, EditPlan first, Path out) throws IOException {
        if (auto || LayerChoice.isWanted(first.layer())) {
            throw new WrongUsageException("Edits that are solved together name their layer: leave --auto out, and say"
                    + " \"layer\" in each of them.");
        }
        List<EditPlan> plans = stacking.plans(first, maskFiles());
        Underlay underlay = Underlay.of(generator, patches.load());
        try (Generator under = underlay.open()) {
            JointRun run =
                    console().watching(listener -> JointRun.of(under, plans, stacking.names(edit), seed(), listener));
            StackFindings findings = underlay.with(run.rewrite().patch(), seed());
            console().cancellation().check("drawing");
            Facts.builder()
                    .putAll(run.write(out, recipe()))
                    .putAll(findings.facts())
                    .put("generator", under.spec())
                    .build()
                    .write(out.resolve("report.json"));
            console().say("%s", run.rewrite().report());
            run.lines().forEach(line -> console().say("%s", line));
            findings.lines().forEach(line -> console().say("%s", line));
        }
        console().say("written to %s: patch.safetensors, compare.png", out);
    }

    /** A plan that does not copy and paste. */
    private void carryOut(Generator generator, ChosenLayer choice, Path out) throws IOException {
        Plan plan = choice.plan();
        Underlay underlay = Underlay.of(generator, patches.load());
        try (Generator under = underlay.open()) {
            PlanRun run = console().watching(listener -> PlanRun.of(under, plan, seed(), listener));
            StackFindings findings = underlay.with(run.rewrite().patch(), seed());
            console().cancellation().check("drawing");
            Facts.Builder report = Facts.builder().putAll(run.write(out, recipe()));
            if (!choice.reason().isEmpty()) {
                report.put("layerChoice", choice.facts());
                console().note(choice.reason());
            }
            report.putAll(findings.facts())
                    .put("generator", under.spec())
                    .build()
                    .write(out.resolve("report.json"));
            console().say("%s", run.rewrite().report());
            findings.lines().forEach(line -> console().say("%s", line));
        }
        console().say("written to %s: patch.safetensors, compare.png", out);
    }

    @Override
    EditMetrics measured(Generator generator, Patch patch, int samples, long seed) throws IOException {
        try (Generator under = Underlay.of(generator, patches.load()).open()) {
            Plan any = plan();
            return any instanceof EditPlan plan
                    ? EditRun.measured(under, plan, patch, samples, seed)
                    : PlanRun.measured(under, any, patch, samples, seed);
        }
    }
}
