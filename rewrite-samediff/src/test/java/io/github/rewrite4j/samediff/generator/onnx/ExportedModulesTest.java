package io.github.rewrite4j.samediff.generator.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.samediff.generator.PixelRange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.FunctionProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.protobuf.UnknownFieldSet;

/** A network whose modules are functions of the file, as newer exporters write them: a compact enlarger. */
class ExportedModulesTest {
    private static final int OPSET = 18;
    private static final int FEATURES = 6;
    private static final String MODULES = "pkg.modules";

    @TempDir
    private Path folder;

    private static OperatorSetIdProto set(String domain, int version) {
        return OperatorSetIdProto.newBuilder()
                .setDomain(domain)
                .setVersion(version)
                .build();
    }

    private static FunctionProto.Builder function(String name, int opset) {
        return FunctionProto.newBuilder()
                .setName(name)
                .setDomain(MODULES)
                .addOpsetImport(set("", opset))
                .addOpsetImport(set(MODULES, 1));
    }

    private static Net conv(Net net, String name, String from, int out, String to) {
        ExportedShapesTest.conv(net, name, from, from.equals("input") ? 3 : FEATURES, out, to + "_unused");
        return net.node(
                "Conv2d",
                List.of(from, name + ".weight", name + ".bias"),
                List.of(to),
                a -> a.wholes("sides", 1, 1, 1, 1));
    }

    /** Convolutions with learnt slopes, places made of channels, and the picture itself beside them. */
    private static ModelProto plain() {
        Net net = Net.opset(OPSET).input("input", 3, 0, 0);
        conv(net, "body.0", "input", FEATURES, "a0");
        net.weight("body.1.weight", FEATURES, 1, 1)
                .node("PRelu", List.of("a0", "body.1.weight"), List.of("a1"), a -> {});
        conv(net, "body.2", "a1", FEATURES, "a2");
        net.weight("body.3.weight", FEATURES, 1, 1)
                .node("PRelu", List.of("a2", "body.3.weight"), List.of("a3"), a -> {});
        conv(net, "body.4", "a3", 12, "a4");
        net.node("DepthToSpace", List.of("a4"), List.of("large"), a -> a.whole("blocksize", 2)
                        .text("mode", "CRD"))
                .reals("scales", new float[] {1, 1, 2, 2}, 4)
                .node("Resize", List.of("input", "", "scales"), List.of("base"), a -> a.text("mode", "nearest")
                        .text("coordinate_transformation_mode", "asymmetric")
                        .text("nearest_mode", "floor"))
                .node("Add", List.of("large", "base"), List.of("picture"), a -> {});
        return net.model();
    }

    /** The whole network is one call, and each of its convolutions another, which says how it is padded. */
    private static ModelProto.Builder called(int opset, boolean circle) {
        ModelProto plain = plain();
        List<NodeProto> inner = new ArrayList<>();
        for (NodeProto node : plain.getGraph().getNodeList()) {
            if (node.getOpType().equals("Conv2d")) {
                inner.add(node.toBuilder().setDomain(MODULES).build());
            } else if (!node.getOpType().equals("Conv")) {
                inner.add(node);
            }
        }
        List<String> reads = new ArrayList<>(List.of("input"));
        plain.getGraph().getInitializerList().forEach(tensor -> reads.add(tensor.getName()));
        NodeProto.Builder conv = NodeProto.newBuilder()
                .setOpType(circle ? "Conv2d" : "Conv")
                .setDomain(circle ? MODULES : "")
                .setName("conv")
                .addAllInput(List.of("x", "w", "b"))
                .addOutput("y")
                .addAttribute(AttributeProto.newBuilder()
                        .setName("pads")
                        .setRefAttrName("sides")
                        .setType(AttributeProto.AttributeType.INTS));
        new Net.Attributes(conv).wholes("kernel_shape", 3, 3);
        GraphProto.Builder graph = plain.getGraph().toBuilder()
                .clearNode()
                .addNode(NodeProto.newBuilder()
                        .setOpType("Compact")
                        .setDomain(MODULES)
                        .setName("compact")
                        .addAllInput(reads)
                        .addOutput("picture"));
        return plain.toBuilder()
                .setGraph(graph)
                .addOpsetImport(set(MODULES, 1))
                .addOpsetImport(set("ai.onnx.ml", 3))
                .addFunctions(function("Conv2d", opset)
                        .addAllInput(List.of("x", "w", "b"))
                        .addOutput("y")
                        .addAttribute("sides")
                        .addNode(conv))
                .addFunctions(function("Compact", OPSET)
                        .addAllInput(reads)
                        .addOutput("picture")
                        .addAllNode(inner));
    }

