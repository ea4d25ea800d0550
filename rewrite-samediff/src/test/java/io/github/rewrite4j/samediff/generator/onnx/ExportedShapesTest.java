package io.github.rewrite4j.samediff.generator.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.io.internal.HalfPrecision;
import io.github.rewrite4j.samediff.generator.PictureSampler;
import io.github.rewrite4j.samediff.generator.PixelRange;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.ValueInfoProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.protobuf.ByteString;

/** Whole networks in the shapes that exporters give them: a dense residual enlarger, and networks of 16 bits throughout. */
class ExportedShapesTest {
    static final double NEARLY = 1e-4;

    /** What ONNX Runtime loses where it rounds to 11 bits between nodes, which the engine does not. */
    private static final double ROUNDED = 4e-3;

    private static final int FEATURES = 6;
    private static final int GROWTH = 4;
    static final int SIDE = 10;

    @TempDir
    private Path folder;

    static Net conv(Net net, String name, String from, int in, int out, String to) {
        float[] weights = new float[out * in * 9];
        Random random = new Random(name.hashCode());
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (random.nextGaussian() / Math.sqrt(9 * in));
        }
        return net.reals(name + ".weight", weights, out, in, 3, 3)
                .weight(name + ".bias", out)
                .node("Conv", List.of(from, name + ".weight", name + ".bias"), List.of(to), a -> a.wholes(
                                "dilations", 1, 1)
                        .whole("group", 1)
                        .wholes("kernel_shape", 3, 3)
                        .wholes("pads", 1, 1, 1, 1)
                        .wholes("strides", 1, 1));
    }

    /** A fifth of a branch beside what it started from. */
    private static Net beside(Net net, String branch, String from, String to) {
        return net.node("Mul", List.of(branch, "fifth"), List.of(to + "_scaled"), a -> {})
                .node("Add", List.of(to + "_scaled", from), List.of(to), a -> {});
    }

    /** Five convolutions, each of which sees all before it (Wang et al., "ESRGAN", 2018). */
    private static void dense(Net net, String name, String from, String to) {
        List<String> seen = new ArrayList<>(List.of(from));
        for (int i = 1; i <= 5; i++) {
            String in = name + "_in" + i;
            if (i == 1) {
                net.node("Identity", List.of(from), List.of(in), a -> {});
            } else {
                net.node("Concat", seen, List.of(in), a -> a.whole("axis", 1));
            }
            String out = name + "_out" + i;
            conv(net, name + ".conv" + i, in, FEATURES + (i - 1) * GROWTH, i < 5 ? GROWTH : FEATURES, out);
            if (i < 5) {
                net.node("LeakyRelu", List.of(out), List.of(out + "_a"), a -> a.real("alpha", 0.2));
                seen.add(out + "_a");
            }
        }
        beside(net, name + "_out5", from, to);
    }

    /** A residual-in-residual dense network that doubles pictures. */
    private static Net enlarger() {
        Net net = Net.opset(17).input("input", 3, 0, 0).reals("fifth", new float[] {0.2f});
        conv(net, "conv_first", "input", 3, FEATURES, "first");
        for (int i = 1; i <= 3; i++) {
            dense(net, "body.0.rdb" + i, i == 1 ? "first" : "dense" + (i - 1), "dense" + i);
        }
        beside(net, "dense3", "first", "block");
        conv(net, "conv_body", "block", FEATURES, FEATURES, "body");
        net.node("Add", List.of("first", "body"), List.of("sum"), a -> {})
                .reals("scales", new float[] {1, 1, 2, 2}, 4)
                .node("Resize", List.of("sum", "", "scales"), List.of("large"), a -> a.text("mode", "nearest")
                        .text("coordinate_transformation_mode", "asymmetric")
                        .text("nearest_mode", "floor"));
        conv(net, "conv_up1", "large", FEATURES, FEATURES, "up");
        net.node("LeakyRelu", List.of("up"), List.of("up_a"), a -> a.real("alpha", 0.2));
        conv(net, "conv_hr", "up_a", FEATURES, FEATURES, "high");
        net.node("LeakyRelu", List.of("high"), List.of("high_a"), a -> a.real("alpha", 0.2));
        conv(net, "conv_last", "high_a", FEATURES, 3, "last");
        return net.node("Sigmoid", List.of("last"), a -> {});
    }

    static PictureSampler pictures() {
        return new PictureSampler(
                "input",
                40,
                i -> {
                    Nd4j.getRandom().setSeed(i);
                    return Nd4j.rand(DataType.FLOAT, 3, SIDE, SIDE).muli(2).subi(1);
                },
                "random");
    }

    static void requireSame(Generator generator, byte[] file, double tolerance, int... batches) throws Exception {
        for (int batch : batches) {
            try (Inputs inputs = generator.sample(batch, 3)) {
                TreeMap<String, INDArray> fed = new TreeMap<>(inputs.arrays());
                fed.computeIfPresent(
                        "input", (name, picture) -> picture.mul(0.5).addi(0.5));
                INDArray expected = OnnxReference.run(file, fed);
                INDArray drawn = generator.generate(inputs);
                if (fed.containsKey("input")) {
                    drawn.muli(0.5).addi(0.5);
                }
                assertThat(drawn.sub(expected).amaxNumber().doubleValue())
                        .as("batch %s", batch)
                        .isLessThan(
                                tolerance * Math.max(1, expected.amaxNumber().doubleValue()));
            }
        }
    }

    /** An edit, written into the file that the network came from, and drawn there. */
    static void requireEdited(Generator generator, Path file, String layer, Region spot, double tolerance)
            throws Exception {
        Edit edit = Edit.copy(Sample.of(3), spot).pasteInto(Sample.range(1, 10, 13), spot);
        Rewrite rewrite =
                LowRankRewrite.rank(3).statistics(40, 1).evaluatedOn(4, 2).rewrite(generator.memory(layer), edit);
        assertThat(rewrite.report().lossAfter()).isLessThan(rewrite.report().lossBefore());
        try (Generator edited = generator.with(rewrite.patch());
                Inputs inputs = generator.sample(2, 9)) {
            INDArray change = edited.generate(inputs).sub(generator.generate(inputs));
            assertThat(change.amaxNumber().doubleValue()).isGreaterThan(2 * tolerance);
            Path target = file.resolveSibling("edited.onnx");
            OnnxInitialisers.write(file, edited, target);
            requireSame(edited, Files.readAllBytes(target), tolerance, 2);
        }
    }

    @Test
    void aDenseResidualEnlargerIsDrawnEditedAndWritten() throws Exception {
        Path file = Files.write(folder.resolve("enlarger.onnx"), enlarger().file());
        try (Generator generator = OnnxGenerator.open(file)
                .pictures(pictures())
                .size(SIDE, SIDE)
                .pixels(PixelRange.UNIT)
                .build()) {
            assertThat(generator.layers()).extracting("name").contains("body.0.rdb2.conv3", "conv_body", "conv_hr");
            requireSame(generator, Files.readAllBytes(file), NEARLY, 1, 3, 16);
            requireEdited(generator, file, "conv_up1", Region.ellipse(10, 10, 5, 5), NEARLY);
        }
    }

    /** The network in 16 bits, as converters write it: inputs, weights and everything between. */
    private static byte[] halved(ModelProto model, boolean outside) {
        GraphProto.Builder graph = model.getGraph().toBuilder();
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            TensorProto tensor = graph.getInitializer(i);
            if (tensor.getDataType() == TensorProto.DataType.FLOAT_VALUE) {
                ByteBuffer raw = ByteBuffer.allocate(Short.BYTES * tensor.getFloatDataCount())
                        .order(ByteOrder.LITTLE_ENDIAN);
                tensor.getFloatDataList().forEach(number -> raw.putShort(HalfPrecision.toHalf(number)));
                graph.setInitializer(
                        i,
                        tensor.toBuilder()
                                .clearFloatData()
                                .setDataType(TensorProto.DataType.FLOAT16_VALUE)
                                .setRawData(ByteString.copyFrom(raw.array())));
            }
        }
        if (outside) {
            graph.setInput(0, half(graph.getInput(0)));
            graph.setOutput(0, half(graph.getOutput(0)));
        } else {
            Net casts = Net.opset(13);
            String in = graph.getInput(0).getName();
            String out = graph.getOutput(0).getName();
            for (int i = 0; i < graph.getNodeCount(); i++) {
                for (int j = 0; j < graph.getNode(i).getInputCount(); j++) {
                    if (graph.getNode(i).getInput(j).equals(in)) {
                        graph.getNodeBuilder(i).setInput(j, in + "_half");
                    }
                }
            }
            casts.node(
                            "Cast",
                            List.of(in),
                            List.of(in + "_half"),
                            a -> a.whole("to", TensorProto.DataType.FLOAT16_VALUE))
                    .node("Cast", List.of(out), List.of(out + "_whole"), a -> a.whole("to", 1));
            GraphProto written = casts.model().getGraph();
            graph.addNode(0, written.getNode(0));
            graph.addNode(written.getNode(1));
            graph.setOutput(0, graph.getOutput(0).toBuilder().setName(out + "_whole"));
        }
        return model.toBuilder().setGraph(graph).build().toByteArray();
    }

    /** The same numbers in 32 bits. */
    private static byte[] rounded(ModelProto model) {
        GraphProto.Builder graph = model.getGraph().toBuilder();
        for (TensorProto.Builder tensor : graph.getInitializerBuilderList()) {
            for (int i = 0; i < tensor.getFloatDataCount(); i++) {
                tensor.setFloatData(i, HalfPrecision.fromHalf(HalfPrecision.toHalf(tensor.getFloatData(i))));
            }
        }
        return model.toBuilder().setGraph(graph).build().toByteArray();
    }

    private static ValueInfoProto half(ValueInfoProto value) {
        ValueInfoProto.Builder changed = value.toBuilder();
        changed.getTypeBuilder().getTensorTypeBuilder().setElemType(TensorProto.DataType.FLOAT16_VALUE);
        return changed.build();
    }

    @ParameterizedTest(name = "inputs of 16 bits: {0}")
    @ValueSource(booleans = {true, false})
    void aNetworkOfSixteenBitsIsDrawnEditedAndWritten(boolean outside) throws Exception {
        byte[] bytes = halved(Networks.dcgan().model(), outside);
        Path file = Files.write(folder.resolve("half.onnx"), bytes);
        try (Generator generator = OnnxGenerator.load(file)) {
            requireSame(generator, bytes, ROUNDED, 1, 3, 16);
            requireSame(generator, rounded(Networks.dcgan().model()), NEARLY, 1, 3, 16);
            requireEdited(generator, file, "main.6", Region.ellipse(8, 8, 4, 4), ROUNDED);
        }
        ModelProto written = ModelProto.parseFrom(Files.readAllBytes(folder.resolve("edited.onnx")));
        assertThat(written.getGraph().getInitializerList())
                .allSatisfy(tensor -> assertThat(tensor.getDataType()).isEqualTo(TensorProto.DataType.FLOAT16_VALUE));
    }
}
