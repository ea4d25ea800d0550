package io.github.rewrite4j.samediff.generator.onnx;

import java.util.List;
import java.util.stream.Stream;
import onnx.Onnx.TensorProto;
import org.junit.jupiter.params.provider.Arguments;

/** Numbers in eight bits, in the forms that exporters write, against ONNX Runtime. */
class OnnxQuantisationTest extends OperatorSuite {
    private static int[] ramp(int count, int from, int range) {
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
            values[i] = from + i * 7 % range;
        }
        return values;
    }

    static Stream<Arguments> cases() {
        return Stream.of(
                of(
                        "weights in 8 bits",
                        maps(13).bytes("q", TensorProto.DataType.INT8, ramp(5 * 4 * 9, -90, 180), 5, 4, 3, 3)
                                .reals("scale", new float[] {0.01f, 0.02f, 0.03f, 0.01f, 0.02f}, 5)
                                .bytes("zero", TensorProto.DataType.INT8, new int[] {0, 1, -2, 3, 0}, 5)
                                .node(
                                        "DequantizeLinear",
                                        List.of("q", "scale", "zero"),
                                        List.of("w"),
                                        a -> a.whole("axis", 0))
                                .node("Conv", List.of("x", "w"), a -> {})),
                of(
                        "activations in 8 bits",
                        maps(13).reals("scale", new float[] {0.05f})
                                .bytes("zero", TensorProto.DataType.UINT8, new int[] {128})
                                .node("QuantizeLinear", List.of("x", "scale", "zero"), List.of("q"), a -> {})
                                .node("DequantizeLinear", List.of("q", "scale", "zero"), a -> {})));
    }
}
