package io.github.rewrite4j.examples.scenes;

import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.examples.scenes.DrawnScene.Place;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Where a part of known look stands in a picture: where drawing it once more would change the least. */
public final class PartFinder {
    private final List<Candidate> candidates;

    PartFinder(List<Candidate> candidates) {
        this.candidates = List.copyOf(candidates);
    }

    /** A place, and the part there. */
    record Candidate(Place place, Template template) {}

    /** Numbers of a picture, colours first, and how much each counts; those that do not count are left out. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Template(int[] at, float[] value, float[] weight) {
        static Template of(INDArray picture, Mask mask) {
            float[] numbers = picture.dup('c').data().asFloat();
            int plane = mask.height() * mask.width();
            List<Integer> counting = new ArrayList<>();
            for (int i = 0; i < numbers.length; i++) {
                if (weight(mask, i % plane) > 0.5) {
                    counting.add(i);
                }
            }
            int[] at = counting.stream().mapToInt(Integer::intValue).toArray();
            float[] value = new float[at.length];
            float[] weight = new float[at.length];
            for (int i = 0; i < at.length; i++) {
                value[i] = numbers[at[i]];
                weight[i] = weight(mask, at[i] % plane);
            }
            return new Template(at, value, weight);
        }

        private static float weight(Mask mask, int pixel) {
            return mask.value(pixel / mask.width(), pixel % mask.width());
        }

        double distance(float[] numbers) {
            double sum = 0;
            double of = 0;
            for (int i = 0; i < at.length; i++) {
                sum += weight[i] * Math.abs(numbers[at[i]] - value[i]);
                of += weight[i];
            }
            return sum / of;
        }
    }

    /**
     * The best place.
     *
     * @param place where it is
     * @param distance mean absolute difference there, of colours in [-1, 1]
     */
    public record Found(Place place, double distance) {}

    /** Looks at all places. The picture is [3, H, W] in [-1, 1]. */
    public Found find(INDArray picture) {
        float[] numbers = picture.dup('c').data().asFloat();
        Candidate best = candidates.get(0);
        double least = Double.POSITIVE_INFINITY;
        for (Candidate candidate : candidates) {
            double distance = candidate.template().distance(numbers);
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return new Found(best.place(), least);
    }
}
