package io.github.rewrite4j.samediff.composition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.FingerprintMismatchException;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.samediff.Avatars;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The laws of adding patches up, over many random ones. */
class PatchesTest {
    private static final int DRAWS = 250;

    private static INDArray random(Random random, long... shape) {
        int length = 1;
        for (long size : shape) {
            length *= (int) size;
        }
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Nd4j.create(values, shape, 'c');
    }

    /** Of one to three weights, each low-rank or dense. */
    private static Patch patch(Random random, boolean mayBeDense) {
        List<WeightDelta> deltas = new ArrayList<>();
        List<String> weights = new ArrayList<>(List.of("a", "b", "c"));
        Collections.shuffle(weights, random);
        for (String weight : weights.subList(0, 1 + random.nextInt(3))) {
            if (mayBeDense && random.nextInt(3) == 0) {
                deltas.add(new WeightDelta.Dense(weight, random(random, 2, 3, 1, 2)));
            } else {
                int rank = 1 + random.nextInt(2);
                deltas.add(new WeightDelta.LowRank(weight, random(random, 2, rank, 1, 2), random(random, rank, 3)));
            }
        }
        return new Patch("base", deltas, Map.of());
    }

    private static List<AppliedPatch> patches(Random random, boolean mayBeDense) {
        List<AppliedPatch> patches = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            patches.add(new AppliedPatch(patch(random, mayBeDense), random.nextInt(9) / 4.0 - 1));
        }
        patches.add(new AppliedPatch(patch(random, mayBeDense), 1));
        return patches;
    }

    /** All changes by weight, in full. */
    private static Map<String, INDArray> dense(List<AppliedPatch> patches) {
        Map<String, INDArray> sums = new HashMap<>();
        for (AppliedPatch applied : patches) {
            for (WeightDelta delta : applied.patch().deltas()) {
                sums.merge(delta.weight(), delta.toDense().mul(applied.strength()), INDArray::add);
            }
        }
        return sums;
    }

    private static void assertSame(Map<String, INDArray> sums, Map<String, INDArray> expected) {
        expected.forEach((weight, change) -> {
            INDArray sum = sums.get(weight);
            double distance = sum == null ? change.norm2Number().doubleValue() : sum.distance2(change);
            assertThat(distance).as(weight).isLessThan(1e-4);
        });
        sums.forEach((weight, change) -> {
            if (!expected.containsKey(weight)) {
                assertThat(change.norm2Number().doubleValue()).as(weight).isLessThan(1e-4);
            }
        });
    }

    private static Map<String, INDArray> summed(List<AppliedPatch> patches) {
        return dense(List.of(new AppliedPatch(Patches.sum(patches), 1)));
    }

    @Test
    void aSumChangesWeightsAsAllPatchesTogetherInAnyOrder() {
        Random random = new Random(11);
        for (int draw = 0; draw < DRAWS; draw++) {
            List<AppliedPatch> patches = patches(random, true);
            Map<String, INDArray> sum = summed(patches);
            assertSame(sum, dense(patches));
            List<AppliedPatch> others = new ArrayList<>(patches);
            Collections.shuffle(others, random);
            assertSame(summed(others), sum);
        }
    }

    @Test
    void ranksAddExactly() {
        Random random = new Random(12);
        for (int draw = 0; draw < DRAWS; draw++) {
            List<AppliedPatch> patches = patches(random, false);
            Map<String, Integer> ranks = new HashMap<>();
            patches.stream()
                    .filter(applied -> applied.strength() != 0)
                    .flatMap(applied -> applied.patch().deltas().stream())
                    .forEach(delta -> ranks.merge(delta.weight(), delta.rank(), Integer::sum));
            for (WeightDelta delta : Patches.sum(patches).deltas()) {
                assertThat(delta).isInstanceOf(WeightDelta.LowRank.class);
                assertThat(delta.rank()).isEqualTo(ranks.get(delta.weight()));
            }
        }
    }

    @Test
    void nothingOneAndTheOppositeAreWhatTheyAreForNumbers() {
        Random random = new Random(13);
        for (int draw = 0; draw < DRAWS; draw++) {
            Patch patch = patch(random, true);
            Patch other = patch(random, true);
            AppliedPatch once = new AppliedPatch(patch, 1);
            assertSame(summed(List.of(once)), dense(List.of(once)));
            assertThat(Patches.sum(List.of(once, new AppliedPatch(other, 0))).id())
                    .isEqualTo(Patches.sum(List.of(once)).id());
            summed(List.of(once, new AppliedPatch(patch, -1))).values().forEach(change -> assertThat(
                            change.norm2Number().doubleValue())
                    .isLessThan(1e-5));
            assertSame(
                    summed(List.of(once, new AppliedPatch(other, 1), new AppliedPatch(other, -1))),
                    dense(List.of(once)));
            AppliedPatch half = new AppliedPatch(patch, 0.5);
            assertSame(summed(List.of(half, half)), dense(List.of(once)));
        }
    }

    @Test
    void whatCannotBeAddedIsRefused() {
        Patch patch = patch(new Random(1), true);
        Patch foreign = new Patch("other", patch.deltas(), Map.of());
        assertThatThrownBy(() -> Patches.sum(List.of())).hasMessageContaining("no patch");
        assertThatThrownBy(() -> Patches.sum(List.of(new AppliedPatch(patch, 0))))
                .hasMessageContaining("no patch");
        assertThatThrownBy(() -> Patches.sum(List.of(new AppliedPatch(patch, 1), new AppliedPatch(foreign, 1))))
                .isInstanceOf(FingerprintMismatchException.class);
    }

    @Test
    void aGeneratorDrawsTheSumAsItDrawsTheStack() {
        try (Generator avatars = Avatars.load();
                Inputs inputs = avatars.sample(2, 3)) {
            Patch one = Avatars.patch(avatars, "layer5", 1);
            Patch two = Avatars.patch(avatars, "layer5", 2);
            Patch three = Avatars.patch(avatars, "layer6", 3);
            Patch sum = Patches.sum(
                    List.of(new AppliedPatch(one, 1), new AppliedPatch(two, -0.5), new AppliedPatch(three, 2)));
            try (Generator first = avatars.with(one);
                    Generator second = first.with(two, -0.5);
                    Generator stack = second.with(three, 2);
                    Generator added = avatars.with(sum)) {
                assertThat(added.generate(inputs)
                                .sub(stack.generate(inputs))
                                .amaxNumber()
                                .doubleValue())
                        .isLessThan(1e-3);
            }
        }
    }
}
