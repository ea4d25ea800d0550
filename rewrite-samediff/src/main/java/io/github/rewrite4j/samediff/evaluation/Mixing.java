package io.github.rewrite4j.samediff.evaluation;

import io.github.rewrite4j.samediff.evaluation.ObjectiveErrors.Judged;
import io.github.rewrite4j.samediff.expansion.AdaptationObjective;
import io.github.rewrite4j.samediff.expansion.TargetObjective;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How well two domains are drawn at once. */
record Mixing(AdaptationObjective first, AdaptationObjective second, ObjectiveErrors errors, long seed) {
    /**
     * Images in some amounts of both domains.
     *
     * @param judged samples they are of
     */
    record Drawn(Judged judged, INDArray images) {}

    /** Draws a mixture, of the samples of an objective, or of all for none. */
    @FunctionalInterface
    interface Mixture {
        Drawn at(Optional<AdaptationObjective> samplesOf, double first, double second);
    }

    Composition measured(String method, Mixture mixture) {
        List<List<Double>> relative = new ArrayList<>();
        for (AdaptationObjective objective : List.of(first, second)) {
            double[] raw = Traversal.AMOUNTS.stream()
                    .mapToDouble(amount -> {
                        Drawn drawn = mixture.at(Optional.of(objective), 1, amount);
                        return errors.mean(objective, drawn.judged, drawn.images);
                    })
                    .toArray();
            relative.add(Arrays.stream(raw).map(error -> error / raw[0]).boxed().toList());
        }
        OptionalDouble firstLeft = OptionalDouble.empty();
        OptionalDouble secondLeft = OptionalDouble.empty();
        if (first instanceof TargetObjective a && second instanceof TargetObjective b) {
            Drawn both = mixture.at(Optional.empty(), 1, 1);
            float[] wanted = targets(a, b, both.judged.reference());
            double left = distance(both.images, wanted);
            firstLeft = OptionalDouble.of(left / distance(mixture.at(Optional.empty(), 0, 1).images, wanted));
            secondLeft = OptionalDouble.of(left / distance(mixture.at(Optional.empty(), 1, 0).images, wanted));
        }
        return new Composition(
                method,
                first.name(),
                second.name(),
                Traversal.AMOUNTS,
                relative.get(0),
                relative.get(1),
                firstLeft,
                secondLeft);
    }

    private float[] targets(TargetObjective a, TargetObjective b, INDArray source) {
        List<TargetObjective> order = a.redrawsAll() && !b.redrawsAll() ? List.of(b, a) : List.of(a, b);
        float[] all = HostArrays.of(source);
        int row = all.length / (int) source.size(0);
        for (int n = 0; n < source.size(0); n++) {
            float[] picture = Arrays.copyOfRange(all, n * row, (n + 1) * row);
            Random random = new Random(seed * 1_000_003 + n);
            for (TargetObjective objective : order) {
                picture = objective.target(picture, (int) source.size(2), (int) source.size(3), random);
            }
            System.arraycopy(picture, 0, all, n * row, row);
        }
        return all;
    }

    private static double distance(INDArray images, float[] wanted) {
        float[] pixels = HostArrays.of(images);
        double sum = 0;
        for (int i = 0; i < pixels.length; i++) {
            sum += Math.abs(pixels[i] - wanted[i]);
        }
        return sum / pixels.length;
    }
}
