package io.github.rewrite4j.examples;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.edit.Erasure;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.strategy.EditCompiler;
import io.github.rewrite4j.samediff.strategy.RankOneErase;
import io.github.rewrite4j.samediff.strategy.UnitAblation;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The watermark experiment of Bau et al. (2020) on the bundled generator: a mark is written into its weights, then taken away
 * by a rule of rank one with 10 % of a layer's units once and with 5 % twice, and by switching 5 % and 10 % of the units off.
 * Arguments: the directory to write to ({@code target/rewrite/watermark}), the number of units that carry the mark (5), steps
 * to write it in (160), fresh samples to measure on (64).
 */
public final class MeasureWatermark {
    private static final String WRITTEN = "layer4";
    private static final String READ = "layer5";
    private static final int CONTEXTS = 8;
    private static final int SHOWN = 8;
    private static final double SEEN = 0.3;
    private static final int MARGIN = 4;

    private MeasureWatermark() {}

    /** Runs. */
    public static void main(String[] args) throws IOException {
        ComputeThreads.use(ComputeThreads.configured());
        Path out = Path.of(args.length > 0 ? args[0] : "target/rewrite/watermark");
        int units = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        int steps = args.length > 2 ? Integer.parseInt(args[2]) : 160;
        int samples = args.length > 3 ? Integer.parseInt(args[3]) : 64;
        try (Generator clean = BundledGenerator.load()) {
            Path file = out.resolve("watermark.safetensors");
            Patch mark = Files.exists(file)
                    ? Patch.load(file)
                    : Watermark.in(clean, WRITTEN, READ, units, steps, RewriteListener.SILENT);
            mark.save(file);
            try (Generator marked = clean.with(mark);
                    Inputs inputs = clean.sample(samples, 2)) {
                Map<String, Map<String, Double>> facts = new LinkedHashMap<>();
                Pictures pictures = new Pictures(clean.generate(inputs), marked.generate(inputs));
                ContactSheet.Builder sheet = ContactSheet.titled("A watermark, taken away")
                        .row("without it", PatchStack.first(pictures.clean, SHOWN))
                        .row("given", PatchStack.first(pictures.marked, SHOWN));
                facts.put("none", pictures.facts(pictures.marked));
                AssociativeMemory memory = marked.memory(READ);
                for (Map.Entry<String, Patch> way : ways(memory).entrySet()) {
                    try (Generator erased = marked.with(way.getValue())) {
                        INDArray images = erased.generate(inputs);
                        facts.put(way.getKey(), pictures.facts(images));
                        sheet.row(way.getKey(), PatchStack.first(images, SHOWN));
                    }
                }
                facts.putAll(asMuchGone(marked, memory, pictures, inputs, facts));
                facts.forEach((way, numbers) -> System.out.println(way + ": " + numbers));
                Json.write(out.resolve("watermark.json"), facts);
                sheet.footer("samples of seed 2; " + units + " units of " + WRITTEN + " carry the mark; taken away at "
                                + READ)
                        .build()
                        .write(out.resolve("watermark.png"));
            }
        }
    }

    /** How many units must be switched off until as many pixels are gone, at most nine in ten, and what that does elsewhere. */
    private static Map<String, Map<String, Double>> asMuchGone(
            Generator marked,
            AssociativeMemory memory,
            Pictures pictures,
            Inputs inputs,
            Map<String, Map<String, Double>> facts) {
        double wanted = facts.values().stream()
                .mapToDouble(numbers -> numbers.getOrDefault("pixelsGone", 0.0))
                .max()
                .orElse(0);
        Map<String, Map<String, Double>> last = Map.of();
        for (double share : new double[] {0.2, 0.3, 0.4, 0.5, 0.7, 0.9}) {
            int[] off = UnitAblation.ofShare(share)
                    .units(memory, EditCompiler.context(memory, erasure().asEdit()));
            try (Generator erased = marked.with(UnitAblation.switchedOff(memory, off))) {
                Map<String, Double> numbers = pictures.facts(erased.generate(inputs));
                last = Map.of("units off, " + Math.round(100 * share) + " %", numbers);
                if (numbers.getOrDefault("pixelsGone", 0.0) >= wanted) {
                    return last;
                }
            }
        }
        return last;
    }

    /** What is marked, on samples of seed 1. */
    static Erasure erasure() {
        List<Selection> shown = IntStream.range(0, CONTEXTS)
                .mapToObj(i -> new Selection(Sample.of(i), Watermark.region()))
                .toList();
        return new Erasure(shown.get(0), shown);
    }

    private static Map<String, Patch> ways(AssociativeMemory memory) {
        Erasure erasure = erasure();
        Map<String, Patch> ways = new LinkedHashMap<>();
        ways.put("rule, 10 % once", rule(memory, erasure, 0.1, 1));
        ways.put("rule, 5 % twice", rule(memory, erasure, 0.05, 2));
        for (double share : new double[] {0.05, 0.1}) {
            int[] off = UnitAblation.ofShare(share).units(memory, EditCompiler.context(memory, erasure.asEdit()));
            ways.put("units off, " + Math.round(100 * share) + " %", UnitAblation.switchedOff(memory, off));
        }
        return ways;
    }

    private static Patch rule(AssociativeMemory memory, Erasure erasure, double share, int times) {
        return RankOneErase.ofShare(share)
                .times(times)
                .rewrite(memory, erasure, RewriteListener.SILENT)
                .patch();
    }

    /** The same samples without and with the mark. */
    record Pictures(INDArray clean, INDArray marked) {
        /** The share of the pixels of the mark that are gone. */
        double gone(INDArray erased) {
            return facts(erased).getOrDefault("pixelsGone", 0.0);
        }

        /**
         * The share of the pixels that the mark changed by more than .3 which are nearer to what they were than to the
         * mark; how much of the change under the mark is undone; and the change elsewhere. Of a range of 2.
         */
        Map<String, Double> facts(INDArray erased) {
            Mask mask = Watermark.region().onImage((int) clean.size(2), (int) clean.size(3));
            Mask around = mask.dilated(MARGIN);
            float[] a = HostArrays.of(clean);
            float[] b = HostArrays.of(marked);
            float[] c = HostArrays.of(erased);
            int plane = mask.height() * mask.width();
            double was = 0;
            double left = 0;
            double outside = 0;
            long seen = 0;
            long gone = 0;
            long cells = 0;
            for (int at = 0; at < a.length / 3; at++) {
                int p = at % plane;
                double mark = 0;
                double rest = 0;
                double change = 0;
                for (int channel = 0; channel < 3; channel++) {
                    int i = (at / plane * 3 + channel) * plane + p;
                    mark += Math.abs(clipped(b[i]) - clipped(a[i])) / 3;
                    rest += Math.abs(clipped(c[i]) - clipped(a[i])) / 3;
                    change += Math.abs(clipped(c[i]) - clipped(b[i])) / 3;
                }
                if (mask.value(p / mask.width(), p % mask.width()) > 0) {
                    was += mark;
                    left += rest;
                    seen += mark > SEEN ? 1 : 0;
                    gone += mark > SEEN && rest < mark / 2 ? 1 : 0;
                } else if (around.value(p / mask.width(), p % mask.width()) == 0) {
                    outside += change;
                    cells++;
                }
            }
            Map<String, Double> facts = new LinkedHashMap<>();
            facts.put("pixelsGone", (double) gone / Math.max(1, seen));
            facts.put("undone", 1 - left / was);
            facts.put("changeElsewhere", outside / cells);
            return facts;
        }

        private static double clipped(float value) {
            return Math.max(-1, Math.min(1, value));
        }
    }
}
