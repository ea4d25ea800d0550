package io.github.rewrite4j.samediff.composition;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.WeightDelta;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What holds for sums of patches, whatever they change. */
class PatchSumPropertiesTest {
    private static final int OUT = 3;
    private static final int IN = 4;

    private static INDArray numbers(long seed, long... shape) {
        Random random = new Random(seed);
        float[] values = new float[(int) java.util.Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Nd4j.create(values, shape, 'c');
    }

    @Provide
    Arbitrary<List<AppliedPatch>> several() {
        return Combinators.combine(
                        Arbitraries.longs().between(0, 1_000_000),
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.of("a", "b"),
                        Arbitraries.of(true, false),
                        Arbitraries.doubles().between(-2, 2).ofScale(2).filter(strength -> strength != 0))
                .as((seed, rank, weight, low, strength) -> {
                    WeightDelta delta = low
                            ? new WeightDelta.LowRank(
                                    weight, numbers(seed, OUT, rank, 1, 1), numbers(seed + 1, rank, IN))
                            : new WeightDelta.Dense(weight, numbers(seed, OUT, IN, 1, 1));
                    return new AppliedPatch(new Patch("cd".repeat(32), List.of(delta), Map.of()), strength);
                })
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
    }

    private static double[] total(List<AppliedPatch> patches, String weight) {
        double[] total = new double[OUT * IN];
        for (AppliedPatch applied : patches) {
            for (WeightDelta delta : applied.patch().deltas()) {
                double[] own = delta.toDoubles();
                for (int i = 0; delta.weight().equals(weight) && i < own.length; i++) {
                    total[i] += applied.strength() * own[i];
                }
            }
        }
        return total;
    }

    private static double[] change(Patch patch, String weight) {
        return total(List.of(new AppliedPatch(patch, 1)), weight);
    }

    private static void requireClose(double[] actual, double[] expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isBetween(expected[i] - 1e-4, expected[i] + 1e-4);
        }
    }

    @Property(tries = 400, seed = "2026")
    void aSumDoesWhatItsPatchesDoTogether(@ForAll("several") List<AppliedPatch> patches) {
        Patch sum = Patches.sum(patches);
        for (String weight : List.of("a", "b")) {
            requireClose(change(sum, weight), total(patches, weight));
        }
    }

    @Property(tries = 400, seed = "2026")
    void theOrderDoesNotMatterAndWhatIsTakenAwayIsGone(@ForAll("several") List<AppliedPatch> patches) {
        List<AppliedPatch> turned = new ArrayList<>(patches);
        Collections.reverse(turned);
        List<AppliedPatch> undone = new ArrayList<>(patches);
        patches.forEach(applied -> undone.add(new AppliedPatch(applied.patch(), -applied.strength())));
        for (String weight : List.of("a", "b")) {
            requireClose(change(Patches.sum(turned), weight), change(Patches.sum(patches), weight));
            requireClose(change(Patches.sum(undone), weight), new double[OUT * IN]);
        }
    }
}
