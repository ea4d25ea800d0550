package io.github.rewrite4j.samediff.generator.dcgan;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Four transposed convolutions of odd kernels as ONNX, with paddings and output paddings as networks have them. */
final class OddNetwork {
    private OddNetwork() {}

    static byte[] file(Map<String, INDArray> tensors) {
        GraphProto.Builder graph = GraphProto.newBuilder().setName("odd");
        tensors.forEach((name, array) -> {
            TensorProto.Builder tensor = TensorProto.newBuilder()
                    .setName(name)
                    .setDataType(TensorProto.DataType.FLOAT_VALUE)
                    .addAllDims(Arrays.stream(array.shape()).boxed().toList());
            for (float number : array.dup('c').data().asFloat()) {
                tensor.addFloatData(number);
            }
            graph.addInitializer(tensor);
        });
        graph.addInput(ValueInfoProto.newBuilder()
                .setName("z")
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                                .setShape(TensorShapeProto.newBuilder()
                                        .addDim(TensorShapeProto.Dimension.newBuilder()
                                                .setDimParam("N"))
                                        .addDim(TensorShapeProto.Dimension.newBuilder()
                                                .setDimValue(6))
                                        .addDim(TensorShapeProto.Dimension.newBuilder()
                                                .setDimValue(1))
                                        .addDim(TensorShapeProto.Dimension.newBuilder()
                                                .setDimValue(1))))));
        layer(graph, 1, "z", "LeakyRelu", 1, 0, 0);
        layer(graph, 2, "a1", "LeakyRelu", 2, 1, 1);
        layer(graph, 3, "a2", "LeakyRelu", 2, 2, 1);
        layer(graph, 4, "a3", "Sigmoid", 1, 1, 0);
        graph.addOutput(ValueInfoProto.newBuilder()
                .setName("a4")
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE))));
        return ModelProto.newBuilder()
                .setIrVersion(7)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    private static void layer(
            GraphProto.Builder graph, int number, String from, String then, long stride, long pad, long outside) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType("ConvTranspose")
                .addAllInput(List.of(from, "tconv" + number + ".weight", "tconv" + number + ".bias"))
                .addOutput("c" + number)
                .addAttribute(wholes("strides", stride, stride))
                .addAttribute(wholes("pads", pad, pad, pad, pad))
                .addAttribute(wholes("output_padding", outside, outside)));
        NodeProto.Builder activation =
                NodeProto.newBuilder().setOpType(then).addInput("c" + number).addOutput("a" + number);
        if (then.equals("LeakyRelu")) {
            activation.addAttribute(AttributeProto.newBuilder()
                    .setName("alpha")
                    .setType(AttributeProto.AttributeType.FLOAT)
                    .setF(0.2f));
        }
        graph.addNode(activation);
    }

    private static AttributeProto wholes(String name, long... values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(Arrays.stream(values).boxed().toList())
                .build();
    }
}
