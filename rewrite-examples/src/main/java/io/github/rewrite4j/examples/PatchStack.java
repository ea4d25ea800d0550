package io.github.rewrite4j.examples;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Several patches over one generator. Immutable; generators in between are closed as soon as they are not needed. */
public final class PatchStack {
    private final Generator base;
    private final List<AppliedPatch> patches;

    private PatchStack(Generator base, List<AppliedPatch> patches) {
        this.base = base;
        this.patches = List.copyOf(patches);
    }

    /** No patch yet. The generator stays the caller's. */
    public static PatchStack on(Generator generator) {
        return new PatchStack(generator, List.of());
    }

    /**
     * One more.
     *
     * @throws io.github.rewrite4j.FingerprintMismatchException when the patch was made for another generator
     */
    public PatchStack and(Patch patch, double strength) {
        patch.requireFits(base.spec());
        List<AppliedPatch> more = new ArrayList<>(patches);
        more.add(new AppliedPatch(patch, strength));
        return new PatchStack(base, more);
    }

    /** Several more. */
    public PatchStack and(List<AppliedPatch> others) {
        PatchStack stack = this;
        for (AppliedPatch other : others) {
            stack = stack.and(other.patch(), other.strength());
        }
        return stack;
    }

    /** The patches, in order. */
    public List<AppliedPatch> patches() {
        return patches;
    }

    /** A generator with all patches in force, also without any; the caller closes it. */
    public Generator open() {
        Generator current = base.withSampler(base.sampler());
        for (AppliedPatch applied : patches) {
            try (Generator under = current) {
                current = under.with(applied.patch(), applied.strength());
            }
        }
        return current;
    }

    /** Images with all patches in force. */
    public INDArray generate(Inputs inputs) {
        try (Generator all = open()) {
            return all.generate(inputs);
        }
    }

    /** Mean |after - before| over all numbers. */
    public static double meanAbsoluteChange(INDArray before, INDArray after) {
        INDArray change = after.castTo(DataType.DOUBLE).sub(before.castTo(DataType.DOUBLE));
        return change.norm1Number().doubleValue() / change.length();
    }

    /** A copy of the first few images. */
    public static INDArray first(INDArray images, int count) {
        return images.get(NDArrayIndex.interval(0, Math.min(count, images.size(0))))
                .dup('c');
    }
}
