package io.github.rewrite4j.samediff.generator.internal;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Generator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A weight that is to be found in a file by its name and its numbers.
 *
 * @param name as the generator calls it
 * @param base [out, in, kernel height, kernel width] without any patch
 * @param now with the patches in force
 * @param patched whether any of them changes it
 */
public record PatchedWeight(String name, INDArray base, INDArray now, boolean patched) {
    public PatchedWeight {
        Objects.requireNonNull(name, "name");
        base = base.dup('c');
        now = now.dup('c');
    }

    /** A copy of the numbers without patches. */
    @Override
    public INDArray base() {
        return base.dup('c');
    }

    /** A copy of the numbers in force. */
    @Override
    public INDArray now() {
        return now.dup('c');
    }

    /** All editable weights of a generator. */
    public static List<PatchedWeight> of(Generator generator) {
        Map<String, INDArray> now = EffectiveWeights.of(generator);
        List<PatchedWeight> weights = new ArrayList<>();
        EffectiveWeights.unpatched(generator)
                .forEach((name, base) -> weights.add(
                        new PatchedWeight(name, base, now.getOrDefault(name, base), isPatched(generator, name))));
        return weights;
    }

    private static boolean isPatched(Generator generator, String weight) {
        return generator.patches().stream()
                .map(AppliedPatch::patch)
                .flatMap(patch -> patch.deltas().stream())
                .anyMatch(delta -> delta.weight().equals(weight));
    }

    /**
     * The numbers in force in the order in which a file stores this weight, if it does.
     *
     * @param stored numbers of a tensor of the file
     * @return empty when they are not those of the base, as they lie or with inputs and outputs in the other order
     */
    public Optional<float[]> replacing(float[] stored) {
        if (stored.length != base.length()) {
            return Optional.empty();
        }
        if (Arrays.equals(stored, numbers(base))) {
            return Optional.of(numbers(now));
        }
        return Arrays.equals(stored, numbers(base.permute(1, 0, 2, 3)))
                ? Optional.of(numbers(now.permute(1, 0, 2, 3)))
                : Optional.empty();
    }

    private static float[] numbers(INDArray array) {
        return array.dup('c').data().asFloat();
    }
}
