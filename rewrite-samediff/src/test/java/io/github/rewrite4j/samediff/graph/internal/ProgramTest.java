package io.github.rewrite4j.samediff.graph.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Named.named;

import io.github.rewrite4j.samediff.Matrices;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class ProgramTest {
    private static final int SAMPLES = 7;
    private static final int AT_ONCE = 3;

    private final INDArray x = Matrices.random(SAMPLES, 4, 1).toArray().castTo(DataType.FLOAT);
    private final INDArray w = Matrices.random(4, 2, 2).toArray().castTo(DataType.FLOAT);
    private final INDArray y = x.mmul(w);

    private static SameDiff product() {
        SameDiff graph = SameDiff.create();
        graph.placeHolder("x", DataType.FLOAT, -1, 4)
                .mmul(graph.placeHolder("w", DataType.FLOAT, 4, 2))
                .rename("y");
        return graph;
    }

    private List<INDArray> read(Program program, String output) {
        List<INDArray> parts = new ArrayList<>();
        program.readBatched(Map.of("w", w), Map.of("x", x), SAMPLES, output, part -> parts.add(part.dup()));
        return parts;
    }

    private static void assertParts(List<INDArray> parts, INDArray whole) {
        assertThat(parts).hasSize(3);
        assertThat(Nd4j.concat(0, parts.toArray(INDArray[]::new)).equalsWithEps(whole, 1e-6))
                .isTrue();
    }

    @Test
    void batchesGiveWhatOneRunGives() {
        Program program = new Program(product(), AT_ONCE);
        INDArray joined = Named.in(program.runBatched(Map.of("w", w), Map.of("x", x), SAMPLES, List.of("y")), "y");
        assertThat(joined.equalsWithEps(y, 1e-6)).isTrue();
        assertParts(read(program, "y"), y);
    }

    @Test
    void aFedVariableIsReadAsItIsAndStaysUsable() {
        Program program = new Program(product(), AT_ONCE);
        assertParts(read(program, "x"), x);
        INDArray joined = Named.in(program.runBatched(Map.of("w", w), Map.of("x", x), SAMPLES, List.of("x")), "x");
        assertThat(joined).isEqualTo(x);
        assertThat(x.wasClosed()).isFalse();
    }

    static Stream<Arguments> operationsThatKeepTheNumbers() {
        return Stream.<org.junit.jupiter.api.Named<UnaryOperator<SDVariable>>>of(
                        named("identity", v -> v.getSameDiff().identity(v)),
                        named("reshape", v -> v.reshape(-1, 2, 2)),
                        named("permute", v -> v.permute(0, 1)),
                        named("cast", v -> v.castTo(DataType.FLOAT)),
                        named("expand", v -> v.getSameDiff().expandDims(v, 1)),
                        named("two in a row", v -> v.getSameDiff()
                                .identity(v.getSameDiff().identity(v))))
                .map(Arguments::of);
    }

    /** What the graph only passes on is not its own to free, nor the caller's. */
    @ParameterizedTest
    @MethodSource("operationsThatKeepTheNumbers")
    void feedsAndConstantsOutliveWhatIsReadOfThem(UnaryOperator<SDVariable> operation) {
        SameDiff graph = SameDiff.create();
        SDVariable fed = operation.apply(graph.placeHolder("x", DataType.FLOAT, -1, 4));
        fed.rename("y");
        INDArray constant = w.reshape(2, 4).dup('c');
        operation.apply(graph.constant("c", constant)).rename("z");
        for (int atOnce : new int[] {SAMPLES, AT_ONCE}) {
            Program program = new Program(graph, atOnce);
            for (int i = 0; i < 2; i++) {
                List<Double> sums = new ArrayList<>();
                program.readBatched(Map.of(), Map.of("x", x), SAMPLES, "y", part -> sums.add(sum(part)));
                assertThat(sums.stream().mapToDouble(d -> d).sum()).isCloseTo(sum(x), within(1e-5));
                program.runBatched(Map.of(), Map.of("x", x), SAMPLES, List.of("y", "z"))
                        .values()
                        .forEach(INDArray::close);
            }
        }
        assertThat(x.wasClosed()).isFalse();
        assertThat(sum(graph.getVariable("c").getArr())).isCloseTo(sum(constant), within(1e-5));
    }

    private static double sum(INDArray array) {
        return array.sumNumber().doubleValue();
    }

    @Test
    void variablesThatDoNotVaryAreGivenOnce() {
        SameDiff graph = SameDiff.create();
        graph.placeHolder("x", DataType.FLOAT, -1, 4)
                .mmul(graph.placeHolder("w", DataType.FLOAT, 4, 2).mul("twice", 2))
                .rename("y");
        // As many rows as there are samples in a batch: not to be taken for samples.
        Program program = new Program(graph, 4);
        INDArray twelve = Matrices.random(12, 4, 3).toArray().castTo(DataType.FLOAT);
        Map<String, INDArray> results =
                program.runBatched(Map.of("w", w), Map.of("x", twelve), 12, List.of("twice", "y"));
        assertThat(results.get("twice")).isEqualTo(w.mul(2));
        assertThat(results.get("y").shape()).containsExactly(12, 2);
        assertThat(w.wasClosed()).isFalse();
    }

    /** A first size that is that of one batch by accident says nothing, be it the last batch or the first. */
    @Test
    void aFirstSizeOfOneBatchAloneMakesNoSamples() {
        SameDiff graph = SameDiff.create();
        SDVariable fed = graph.placeHolder("x", DataType.FLOAT, -1, 4);
        graph.gather("first", fed, new int[] {0}, 0);
        fed.permute(1, 0).mmul("square", fed);
        INDArray nine = Matrices.random(9, 4, 3).toArray().castTo(DataType.FLOAT);
        // Batches of 4, 4 and 1: the first sample has one row as the last batch has, x'x four as the first two.
        Map<String, INDArray> results =
                new Program(graph, 4).runBatched(Map.of(), Map.of("x", nine), 9, List.of("first", "square"));
        INDArray first = nine.get(NDArrayIndex.interval(0, 4)).dup();
        assertThat(results.get("first")).isEqualTo(nine.get(NDArrayIndex.interval(0, 1)));
        assertThat(results.get("square").equalsWithEps(first.transpose().mmul(first), 1e-6))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {AT_ONCE, SAMPLES})
    void outputsThatTheGraphGivesAsOneArrayAreTwo(int atOnce) {
        SameDiff graph = product();
        graph.identity("again", graph.getVariable("y"));
        Program program = new Program(graph, atOnce);
        for (List<String> outputs : List.of(List.of("y", "again"), List.of("again", "y"))) {
            Map<String, INDArray> results = program.runBatched(Map.of("w", w), Map.of("x", x), SAMPLES, outputs);
            results.get("y").close();
            assertThat(results.get("again").equalsWithEps(y, 1e-6)).isTrue();
        }
    }

    @Test
    void copiesOfRowsAreFreedWhenTheReaderFails() {
        List<INDArray> shown = new ArrayList<>();
        Program program = new Program(product(), AT_ONCE);
        assertThatIllegalStateException()
                .isThrownBy(() -> program.readBatched(Map.of("w", w), Map.of("x", x), SAMPLES, "y", part -> {
                    shown.add(part);
                    throw new IllegalStateException("enough");
                }))
                .withMessage("enough");
        assertThat(shown).hasSize(1).allMatch(INDArray::wasClosed);
    }
}
