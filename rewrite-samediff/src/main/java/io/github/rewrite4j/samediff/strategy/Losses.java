package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.samediff.graph.internal.Program;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * How far a memory is from what an edit asks for, before and after: mean absolute distance over all places where the edit
 * asks, on all samples that it shows itself. It does not depend on the strategy nor on what that minimises.
 *
 * @param before of the memory as it was
 * @param after of the rewritten one
 */
record Losses(double before, double after) {
    /** |goal - value| over the cells of a rule. */
    static Losses of(AssociativeMemory memory, AssociativeMemory rewritten, Rule rule) {
        return new Losses(RuleLoss.of(memory, rule), RuleLoss.of(rewritten, rule));
    }

    /**
     * |composite - image| of clipped images, over the pixels under the mask of every exemplar on every context, or of each
     * context's own. Draws each context twice.
     */
    static Losses of(AssociativeMemory memory, AssociativeMemory rewritten, ExemplarEdit edit) {
        List<? extends Subject> contexts = edit.contexts();
        Sum before = new Sum();
        Sum after = new Sum();
        for (int from = 0; from < contexts.size(); from += Program.BATCH) {
            List<? extends Subject> part = contexts.subList(from, Math.min(from + Program.BATCH, contexts.size()));
            try (Inputs inputs = Subject.inputs(part, memory.sampler());
                    Keys keys = memory.keys(inputs);
                    Values values = memory.values(keys);
                    Values changed = rewritten.values(keys);
                    INDArray unedited = memory.decode(values);
                    INDArray edited = rewritten.decode(changed)) {
                int height = Math.toIntExact(unedited.size(2));
                int width = Math.toIntExact(unedited.size(3));
                for (int e = 0;
                        e < (edit.paired() ? part.size() : edit.exemplars().size());
                        e++) {
                    Exemplar exemplar = edit.exemplars().get(edit.paired() ? from + e : e);
                    Exemplar fitting = exemplar.resizedTo(height, width);
                    INDArray shownOn = edit.paired() ? row(unedited, e) : unedited;
                    float[] goal = HostArrays.of(fitting.compositeOn(shownOn));
                    float[] mask = HostArrays.of(fitting.mask().toArray());
                    before.add(HostArrays.of(shownOn), goal, mask);
                    after.add(HostArrays.of(edit.paired() ? row(edited, e) : edited), goal, mask);
                }
            }
        }
        return new Losses(before.mean(), after.mean());
    }

    private static INDArray row(INDArray images, int number) {
        return images.get(NDArrayIndex.interval(number, number + 1)).dup('c');
    }

    /** What is left of the distance: 0 nothing, 1 all of it. */
    double residual() {
        if (before == 0) {
            return after == 0 ? 0 : Double.POSITIVE_INFINITY;
        }
        return after / before;
    }

    /** Of absolute differences of images in [-1, 1] under a mask. */
    private static final class Sum {
        private double total;
        private long count;

        void add(float[] images, float[] goal, float[] mask) {
            for (int i = 0; i < images.length; i++) {
                if (mask[i % mask.length] > 0) {
                    total += Math.abs(clipped(images[i]) - clipped(goal[i]));
                    count++;
                }
            }
        }

        private static double clipped(float value) {
            return Math.max(-1, Math.min(1, value));
        }

        double mean() {
            return total / count;
        }
    }
}
