package io.github.rewrite4j.samediff.generator.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.samediff.engine.plan.GraphEngine;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.graph.internal.Program;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Networks of one operator against ONNX Runtime: through SameDiff's session, and as generators run, for every batch. Each suite
 * has its networks in {@code cases()}.
 */
abstract class OperatorSuite {
    private static final double TOLERANCE = 1e-4;

    static Arguments of(String name, Net net) {
        return Arguments.of(name, net);
    }

    static Net maps(int opset) {
        return Net.opset(opset).input("x", 4, 7, 6);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void computesWhatOnnxRuntimeComputes(String name, Net net) throws Exception {
        byte[] file = net.file();
        Map<String, Kind> kinds = new HashMap<>();
        net.inputs().keySet().forEach(input -> kinds.put(input, net.kind(input)));
        OnnxGraph graph =
                new OnnxGraph(OnnxFile.parse(file, "net.onnx", null), net.inputs(), kinds, Map.of(), 0, net.last());
        String result = graph.variable(graph.value(net.last())).name();
        try (OnnxReference reference = new OnnxReference(file)) {
            Program plans = new Program(graph.graph());
            for (int batch : new int[] {1, 3, 16}) {
                Map<String, INDArray> feeds = feeds(net, batch);
                INDArray expected = reference.run(feeds);
                requireSame(Named.in(plans.run(feeds, List.of(result)), result), expected, name + " by plan, " + batch);
                if (batch == 3) {
                    Map<String, long[]> shapes = new HashMap<>();
                    requireSame(Program.traced(graph.graph(), feeds, result, shapes), expected, name + " in a session");
                    requireShapes(graph.graph(), feeds, result, shapes);
                }
            }
        }
    }

    /** What plans say of sizes before anything runs is what the session finds when it runs. */
    private static void requireShapes(
            SameDiff graph, Map<String, INDArray> feeds, String result, Map<String, long[]> traced) {
        Map<String, List<Integer>> sizes = new HashMap<>();
        feeds.forEach((input, array) -> sizes.put(
                input, Arrays.stream(array.shape()).mapToObj(Math::toIntExact).toList()));
        new GraphEngine(graph).shapes(sizes, List.of(result)).ifPresent(planned -> {
            assertThat(planned).containsKey(result);
            planned.forEach((variable, shape) -> {
                if (traced.containsKey(variable)) {
                    assertThat(shape).as(variable).isEqualTo(traced.get(variable));
                }
            });
        });
    }

    private static Map<String, INDArray> feeds(Net net, int batch) {
        Map<String, INDArray> feeds = new LinkedHashMap<>();
        net.inputs().forEach((input, sizes) -> {
            long[] shape = new long[sizes.length + 1];
            shape[0] = batch;
            System.arraycopy(sizes, 0, shape, 1, sizes.length);
            Nd4j.getRandom().setSeed(11 + input.hashCode());
            feeds.put(
                    input,
                    net.kind(input) == Kind.WHOLE
                            ? Nd4j.rand(DataType.FLOAT, shape)
                                    .muli(5)
                                    .castTo(DataType.INT64)
                                    .castTo(DataType.FLOAT)
                            : Nd4j.randn(DataType.FLOAT, shape));
        });
        return feeds;
    }

    private static void requireSame(INDArray computed, INDArray expected, String what) {
        assertThat(computed.shape()).as(what).isEqualTo(expected.shape());
        assertThat(computed.sub(expected).amaxNumber().doubleValue())
                .as(what)
                .isLessThanOrEqualTo(
                        TOLERANCE * Math.max(1, expected.amaxNumber().doubleValue()));
    }
}
