package io.github.rewrite4j.samediff.generator.onnx;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Normalisations, in the forms that exporters write, against ONNX Runtime. */
class OnnxNormalisationTest extends OperatorSuite {
    static Stream<Arguments> cases() {
        return Stream.of(
                of(
                        "batch",
                        maps(13).weight("g", 4)
                                .weight("b", 4)
                                .weight("m", 4)
                                .reals("v", new float[] {0.5f, 1, 2, 0.1f}, 4)
                                .then("BatchNormalization", "g", "b", "m", "v")),
                of("instance", maps(13).weight("g", 4).weight("b", 4).then("InstanceNormalization", "g", "b")),
                of("layer", maps(17).weight("g", 6).weight("b", 6).then("LayerNormalization", "g", "b")),
                of(
                        "layer from channels",
                        maps(17).weight("g", 4, 7, 6)
                                .then("LayerNormalization", List.of("g"), a -> a.whole("axis", 1))),
                of(
                        "group",
                        maps(21).weight("g", 4)
                                .weight("b", 4)
                                .then("GroupNormalization", List.of("g", "b"), a -> a.whole("num_groups", 2))),
                of(
                        "group by instance",
                        maps(13).wholes("grouped", 0, 2, -1)
                                .then("Reshape", "grouped")
                                .reals("g", new float[] {1, 1}, 2)
                                .reals("b", new float[] {0, 0}, 2)
                                .then("InstanceNormalization", "g", "b")
                                .wholes("back", -1, 4, 7, 6)
                                .then("Reshape", "back")),
                of("unit length", maps(13).then("LpNormalization", List.of(), a -> a.whole("axis", 1))),
                of("neighbours", maps(13).then("LRN", List.of(), a -> a.whole("size", 3))));
    }
}
