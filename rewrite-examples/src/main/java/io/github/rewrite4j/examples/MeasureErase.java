package io.github.rewrite4j.examples;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.avatars.attribute.AttributeNetwork;
import io.github.rewrite4j.edit.Erasure;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.examples.study.FineTuned;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.condition.ShareOfSamples;
import io.github.rewrite4j.samediff.dissection.Forcing;
import io.github.rewrite4j.samediff.strategy.EditCompiler;
import io.github.rewrite4j.samediff.strategy.RankOneErase;
import io.github.rewrite4j.samediff.strategy.UnitAblation;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.stats.KeyCovariance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Takes an attribute away from all faces by a rule of rank one at each layer, and at the best one also by switching units off
 * and by fine-tuning towards the same goal. Arguments: the directory to write to ({@code target/rewrite/erased}), fresh samples
 * that show the attribute (100), then attribute, classes (joined by +) and region of what should go; facial hair by default.
 */
public final class MeasureErase {
    private static final int CONTEXTS = 8;
    private static final int MOST = 8192;
    private static final int SHOWN = 8;
    private static final int MARGIN = 4;
    private static final int STEPS = 60;
    private static final double SHARE = 0.1;

    private final Generator avatars;
    private final AttributeNetwork judge;
    private final String attribute;
    private final Set<String> classes;
    private final Region region;
    private final List<Sample> with;
    private final List<Sample> contexts;
    private final Facts.Builder facts = Facts.builder();

    private MeasureErase(
            Generator avatars, AttributeNetwork judge, String attribute, Set<String> classes, Region region, int fresh)
            throws IOException {
        this.avatars = avatars;
        this.judge = judge;
        this.attribute = attribute;
        this.classes = classes;
        this.region = region;
        AttributeSides sides = new AttributeSides(attribute, classes, true);
        this.with =
                sides.of(avatars, judge, fresh, MOST, 2, RewriteListener.SILENT).fires();
        ShareOfSamples.Sides learnt =
                sides.of(avatars, BundledNetworks.training(), CONTEXTS, MOST, 1, RewriteListener.SILENT);
        this.contexts = learnt.fires();
    }

    /** Runs. */
    public static void main(String[] args) throws IOException {
        ComputeThreads.use(ComputeThreads.configured());
        Path out = Path.of(args.length > 0 ? args[0] : "target/rewrite/erased");
        int fresh = args.length > 1 ? Integer.parseInt(args[1]) : 100;
        String attribute = args.length > 4 ? args[2] : "facialHair";
        String classes = args.length > 4 ? args[3] : "beardMustache+goatee+pyramid+soulPatch+walrus";
        String region = args.length > 4 ? args[4] : "ellipse(32, 40, 12, 9)";
        try (Generator avatars = BundledGenerator.load()) {
            new MeasureErase(
                            avatars,
                            BundledNetworks.evaluation(),
                            attribute,
                            Set.of(classes.split("\\+")),
                            Region.parse(region, Path.of("")),
                            fresh)
                    .run(out);
        }
    }

    private void run(Path out) throws IOException {
        List<Selection> marked =
                contexts.stream().map(sample -> new Selection(sample, region)).toList();
        Erasure erasure = new Erasure(marked.get(0), marked);
        ContactSheet.Builder sheet = ContactSheet.titled("Without " + attribute);
        try (Inputs shown = avatars.sampler().at(with.subList(0, Math.min(SHOWN, with.size())))) {
            sheet.row("before", avatars.generate(shown));
            String best = "";
            double least = Double.POSITIVE_INFINITY;
            Patch rule = null;
            for (Layer layer : avatars.layers().subList(2, 7)) {
                Patch patch = RankOneErase.ofShare(SHARE)
                        .rewrite(avatars.memory(layer.name()), erasure, RewriteListener.SILENT)
                        .patch();
                double left = measured("rule at " + layer.name(), patch);
                if (left < least) {
                    least = left;
                    best = layer.name();
                    rule = patch;
                }
            }
            AssociativeMemory memory = avatars.memory(best);
            if (rule != null) {
                row(sheet, "rule at " + best, rule, shown);
            }
            int[] off = UnitAblation.ofShare(SHARE).units(memory, EditCompiler.context(memory, erasure.asEdit()));
            Patch units = UnitAblation.switchedOff(memory, off);
            measured("units off at " + best, units);
            row(sheet, "units off", units, shown);
            KeyCovariance covariance = memory.covariance(300, 1, RewriteListener.SILENT);
            List<Integer> silenced = Arrays.stream(RankOneErase.ofShare(SHARE)
                            .units(covariance, EditCompiler.context(memory, erasure.asEdit())))
                    .boxed()
                    .toList();
            INDArray goal;
            try (Inputs inputs = avatars.sampler().at(contexts)) {
                goal = Forcing.off(silenced).in(region).drawnWithKeys(memory, inputs);
            }
            Patch full = FineTuned.towards(memory, contexts, goal, "full rank", STEPS, RewriteListener.SILENT);
            measured("full rank at " + best, full);
            row(sheet, "full rank", full, shown);
            List<Layer> layers = avatars.layers();
            AssociativeMemory whole = avatars.memory(
                    layers.get(0).name(), layers.get(layers.size() - 1).name());
            Patch all = FineTuned.towards(whole, contexts, goal, "all weights", STEPS, RewriteListener.SILENT);
            measured("all weights", all);
            row(sheet, "all weights", all, shown);
        }
        facts.build().write(out.resolve("erase.json"));
        sheet.footer("samples of seed 2 that show it; " + CONTEXTS + " of seed 1 were marked, " + SHARE
                        + " of the units silenced")
                .build()
                .write(out.resolve("erase.png"));
    }

    private void row(ContactSheet.Builder sheet, String name, Patch patch, Inputs shown) {
        try (Generator changed = avatars.with(patch)) {
            sheet.row(name, changed.generate(shown));
        }
    }

    /** How many of those that show it still do, as a share. */
    private double measured(String name, Patch patch) {
        try (Generator changed = avatars.with(patch);
                Inputs inputs = avatars.sampler().at(with)) {
            INDArray before = avatars.generate(inputs);
            INDArray after = changed.generate(inputs);
            long left = judge.attributes(after).stream()
                    .filter(seen -> {
                        var guess = seen.guesses().get(attribute);
                        return guess != null && classes.contains(guess.value());
                    })
                    .count();
            Facts numbers = Facts.builder()
                    .put("left", (double) left / with.size())
                    .put("changeElsewhere", elsewhere(before, after))
                    .build();
            facts.put(name, numbers);
            System.out.println(name + ":\n" + numbers);
            return (double) left / with.size();
        }
    }

    private double elsewhere(INDArray before, INDArray after) {
        float[] a = HostArrays.of(before);
        float[] b = HostArrays.of(after);
        Mask around = region.onImage((int) before.size(2), (int) before.size(3)).dilated(MARGIN);
        int plane = around.height() * around.width();
        double sum = 0;
        long count = 0;
        for (int i = 0; i < a.length; i++) {
            int p = i % plane;
            if (around.value(p / around.width(), p % around.width()) == 0) {
                sum += Math.abs(Math.max(-1, Math.min(1, a[i])) - Math.max(-1, Math.min(1, b[i])));
                count++;
            }
        }
        return sum / count;
    }
}
