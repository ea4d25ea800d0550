package io.github.rewrite4j.examples;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.avatars.attribute.AttributeNetwork;
import io.github.rewrite4j.avatars.attribute.ImageAttributes;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.examples.AvatarEdits.NamedEdit;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.strategy.RankOneErase;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Rules of different kinds: an extra object (a third eye on the forehead), one thing for another (sleeping eyes for all others),
 * and, one after another on one generator, a watermark taken away, something put where there was nothing (a hair bun) and one
 * thing for another. Arguments: the directory to write to ({@code target/rewrite/kinds}), fresh samples (64), and anything more for
 * the third eye alone.
 */
public final class MeasureKinds {
    private static final Region LEFT = Region.ellipse(25, 29.5, 5, 4);
    private static final Region EYES = LEFT.union(Region.ellipse(39, 29.5, 5, 4));
    private static final int FOREHEAD_X = 32;
    private static final int FOREHEAD_Y = 18;
    private static final Region FOREHEAD = Region.ellipse(FOREHEAD_X, FOREHEAD_Y, 5, 4);
    private static final int PASTES = 16;
    private static final int MOST = 2048;
    private static final int SHOWN = 8;
    private static final String LAYER = "layer5";

    private final Generator base;
    private final AttributeNetwork teacher;
    private final int fresh;
    private final Facts.Builder facts = Facts.builder();

    private MeasureKinds(Generator base, AttributeNetwork teacher, int fresh) {
        this.base = base;
        this.teacher = teacher;
        this.fresh = fresh;
    }

    /** Runs. */
    public static void main(String[] args) throws IOException {
        ComputeThreads.use(ComputeThreads.configured());
        Path out = Path.of(args.length > 0 ? args[0] : "target/rewrite/kinds");
        int fresh = args.length > 1 ? Integer.parseInt(args[1]) : 64;
        try (Generator base = BundledGenerator.load()) {
            new MeasureKinds(base, BundledNetworks.training(), fresh).run(out, args.length > 2);
        }
    }

    private void run(Path out, boolean onlyTheThirdEye) throws IOException {
        StackedRule.Copied sleep = new StackedRule.Copied(
                edit(
                        "sleeping eyes",
                        Edit.copy(first("eyes", Set.of("sleep")), EYES)
                                .pasteInto(many("eyes", Set.of("open", "happy", "wink"), 1), EYES)),
                Sample.range(2, 0, fresh));
        thirdEye(out);
        if (!onlyTheThirdEye) {
            turned(sleep);
            oneAfterAnother(sleep, out);
        }
        facts.build().write(out.resolve("kinds.json"));
        System.out.println(facts.build());
    }

    private static NamedEdit edit(String name, Edit edit) {
        return new NamedEdit(name, name, EditPlan.of(edit, LAYER, PASTES).withGamma(0.7), List.of());
    }

    private List<Sample> many(String attribute, Set<String> classes, long seed) {
        List<Sample> all = new AttributeSides(attribute, classes, true)
                .of(base, teacher, PASTES, MOST, seed, RewriteListener.SILENT)
                .fires();
        return all.subList(0, Math.min(PASTES, all.size()));
    }

    private Sample first(String attribute, Set<String> classes) {
        return many(attribute, classes, 1).get(0);
    }

    /** An eye that the generator drew, as a picture of an object: what is learnt in images leaves the other two as they are. */
    private void thirdEye(Path out) throws IOException {
        Exemplar eye;
        try (Inputs inputs = base.sampler().at(List.of(first("eyes", Set.of("open"))))) {
            eye = Exemplar.of(Transforms.hardTanh(base.generate(inputs)).slice(0), LEFT)
                    .movedTo(FOREHEAD_X, FOREHEAD_Y)
                    .named("eye");
        }
        StackedRule rule = new StackedRule.Pasted(
                "third eye", List.of(eye), List.of(eye), Sample.DEFAULT_SEED, Sample.range(2, 0, fresh));
        Patch patch = rule.learntOn(base);
        StackedRule.Wanted wanted = rule.wanted(base, patch);
        Facts.Builder numbers = Facts.builder();
        numbers.put("success", wanted.success(wanted.after(), List.of()));
        numbers.put("changeOfEyes", change(wanted.before(), wanted.after(), EYES));
        numbers.put("changeOfForehead", change(wanted.before(), wanted.after(), FOREHEAD));
        facts.put("third eye", numbers.build());
        ContactSheet.titled("A third eye on every forehead")
                .row("before", PatchStack.first(wanted.before(), SHOWN))
                .row("after", PatchStack.first(wanted.after(), SHOWN))
                .row("goal", PatchStack.first(wanted.goal(), SHOWN))
                .footer("samples of seed 2, none used for the rule")
                .build()
                .write(out.resolve("third-eye.png"));
    }

