package io.github.rewrite4j.samediff.generator.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.WeightShape;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.generator.PixelRange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A network that came as ONNX goes back as the same file with other numbers. */
class OnnxInitialisersTest {
    @TempDir
    private Path folder;

    private static Net network() {
        return Net.opset(13)
                .input("z", 8, 1, 1)
                .weight("first.weight", 8, 12, 4, 4)
                .then("ConvTranspose", "first.weight")
                .then("Relu")
                .weight("second.weight", 3, 12, 3, 3)
                .then("Conv", List.of("second.weight"), a -> a.wholes("pads", 1, 1, 1, 1))
                .then("Tanh");
    }

    private static Patch patch(Generator generator) {
        List<WeightDelta> deltas = generator.layers().stream()
                .<WeightDelta>map(layer -> {
                    WeightShape shape = layer.weightShape();
                    return new WeightDelta.Dense(
                            layer.weight(),
                            Avatars.random(
                                            layer.index(),
                                            shape.out(),
                                            shape.in(),
                                            shape.kernelHeight(),
                                            shape.kernelWidth())
                                    .mul(0.05));
                })
                .toList();
        return new Patch(generator.spec().baseFingerprint(), deltas, Map.of());
    }

    private static double deviation(INDArray actual, INDArray expected) {
        return actual.sub(expected).amaxNumber().doubleValue();
    }

    @Test
    void weightsInNodesOfTheirOwnKeepTheirNamesAndAreWrittenBack() throws Exception {
        GraphProto.Builder graph = network().model().toBuilder().getGraphBuilder();
        List<NodeProto> others = List.copyOf(graph.getNodeList());
        graph.clearNode();
        graph.getInitializerList()
                .forEach(tensor -> graph.addNode(NodeProto.newBuilder()
                        .setOpType("Constant")
                        .addOutput(tensor.getName())
                        .addAttribute(AttributeProto.newBuilder()
                                .setName("value")
                                .setType(AttributeProto.AttributeType.TENSOR)
                                .setT(tensor))));
        graph.addAllNode(others).clearInitializer();
        Path original = Files.write(
                folder.resolve("net.onnx"),
                network().model().toBuilder().setGraph(graph).build().toByteArray());
        Path target = folder.resolve("edited.onnx");
        try (Generator plain = OnnxGenerator.load(original)) {
            assertThat(plain.layers()).extracting(Layer::name).containsExactly("first", "second");
            try (Generator edited = plain.with(patch(plain), 0.5)) {
                OnnxInitialisers.write(original, edited, target);
                Inputs inputs = plain.sample(2, 1);
                INDArray drawn = OnnxReference.run(Files.readAllBytes(target), inputs.arrays());
                assertThat(deviation(drawn, edited.generate(inputs))).isLessThan(1e-4);
                assertThat(deviation(drawn, plain.generate(inputs))).isGreaterThan(1e-2);
            }
        }
    }

    @Test
    void runtimeDrawsThePatchedPicturesAndNothingElseOfTheFileChanged() throws Exception {
        Path original = Files.write(folder.resolve("net.onnx"), network().file());
        Path target = folder.resolve("edited.onnx");
        try (Generator plain = OnnxGenerator.load(original)) {
            assertThat(plain.layers()).hasSize(2);
            try (Generator edited = plain.with(patch(plain), 0.5)) {
                OnnxInitialisers.write(original, edited, target);
                Inputs inputs = plain.sample(3, 1);
                INDArray drawn = OnnxReference.run(Files.readAllBytes(target), inputs.arrays());
                assertThat(deviation(drawn, edited.generate(inputs))).isLessThan(1e-4);
                assertThat(deviation(drawn, plain.generate(inputs))).isGreaterThan(1e-2);
            }
        }
        ModelProto.Builder before = ModelProto.parseFrom(Files.readAllBytes(original)).toBuilder();
        ModelProto.Builder after = ModelProto.parseFrom(Files.readAllBytes(target)).toBuilder();
        before.getGraphBuilder().clearInitializer();
        after.getGraphBuilder().clearInitializer();
        assertThat(after.build()).isEqualTo(before.build());
    }

    @Test
    void withoutPatchesTheFileIsTheSameAndAnotherFileIsRefused() throws Exception {
        Path original = Files.write(folder.resolve("net.onnx"), network().file());
        Path target = folder.resolve("same.onnx");
        byte[] otherNet = Net.opset(13)
                .input("z", 8, 1, 1)
                .weight("other.weight", 8, 3, 4, 4)
                .then("ConvTranspose", "other.weight")
                .then("Tanh")
                .file();
        Path other = Files.write(folder.resolve("other.onnx"), otherNet);
        try (Generator plain = OnnxGenerator.open(original)
                        .pixels(PixelRange.SYMMETRIC)
                        .build();
                Generator edited = plain.with(patch(plain))) {
            OnnxInitialisers.write(original, plain, target);
            assertThat(ModelProto.parseFrom(Files.readAllBytes(target)))
                    .isEqualTo(ModelProto.parseFrom(Files.readAllBytes(original)));
            assertThatThrownBy(() -> OnnxInitialisers.write(other, edited, folder.resolve("wrong.onnx")))
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContaining("loaded from");
        }
    }
}
