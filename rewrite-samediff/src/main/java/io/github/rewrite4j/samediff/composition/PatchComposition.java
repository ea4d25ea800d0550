package io.github.rewrite4j.samediff.composition;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.PatchSamples;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.memory.ImageTraining;
import io.github.rewrite4j.samediff.tape.TrainingLoop;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Composes patches that were learnt apart, low-rank and trained ones of any layers, into one.
 *
 * <p>It starts with their sum and trains all weights from the layer before the first that any of them changes to the one behind
 * the last, by the images: on the samples that a patch was
 * learnt on, and on fresh ones, each pixel is to show what the patch that changes it most draws there alone, and what none of
 * them changes visibly is to stay as it was. So each patch's effect on its own samples is the goal, and the
 * others' and the generator's own images are what is preserved. Both are measured on samples that it did not see. Immutable; each method
 * returns a changed copy.
 */
public final class PatchComposition {
    /** Samples of each patch's own that are looked at. */
    private static final int OWN = 16;

    private static final int FRESH = 96;
    private static final long FRESH_SEED = 6;

    /** Layers that are trained before and behind those that the patches change. */
    private static final int BESIDE = 1;

    private static final long MEASURED_SEED = 2;

    private final int steps;
    private final double rate;
    private final int measured;

    private PatchComposition(int steps, double rate, int measured) {
        this.steps = steps;
        this.rate = rate;
        this.measured = measured;
    }

    /** 160 steps of 8 samples, measured on 48. */
    public static PatchComposition standard() {
        return new PatchComposition(160, 0.02, 48);
    }

    /** Steps of Adam, at least one. */
    public PatchComposition steps(int number) {
        if (number < 1) {
            throw new IllegalArgumentException(
                    "A composition takes at least one step, but was to take " + number + ".");
        }
        return new PatchComposition(number, rate, measured);
    }

    /** Learning rate over the root mean square of each weight, 0.02 by default. */
    public PatchComposition rate(double relative) {
        if (!(relative > 0 && relative < 1)) {
            throw new IllegalArgumentException(
                    "The rate lies between 0 and 1, usually 0.02, but was " + relative + ".");
        }
        return new PatchComposition(steps, relative, measured);
    }

    /** Fresh images to measure on, at least one. */
    public PatchComposition evaluatedOn(int samples) {
        if (samples < 1) {
            throw new IllegalArgumentException(
                    "A composition is measured on at least one image, not on " + samples + ".");
        }
        return new PatchComposition(steps, rate, samples);
    }

    /**
     * Composes.
     *
     * @param generator that they were learnt for
     * @param patches with their strengths, at least two
     * @throws RewriteException when a patch does not say what it was learnt on, or changes a layer that this generator does not list
     * @throws io.github.rewrite4j.FingerprintMismatchException when a patch was made for another generator
     * @throws io.github.rewrite4j.RewriteCancelledException when the listener says stop
     */
    public Composed compose(Generator generator, List<AppliedPatch> patches, RewriteListener listener) {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(patches, "patches");
        Objects.requireNonNull(listener, "listener");
        if (patches.size() < 2) {
            throw new IllegalArgumentException(
                    "A composition needs at least two patches, but got " + patches.size() + ".");
        }
        patches.forEach(applied -> applied.patch().requireFits(generator.spec()));
        List<PatchSamples> learnt = new ArrayList<>();
        for (int i = 0; i < patches.size(); i++) {
            learnt.add(samplesOf(patches.get(i).patch(), i + 1));
        }
        long started = System.nanoTime();
        Drawings shown = drawings(generator, patches, learnt, listener.part(0, 0.2));
        Patch sum = Patches.sum(patches);
        AssociativeMemory memory = memory(generator, sum);
        ImageTraining training =
                new ImageTraining(memory, memory.with(sum), memory.weights().keySet(), shown.samples(), shown);
        TrainingLoop.Curve curve = training.run(Stage.COMPOSING, steps, rate, listener.part(0.2, 0.9));
        Map<String, String> notes = Map.of(
                "layer", memory.spec().name(),
                "strategy", "composition",
                "parts", Named.in(sum.notes(), "parts"));
        Patch patch = Patch.learntAt(
                memory.spec(),
                training.changes(),
                PatchSamples.of(shown.samples()).map(all -> all.among(notes)).orElse(notes));
        return measured(generator, patches, patch, sum, curve, started, listener.part(0.9, 1));
    }