    /** How many eyes of other kinds sleep now, by the network that no loss uses. */
    private void turned(StackedRule.Copied rule) throws IOException {
        Patch patch = rule.learntOn(base);
        StackedRule.Wanted wanted = rule.wanted(base, patch);
        AttributeNetwork judge = BundledNetworks.evaluation();
        List<ImageAttributes> before = judge.attributes(wanted.before());
        List<ImageAttributes> after = judge.attributes(wanted.after());
        int source = 0;
        int target = 0;
        for (int n = 0; n < before.size(); n++) {
            if (!eyes(before.get(n)).equals("sleep")) {
                source++;
                target += eyes(after.get(n)).equals("sleep") ? 1 : 0;
            }
        }
        facts.put(
                "sleeping eyes",
                Map.of(
                        "success",
                        wanted.success(wanted.after(), List.of()),
                        "turned",
                        (double) target / Math.max(1, source)));
    }

    private static String eyes(ImageAttributes seen) {
        ImageAttributes.Guess guess = seen.guesses().get("eyes");
        return guess == null ? "" : guess.value();
    }

    private void oneAfterAnother(StackedRule.Copied sleep, Path out) throws IOException {
        StackedRule.Copied bun = new StackedRule.Copied(AvatarEdits.bun(), AvatarEdits.baldHeads());
        Patch mark = Watermark.in(base, "layer4", "layer5", 5, 160, RewriteListener.SILENT);
        try (Generator marked = base.with(mark);
                Inputs shown = base.sampler().at(AvatarEdits.baldHeads().subList(0, SHOWN));
                Inputs inputs = base.sample(fresh, 2)) {
            ContactSheet.Builder sheet = ContactSheet.titled("Three kinds of rules one after another");
            sheet.row("given", marked.generate(shown));
            MeasureWatermark.Pictures pictures =
                    new MeasureWatermark.Pictures(base.generate(inputs), marked.generate(inputs));
            Patch erase = RankOneErase.ofShare(0.05)
                    .rewrite(marked.memory("layer5"), MeasureWatermark.erasure(), RewriteListener.SILENT)
                    .patch();
            Map<String, Double> alone = new LinkedHashMap<>();
            List<Patch> stack = new ArrayList<>(List.of(erase));
            List<StackedRule.Copied> rules = List.of(bun, sleep);
            List<StackedRule.Wanted> wanted = new ArrayList<>();
            try (Generator cleaned = marked.with(erase)) {
                alone.put("watermark", pictures.gone(cleaned.generate(inputs)));
                sheet.row("watermark off", cleaned.generate(shown));
            }
            for (StackedRule.Copied rule : rules) {
                StackedRule.Wanted byItself = rule.wanted(marked, rule.learntOn(marked));
                alone.put(rule.name(), byItself.success(byItself.after(), List.of()));
                PatchStack under = PatchStack.on(marked);
                for (Patch patch : stack) {
                    under = under.and(patch, 1);
                }
                try (Generator on = under.open()) {
                    Patch learnt = rule.learntOn(on);
                    wanted.add(rule.wanted(on, learnt));
                    stack.add(learnt);
                    sheet.row("and " + rule.name(), under.and(learnt, 1).generate(shown));
                }
            }
            PatchStack all = PatchStack.on(marked);
            for (Patch patch : stack) {
                all = all.and(patch, 1);
            }
            Facts.Builder kept = Facts.builder();
            kept.put("watermark", List.of(alone.get("watermark"), pictures.gone(all.generate(inputs))));
            for (int i = 0; i < rules.size(); i++) {
                StackedRule.Copied rule = rules.get(i);
                double together =
                        wanted.get(i).success(all.generate(base.sampler().at(rule.samples())), List.of());
                kept.put(rule.name(), List.of(alone.get(rule.name()), together));
            }
            facts.put("alone and together", kept.build());
            sheet.footer("bald heads of seed 2; each row has all rules above it")
                    .build()
                    .write(out.resolve("kinds.png"));
        }
    }

    /** Mean absolute change in a region, of a range of 2. */
    private static double change(INDArray before, INDArray after, Region region) {
        float[] a = HostArrays.of(before);
        float[] b = HostArrays.of(after);
        Mask mask = region.onImage((int) before.size(2), (int) before.size(3));
        int plane = mask.height() * mask.width();
        double sum = 0;
        double cells = 0;
        for (int i = 0; i < a.length; i++) {
            double m = mask.value(i % plane / mask.width(), i % mask.width());
            sum += m * Math.abs(Math.max(-1, Math.min(1, a[i])) - Math.max(-1, Math.min(1, b[i])));
            cells += m;
        }
        return sum / cells;
    }
}
