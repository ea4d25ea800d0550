package io.github.rewrite4j.samediff.generator.export.onnx;

import static io.github.rewrite4j.samediff.generator.export.onnx.OnnxNodes.text;
import static io.github.rewrite4j.samediff.generator.export.onnx.OnnxNodes.whole;
import static io.github.rewrite4j.samediff.generator.export.onnx.OnnxNodes.wholes;

import io.github.rewrite4j.samediff.graph.internal.ConvolutionSettings;
import io.github.rewrite4j.samediff.graph.internal.WeightLayout;
import java.util.ArrayList;
import java.util.List;
import onnx.Onnx.AttributeProto;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Convolutions and pooling; weights come out of ND4J's layouts. */
final class OnnxConvolutions {
    private OnnxConvolutions() {}

    static void convolution(OnnxOperators.Call call) {
        ConvolutionSettings settings = settings(call);
        if (settings.padding() > 1) {
            throw call.refused("it is causal");
        }
        INDArray weight = settings.layout().toCanonical(call.fixed(1));
        List<String> inputs = inputs(call, call.nodes().array(call.variable(1) + ".oihw", weight));
        emit(call, "Conv", inputs, settings, attributes(settings, 1));
    }

    /** Weights [kernel height, kernel width, in, multiplier]. */
    static void depthwise(OnnxOperators.Call call) {
        ConvolutionSettings settings = settings(call);
        INDArray stored = call.fixed(1);
        if (settings.padding() > 1 || settings.weightsFormat() != 0) {
            throw call.refused("it is causal, or its weights lie in an order that is not translated");
        }
        long channels = stored.size(2);
        INDArray weight = stored.permute(2, 3, 0, 1)
                .dup('c')
                .reshape('c', channels * stored.size(3), 1, stored.size(0), stored.size(1));
        List<String> inputs = inputs(call, call.nodes().array(call.variable(1) + ".oihw", weight));
        emit(call, "Conv", inputs, settings, attributes(settings, channels));
    }

    static void transposed(OnnxOperators.Call call) {
        ConvolutionSettings settings = settings(call);
        if (settings.padding() > 1 || settings.weightsFormat() != 0) {
            throw call.refused("it is causal, or its weights lie in an order that is not translated");
        }
        INDArray weight = WeightLayout.YXOI.toCanonical(call.fixed(1)).permute(1, 0, 2, 3);
        List<String> inputs = inputs(call, call.nodes().array(call.variable(1) + ".iohw", weight));
        List<AttributeProto> attributes = new ArrayList<>(List.of(
                wholes("strides", settings.strideY(), settings.strideX()),
                wholes("dilations", settings.dilationY(), settings.dilationX())));
        if (settings.padding() == 0) {
            attributes.add(wholes("pads", settings.padY(), settings.padX(), settings.padY(), settings.padX()));
        } else {
            long down = surplus(call, settings.kernelHeight(), settings.dilationY(), settings.strideY());
            long across = surplus(call, settings.kernelWidth(), settings.dilationX(), settings.strideX());
            attributes.add(wholes("pads", down / 2, across / 2, down - down / 2, across - across / 2));
        }
        emit(call, "ConvTranspose", inputs, settings, attributes.toArray(AttributeProto[]::new));
    }

    /** What lies beyond stride times the input when nothing is cut off. */
    private static long surplus(OnnxOperators.Call call, int kernel, int dilation, int stride) {
        long surplus = (long) (kernel - 1) * dilation + 1 - stride;
        if (surplus < 0) {
            throw call.refused("its stride " + stride + " is larger than its kernel");
        }
        return surplus;
    }

    static void pooling(OnnxOperators.Call call, String operator) {
        long[] a = call.arguments();
        boolean same = a.length > 8 && a[8] == 1;
        boolean channelsLast = a.length > 10 && a[10] == 1;
        if (channelsLast || a[6] > 1 || a[7] > 1) {
            throw call.refused("it is dilated, or its channels are the last dimension");
        }
        List<AttributeProto> attributes =
                new ArrayList<>(List.of(wholes("kernel_shape", a[0], a[1]), wholes("strides", a[2], a[3])));
        attributes.add(same ? text("auto_pad", "SAME_UPPER") : wholes("pads", a[4], a[5], a[4], a[5]));
        if (operator.equals("AveragePool")) {
            attributes.add(whole("count_include_pad", a.length > 9 && a[9] == 1 ? 1 : 0));
        }
        call.emit(operator, List.of(call.input(0)), attributes.toArray(AttributeProto[]::new));
    }

    private static ConvolutionSettings settings(OnnxOperators.Call call) {
        return ConvolutionSettings.of(call.arguments());
    }

    private static AttributeProto[] attributes(ConvolutionSettings settings, long groups) {
        List<AttributeProto> attributes = new ArrayList<>(List.of(
                wholes("strides", settings.strideY(), settings.strideX()),
                wholes("dilations", Math.max(1, settings.dilationY()), Math.max(1, settings.dilationX())),
                whole("group", groups)));
        attributes.add(
                settings.padding() == 1
                        ? text("auto_pad", "SAME_UPPER")
                        : wholes("pads", settings.padY(), settings.padX(), settings.padY(), settings.padX()));
        return attributes.toArray(AttributeProto[]::new);
    }

    private static List<String> inputs(OnnxOperators.Call call, String weight) {
        List<String> inputs = new ArrayList<>(List.of(call.input(0), weight));
        if (call.inputs() > 2) {
            inputs.add(
                    call.nodes().array(call.variable(2) + ".bias", call.fixed(2).reshape(-1)));
        }
        return inputs;
    }

    /** Networks of other layouts are turned around the operation. */
    private static void emit(
            OnnxOperators.Call call,
            String operator,
            List<String> inputs,
            ConvolutionSettings settings,
            AttributeProto... attributes) {
        if (!settings.channelsLast()) {
            call.emit(operator, inputs, attributes);
            return;
        }
        inputs.set(0, call.step("Transpose", List.of(inputs.get(0)), wholes("perm", 0, 3, 1, 2)));
        String result = call.step(operator, inputs, attributes);
        call.emit("Transpose", List.of(result), wholes("perm", 0, 2, 3, 1));
    }
}
