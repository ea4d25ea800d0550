package io.github.rewrite4j.samediff.generator.export;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.io.PrintableText;
import io.github.rewrite4j.samediff.generator.internal.EffectiveWeights;
import io.github.rewrite4j.samediff.graph.internal.Named;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The patch that leads from one generator to another of the same architecture: what somebody's edit or fine-tuning
 * changed in the editable weights.
 *
 * @param patch fits the first generator
 * @param deviation largest difference between images of the second generator and those of the first with the patch, on
 *     a few samples, relative to the largest number in them; near 1e-6 where nothing but editable weights differs
 */
public record PatchExtraction(Patch patch, double deviation) {
    private static final int PROBES = 4;
    /** What float32 loses between two orders of summing. */
    private static final double FAITHFUL = 1e-4;

    public PatchExtraction {
        Objects.requireNonNull(patch, "patch");
    }

    /**
     * Compares two generators. A change of low rank r, seen as [out kh kw, in], is found with that rank, whatever was lost
     * by rounding the sum to float32; others are kept in full.
     *
     * <p>Cost: a singular value decomposition for each weight that differs.
     *
     * @param base what the patch will fit
     * @param changed drawn with other weights; patches in force count
     * @throws RewriteException if layers differ in name or shape, or no editable weight differs
     */
    public static PatchExtraction between(Generator base, Generator changed) {
        Objects.requireNonNull(base, "base");
        Objects.requireNonNull(changed, "changed");
        requireUnpatched(base);
        Map<String, INDArray> before = EffectiveWeights.of(base);
        Map<String, INDArray> after = EffectiveWeights.of(changed);
        requireAlike(before, after);
        List<WeightDelta> deltas = new ArrayList<>();
        before.forEach((name, weight) -> {
            INDArray own = weight.castTo(DataType.DOUBLE);
            INDArray other = Named.in(after, name).castTo(DataType.DOUBLE);
            INDArray change = other.sub(own);
            if (change.amaxNumber().doubleValue() > 0) {
                // A sum rounded to float32 is off by at most half a unit in its last place.
                double noise = Math.ulp(other.amaxNumber().floatValue()) / 2.0;
                deltas.add(Factors.delta(name, change, noise));
            }
        });
        if (deltas.isEmpty()) {
            throw new RewriteException("All editable weights of the two generators are equal: there is no patch between"
                    + " them. They may differ in biases, noise or the mapping, which patches do not change.");
        }
        Patch patch = new Patch(
                base.spec().baseFingerprint(),
                deltas,
                Map.of("strategy", "extracted", "extractedFrom", changed.spec().fingerprint()));
        return new PatchExtraction(patch, deviation(base.with(patch), changed));
    }

    /** Whether the patch explains all of the difference. */
    public boolean isWhole() {
        return deviation <= FAITHFUL;
    }

    /** One sentence for people. */
    public String sentence() {
        String ranks = patch.deltas().stream()
                .map(delta -> PrintableText.name(delta.weight())
                        + (delta instanceof WeightDelta.Dense ? " in full" : " at rank " + delta.rank()))
                .collect(Collectors.joining(", "));
        return "Changed: " + ranks + "."
                + (isWhole()
                        ? ""
                        : String.format(
                                java.util.Locale.ROOT,
                                " The generators also differ in what patches do not change (biases, noise, mapping):"
                                        + " with the patch, images still deviate by %.2g of their largest number.",
                                deviation));
    }

    private static void requireUnpatched(Generator base) {
        if (!base.patches().isEmpty()) {
            throw new RewriteException(
                    "The first generator carries " + base.patches().size()
                            + " patches: give it without them, since patches fit generators as they were loaded.");
        }
    }

    private static void requireAlike(Map<String, INDArray> before, Map<String, INDArray> after) {
        TreeMap<String, String> differences = new TreeMap<>();
        before.forEach((name, weight) -> {
            INDArray other = after.get(name);
            if (other == null) {
                differences.put(name, "missing in the second");
            } else if (!Arrays.equals(weight.shape(), other.shape())) {
                differences.put(name, Arrays.toString(weight.shape()) + " and " + Arrays.toString(other.shape()));
            }
        });
        after.keySet().stream()
                .filter(name -> !before.containsKey(name))
                .forEach(name -> differences.put(name, "missing in the first"));
        if (!differences.isEmpty()) {
            Map.Entry<String, String> first = differences.firstEntry();
            throw new RewriteException("The generators are of different architectures: " + differences.size()
                    + " editable weights differ in name or shape, the first '" + PrintableText.name(first.getKey())
                    + "' (" + first.getValue() + ").");
        }
    }

    private static double deviation(Generator explained, Generator changed) {
        try (explained) {
            Inputs inputs = explained.sample(PROBES, Sample.DEFAULT_SEED);
            INDArray expected = changed.generate(inputs);
            double largest = Math.max(1, expected.amaxNumber().doubleValue());
            return explained.generate(inputs).sub(expected).amaxNumber().doubleValue() / largest;
        }
    }
}
