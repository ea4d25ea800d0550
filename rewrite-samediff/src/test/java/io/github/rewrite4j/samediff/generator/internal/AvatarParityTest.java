package io.github.rewrite4j.samediff.generator.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.Differences;
import io.github.rewrite4j.samediff.GoldenFile;
import io.github.rewrite4j.samediff.graph.internal.Program;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Activations of the avatar generator against an independent implementation in float64. */
class AvatarParityTest {
    private static final GoldenFile PARITY = Avatars.parity();
    private static Generator avatars;

    @BeforeAll
    static void load() {
        avatars = Avatars.load();
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    private static Inputs inputs(double truncation) {
        INDArray z = PARITY.array("z");
        return Inputs.of(Map.of(
                "z",
                z,
                "truncation",
                Nd4j.createFromArray(new float[] {(float) truncation, (float) truncation, (float) truncation})
                        .reshape(3, 1)));
    }

    private static void assertClose(INDArray actual, INDArray expected) {
        assertThat(Differences.largest(actual, expected) / Math.max(1, Differences.magnitude(expected)))
                .isLessThan(1e-4);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
    void keysAndValuesOfALayerAreThoseOfTheReference(int layer) {
        AssociativeMemory memory = avatars.memory("layer" + layer);
        Keys keys = memory.keys(inputs(1));
        assertClose(keys.tensor(), PARITY.array("layer" + layer + ".key"));
        assertClose(memory.values(keys).tensor(), PARITY.array("layer" + layer + ".value"));
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 8})
    void valuesOfTheFineLayersAreThoseOfTheReference(int layer) {
        AssociativeMemory memory = avatars.memory("layer" + layer);
        INDArray values = memory.values(memory.keys(inputs(1))).tensor();
        assertClose(values.get(NDArrayIndex.interval(0, 2)), PARITY.array("layer" + layer + ".value.first2"));
    }

    @Test
    void imagesAreThoseOfTheReference() {
        assertThat(Differences.largest(avatars.generate(inputs(1)), PARITY.array("image")))
                .isLessThan(1e-4);
    }

    @Test
    void mappedLatentsAreThoseOfTheReferenceWithAndWithoutTruncation() {
        Program program = ((GraphGenerator) avatars).model().program();
        for (double psi : new double[] {1, 0.7}) {
            INDArray w = program.run(inputs(psi).arrays(), List.of("w")).get("w");
            assertClose(w, PARITY.array(psi == 1 ? "w" : "w.truncated0.7"));
        }
    }
}