    private static PatchSamples samplesOf(Patch patch, int place) {
        return PatchSamples.of(patch)
                .orElseThrow(
                        () -> new RewriteException(
                                "Patch " + place + " (" + patch.id().substring(0, 12)
                                        + ") does not say which samples it was learnt on, so that nobody knows what of it has to be kept: learn it"
                                        + " again with this version, which notes them, or add it to the others with Patches.sum."));
    }

    private static Drawings drawings(
            Generator generator, List<AppliedPatch> patches, List<PatchSamples> learnt, ProgressListener listener) {
        List<Sample> samples = new ArrayList<>();
        List<Integer> own = new ArrayList<>();
        Set<Sample> met = new LinkedHashSet<>();
        for (int i = 0; i < learnt.size(); i++) {
            List<Sample> all = learnt.get(i).samples();
            // Spread over all, which are in order.
            int count = Math.min(OWN, all.size());
            for (int k = 0; k < count; k++) {
                Sample sample = all.get((int) ((long) k * all.size() / count));
                if (met.add(sample)) {
                    samples.add(sample);
                    own.add(i);
                }
            }
        }
        for (Sample sample : Sample.range(FRESH_SEED, 0, FRESH)) {
            samples.add(sample);
            own.add(-1);
        }
        listener.report(Stage.DRAWING.saying("drawing each patch alone"), 0, 1);
        Drawings drawings = Drawings.of(generator, patches, samples, own);
        listener.report(Stage.DRAWING.saying("drawing each patch alone"), 1, 1);
        return drawings;
    }

    /** From the layer before the first that is changed to the one behind the last: one layer alone has no room for many. */
    private static AssociativeMemory memory(Generator generator, Patch sum) {
        Set<String> weights = sum.deltas().stream().map(WeightDelta::weight).collect(Collectors.toSet());
        List<Layer> layers = generator.layers().stream()
                .filter(layer -> weights.contains(layer.weight()))
                .toList();
        if (layers.size() != weights.size()) {
            weights.removeAll(layers.stream().map(Layer::weight).collect(Collectors.toSet()));
            throw new RewriteException("The patches change " + weights + ", which no layer of this generator has.");
        }
        List<Layer> all = generator.layers();
        int first = Math.max(0, all.indexOf(layers.get(0)) - BESIDE);
        int last = Math.min(all.size() - 1, all.indexOf(layers.get(layers.size() - 1)) + BESIDE);
        return generator.memory(all.get(first).name(), all.get(last).name());
    }

    private Composed measured(
            Generator generator,
            List<AppliedPatch> patches,
            Patch patch,
            Patch sum,
            TrainingLoop.Curve curve,
            long started,
            ProgressListener listener) {
        listener.report(Stage.MEASURING, 0, 1);
        List<Sample> samples = Sample.range(MEASURED_SEED, 0, measured);
        Drawings fresh = Drawings.of(
                generator, patches, samples, samples.stream().map(sample -> -1).toList());
        float[] composed = drawn(generator, patch, samples);
        float[] added = drawn(generator, sum, samples);
        List<OptionalDouble> kept = new ArrayList<>();
        List<OptionalDouble> keptBySum = new ArrayList<>();
        for (int i = 0; i < patches.size(); i++) {
            kept.add(fresh.kept(i, composed));
            keptBySum.add(fresh.kept(i, added));
        }
        listener.report(Stage.MEASURING, 1, 1);
        return new Composed(
                patch,
                kept,
                keptBySum,
                fresh.elsewhere(composed),
                fresh.elsewhere(added),
                curve.start(),
                curve.end(),
                (System.nanoTime() - started) / 1e9);
    }

    private static float[] drawn(Generator generator, Patch patch, List<Sample> samples) {
        try (Generator all = generator.with(patch);
                Inputs inputs = generator.sampler().at(samples)) {
            return Drawings.drawn(all, inputs);
        }
    }
}
