package io.github.rewrite4j.samediff.composition;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.WeightDelta;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Makes one patch out of several. */
public final class Patches {
    private Patches() {}

    /**
     * One patch that does what all of them do together when a generator carries them: the changes of each weight added up.
     * Low-rank changes keep their directions side by side, so that ranks add; with a dense one the sum is dense. Nothing mends
     * what the patches do to each other, see {@link #compose}.
     *
     * @param patches with their strengths, at least one; those of strength 0 count for nothing
     * @throws io.github.rewrite4j.FingerprintMismatchException when they were made for different generators
     * @throws IllegalArgumentException when none is left
     */
    public static Patch sum(List<AppliedPatch> patches) {
        List<AppliedPatch> counted =
                patches.stream().filter(applied -> applied.strength() != 0).toList();
        if (counted.isEmpty()) {
            throw new IllegalArgumentException("There is no patch of a strength other than 0 to add up.");
        }
        String base = counted.get(0).patch().baseFingerprint();
        Map<String, List<Part>> byWeight = new LinkedHashMap<>();
        for (AppliedPatch applied : counted) {
            String other = applied.patch().baseFingerprint();
            if (!other.equals(base)) {
                throw new io.github.rewrite4j.FingerprintMismatchException("One of these patches", other, base);
            }
            for (WeightDelta delta : applied.patch().deltas()) {
                byWeight.computeIfAbsent(delta.weight(), weight -> new ArrayList<>())
                        .add(new Part(delta, applied.strength()));
            }
        }
        List<WeightDelta> deltas = new ArrayList<>();
        byWeight.forEach((weight, parts) -> deltas.add(sum(weight, parts)));
        String parts = counted.stream()
                .map(applied -> applied.patch().id() + " x " + applied.strength())
                .collect(Collectors.joining(", "));
        return new Patch(base, deltas, Map.of("strategy", "sum", "parts", parts));
    }

    /** A change with its strength. */
    private record Part(WeightDelta delta, double strength) {}

    private static WeightDelta sum(String weight, List<Part> parts) {
        if (parts.stream().allMatch(part -> part.delta instanceof WeightDelta.LowRank)) {
            List<INDArray> lefts = new ArrayList<>();
            List<INDArray> rights = new ArrayList<>();
            for (Part part : parts) {
                WeightDelta.LowRank low = (WeightDelta.LowRank) part.delta;
                lefts.add(low.left().muli(part.strength));
                rights.add(low.right());
            }
            return new WeightDelta.LowRank(
                    weight,
                    Nd4j.concat(1, lefts.toArray(INDArray[]::new)),
                    Nd4j.concat(0, rights.toArray(INDArray[]::new)));
        }
        INDArray sum = parts.get(0).delta.toDense().muli(parts.get(0).strength);
        for (Part part : parts.subList(1, parts.size())) {
            sum.addi(part.delta.toDense().muli(part.strength));
        }
        return new WeightDelta.Dense(weight, sum);
    }

    /**
     * One patch in whose images each patch draws what it draws alone; see {@link PatchComposition}, whose defaults this uses.
     *
     * @param generator that they were learnt for
     * @param patches at least two, each of which says what it was learnt on
     * @throws io.github.rewrite4j.RewriteException when a patch does not say which samples it was learnt on
     */
    public static Patch compose(Generator generator, List<Patch> patches) {
        Objects.requireNonNull(generator, "generator");
        return PatchComposition.standard()
                .compose(
                        generator,
                        patches.stream()
                                .map(patch -> new AppliedPatch(patch, 1))
                                .toList(),
                        RewriteListener.SILENT)
                .patch();
    }
}
