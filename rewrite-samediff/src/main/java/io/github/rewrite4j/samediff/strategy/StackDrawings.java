package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.PatchReference;
import io.github.rewrite4j.io.internal.FreeMemory;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The same inputs drawn with any of several patches; each combination once. Images are clipped to [-1, 1]. */
final class StackDrawings {
    private final Generator base;
    private final List<AppliedPatch> stack;
    private final Inputs inputs;
    private final int channels;
    private final int plane;
    private final Map<BitSet, float[]> drawn = new HashMap<>();

    StackDrawings(Generator base, List<AppliedPatch> stack, Inputs inputs) {
        stack.forEach(applied -> applied.patch().requireFits(base.spec()));
        this.base = base;
        this.stack = List.copyOf(stack);
        this.inputs = inputs;
        this.channels = base.spec().imageChannels();
        this.plane = base.spec().imageHeight() * base.spec().imageWidth();
        double drawings = Math.min(Math.pow(2, stack.size()), 3.0 * stack.size() + 1);
        FreeMemory.require(
                "Drawing " + inputs.size() + " images with each combination of " + stack.size() + " patches",
                drawings * inputs.size() * channels * plane * Float.BYTES);
    }

    int size() {
        return stack.size();
    }

    int samples() {
        return inputs.size();
    }

    /** Pixels of an image. */
    int plane() {
        return plane;
    }

    /** The pixel [N, H, W] that a number of the images belongs to. */
    int pixel(int number) {
        return number / (channels * plane) * plane + number % plane;
    }

    /** All of them. */
    BitSet all() {
        BitSet all = new BitSet();
        all.set(0, stack.size());
        return all;
    }

    /** Those of the stack that a patch was learnt on, not counting itself. */
    BitSet below(int patch) {
        BitSet below = new BitSet();
        for (PatchReference needed : stack.get(patch).patch().learntOn()) {
            for (int other = 0; other < stack.size(); other++) {
                if (other != patch && stack.get(other).patch().id().equals(needed.id())) {
                    below.set(other);
                }
            }
        }
        return below;
    }

    /** Those of the stack that a patch was learnt on, and those that were learnt on it. */
    Set<Integer> learntWith(int patch) {
        Set<Integer> together = new HashSet<>();
        for (int other = 0; other < stack.size(); other++) {
            if (below(patch).get(other) || below(other).get(patch)) {
                together.add(other);
            }
        }
        return together;
    }

    List<PatchReference> missing(int patch) {
        return stack.get(patch).patch().missingAmong(stack);
    }

    /** Images with some of the patches, [N, C, H, W] row-major; not to be changed. */
    float[] with(BitSet patches) {
        return drawn.computeIfAbsent((BitSet) patches.clone(), this::draw);
    }

    private float[] draw(BitSet patches) {
        Generator current = base;
        try {
            for (int i = patches.nextSetBit(0); i >= 0; i = patches.nextSetBit(i + 1)) {
                Generator next = current.with(stack.get(i).patch(), stack.get(i).strength());
                if (current != base) {
                    current.close();
                }
                current = next;
            }
            float[] images;
            try (INDArray generated = current.generate(inputs)) {
                images = HostArrays.of(generated);
            }
            for (int i = 0; i < images.length; i++) {
                images[i] = Math.max(-1f, Math.min(1f, images[i]));
            }
            return images;
        } finally {
            if (current != base) {
                current.close();
            }
        }
    }
}