    @Test
    void modulesThatAreFunctionsAreDrawnEditedAndWritten() throws Exception {
        byte[] bytes = called(OPSET, false).build().toByteArray();
        Path file = Files.write(folder.resolve("compact.onnx"), bytes);
        try (Generator generator = OnnxGenerator.open(file)
                .pictures(ExportedShapesTest.pictures())
                .size(ExportedShapesTest.SIDE, ExportedShapesTest.SIDE)
                .pixels(PixelRange.UNIT)
                .build()) {
            assertThat(generator.layers()).extracting("name").containsExactly("body.0", "body.2", "body.4");
            ExportedShapesTest.requireSame(generator, bytes, ExportedShapesTest.NEARLY, 1, 3, 16);
            ExportedShapesTest.requireEdited(
                    generator, file, "body.2", Region.ellipse(10, 10, 5, 5), ExportedShapesTest.NEARLY);
        }
        ModelProto written = ModelProto.parseFrom(Files.readAllBytes(folder.resolve("edited.onnx")));
        assertThat(written.getFunctionsCount()).isEqualTo(2);
        assertThat(written.getGraph().getNodeCount()).isOne();
    }

    /** What calls leave out the function itself says, in a field that is younger than the classes that read it. */
    @Test
    void attributesThatCallsLeaveOutHaveTheirDefaults() throws Exception {
        ModelProto.Builder net = called(OPSET, false);
        FunctionProto.Builder whole = net.getFunctionsBuilder(1);
        for (NodeProto.Builder node : whole.getNodeBuilderList()) {
            if (node.getOpType().equals("Conv2d")) {
                node.clearAttribute();
            }
        }
        AttributeProto.Builder sides =
                AttributeProto.newBuilder().setName("sides").setType(AttributeProto.AttributeType.INTS);
        for (int i = 0; i < 4; i++) {
            sides.addInts(1);
        }
        net.getFunctionsBuilder(0)
                .clearAttribute()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                11,
                                UnknownFieldSet.Field.newBuilder()
                                        .addLengthDelimited(sides.build().toByteString())
                                        .build())
                        .build());
        byte[] bytes = net.build().toByteArray();
        try (Generator generator = OnnxGenerator.open(Files.write(folder.resolve("defaults.onnx"), bytes))
                .pictures(ExportedShapesTest.pictures())
                .size(ExportedShapesTest.SIDE, ExportedShapesTest.SIDE)
                .pixels(PixelRange.UNIT)
                .build()) {
            ExportedShapesTest.requireSame(generator, bytes, ExportedShapesTest.NEARLY, 2);
        }
    }

    @Test
    void functionsThatCannotBeReadAreRefusedByName() {
        assertThatThrownBy(() -> OnnxFile.parse(called(OPSET, true).build().toByteArray(), "net.onnx", null))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll("Conv2d", "call itself");
        assertThatThrownBy(() -> OnnxFile.parse(called(11, false).build().toByteArray(), "net.onnx", null))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll("Conv2d", "opset 11", "inline_local_functions");
        ModelProto.Builder twice = called(OPSET, false);
        twice.addFunctions(twice.getFunctions(0));
        assertThatThrownBy(() -> OnnxFile.parse(twice.build().toByteArray(), "net.onnx", null))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("two functions of the name 'Conv2d'");
    }
}
