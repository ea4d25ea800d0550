package io.github.rewrite4j.samediff.generator.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;

/**
 * Convolutions of maps and their transposes. Weights lie in the file as [out, in, kernel height, kernel width] ([in, out, ...] for
 * the transpose) and in the graph as ND4J takes them, under the name of the file. Dilated kernels become larger ones with zeros
 * between their taps, which a rule may fill.
 */
final class Convolutions {
    private Convolutions() {}

    static void register(Map<String, Operator> all) {
        all.put("Conv", Convolutions::convolution);
        all.put("ConvTranspose", Convolutions::transposed);
    }

    private static void convolution(OnnxNode node, OnnxGraph graph) {
        Value in = Shapes.image(graph.in(0), "its input");
        Constant weight = graph.constant(1);
        requireKernel(weight, node);
        long[] shape = weight.shape();
        int groups = groups(node, in.size(1), shape[0]);
        if (shape[1] * groups != in.size(1)) {
            throw new OnnxException("its weight " + Size.text(shape) + " takes " + shape[1] * groups
                    + " channels, but its input " + Size.text(in.shape()) + " has " + in.size(1) + ".");
        }
        @Nullable SDVariable bias = bias(graph, shape[0]);
        Window window = Window.of(node, new long[] {shape[2], shape[3]}, in.shape());
        long[] out = {in.size(0), shape[0], window.count(0, in.size(2)), window.count(1, in.size(3))};
        SDVariable x = graph.variable(0);
        if (window.isDilated()) {
            // ND4J's oneDNN refuses dilated convolutions: they become larger ones with zeros between their taps.
            weight = dilated(weight, window.dilations());
            shape = weight.shape();
            window = window.spread();
        }
        if (!window.isEven()) {
            x = Padding.zeros(graph, x, window);
            window = window.withoutPadding();
        }
        SDVariable result;
        if (groups == 1) {
            SDVariable w = weight(graph, weight, "yxio", 2, 3, 1, 0);
            result = convolve(graph, x, w, bias, window);
        } else if (shape[1] == 1 && groups == in.size(1)) {
            result = depthwise(graph, x, weight, bias, window, groups);
        } else {
            result = grouped(graph, x, weight, bias, window, groups);
        }
        graph.put(result, Kind.REAL, out);
    }

    private static void requireKernel(Constant weight, OnnxNode node) {
        if (weight.rank() != 4) {
            throw new OnnxException("its weight has the shape " + Size.text(weight.shape())
                    + ": only convolutions of maps are read, with four dimensions.");
        }
        long[] stated = node.wholes("kernel_shape").orElse(null);
        if (stated != null
                && (stated.length != 2 || stated[0] != weight.shape()[2] || stated[1] != weight.shape()[3])) {
            throw new OnnxException("its kernel_shape " + Size.text(stated) + " is not that of its weight "
                    + Size.text(weight.shape()) + ".");
        }
    }

    private static int groups(OnnxNode node, long in, long out) {
        long groups = node.whole("group", 1);
        if (groups < 1 || in % groups != 0 || out % groups != 0) {
            throw new OnnxException("its " + groups + " groups do not divide " + in + " and " + out + " channels.");
        }
        return (int) groups;
    }

    private static @Nullable SDVariable bias(OnnxGraph graph, long channels) {
        if (graph.maybe(2).isEmpty()) {
            return null;
        }
        if (!java.util.Arrays.equals(graph.in(2).shape(), new long[] {channels})) {
            throw new OnnxException("its bias has the shape "
                    + Size.text(graph.in(2).shape()) + ", but there are " + channels + " channels.");
        }
        return graph.variable(2);
    }

    /** The weight in another order of axes; an initialiser keeps its name, a computed weight is permuted in the graph. */
    private static SDVariable weight(OnnxGraph graph, Constant weight, String layout, int... axes) {
        if (graph.isInitialiser(1)) {
            return graph.weight(graph.inputName(1), layout + Size.text(weight.shape()), weight.permuted(axes));
        }
        return java.util.Arrays.equals(weight.shape(), graph.in(1).shape())
                ? graph.graph().permute(graph.variable(1), axes)
                : graph.graph().constant(weight.permuted(axes).array());
    }

    private static Conv2DConfig settings(Window window) {
        return Conv2DConfig.builder()
                .kH(window.kernel()[0])
                .kW(window.kernel()[1])
                .sH(window.strides()[0])
                .sW(window.strides()[1])
                .pH(window.begin()[0])
                .pW(window.begin()[1])
                .dH(window.dilations()[0])
                .dW(window.dilations()[1])
                .paddingMode(PaddingMode.VALID)
                .dataFormat("NCHW")
                .build();
    }

    private static SDVariable convolve(
            OnnxGraph graph, SDVariable x, SDVariable weight, @Nullable SDVariable bias, Window window) {
        return bias == null
                ? graph.graph().cnn().conv2d(x, weight, settings(window))
                : graph.graph().cnn().conv2d(x, weight, bias, settings(window));
    }

    private static SDVariable depthwise(
            OnnxGraph graph, SDVariable x, Constant weight, @Nullable SDVariable bias, Window window, int groups) {
        long[] shape = weight.shape();
        long each = shape[0] / groups;
        Constant split = weight.reshaped(groups, each, shape[2], shape[3]);
        SDVariable w = graph.isInitialiser(1)
                ? graph.weight(graph.inputName(1), "yxim", split.permuted(2, 3, 0, 1))
                : graph.graph().constant(split.permuted(2, 3, 0, 1).array());
        return bias == null
                ? graph.graph().cnn().depthWiseConv2d(x, w, settings(window))
                : graph.graph().cnn().depthWiseConv2d(x, w, bias, settings(window));
    }

    private static SDVariable grouped(
            OnnxGraph graph, SDVariable x, Constant weight, @Nullable SDVariable bias, Window window, int groups) {
        SDVariable w = weight(graph, weight, "yxio", 2, 3, 1, 0);
        long in = weight.shape()[1];
        long out = weight.shape()[0] / groups;
        List<SDVariable> parts = new ArrayList<>();
        for (int g = 0; g < groups; g++) {
            SDVariable part = Shapes.slice(graph, x, 4, 1, g * in, (g + 1) * in, 1);
            SDVariable own = Shapes.slice(graph, w, 4, 3, g * out, (g + 1) * out, 1);
            parts.add(convolve(graph, part, own, null, window));
        }
        // Joined without their biases: so the engine sees one convolution in groups.
        SDVariable joined = graph.graph().concat(1, parts.toArray(new SDVariable[0]));
        return bias == null ? joined : joined.add(graph.graph().reshape(bias, 1, -1, 1, 1));
    }

    private static void transposed(OnnxNode node, OnnxGraph graph) {
        Value in = Shapes.image(graph.in(0), "its input");
        Constant weight = graph.constant(1);
        requireKernel(weight, node);
        long[] shape = weight.shape();
        if (shape[0] != in.size(1)) {
            throw new OnnxException("its weight " + Size.text(shape) + " takes " + shape[0]
                    + " channels, but its input " + Size.text(in.shape()) + " has " + in.size(1) + ".");
        }
        int groups = groups(node, shape[0], shape[0]);
        long channels = shape[1] * groups;
        @Nullable SDVariable bias = bias(graph, channels);
        TransposedWindow window = TransposedWindow.of(node, shape, in.shape());

        SDVariable x = graph.variable(0);
        SDVariable w = window.isDilated()
                ? graph.graph()
                        .constant(dilated(weight, window.dilations())
                                .permuted(2, 3, 1, 0)
                                .array())
                : weight(graph, weight, "yxoi", 2, 3, 1, 0);
        int[] cut = window.evenCut();
        SDVariable result;
        if (groups == 1) {
            result = deconvolve(graph, x, w, window, cut);
        } else {
            long from = shape[0] / groups;
            List<SDVariable> parts = new ArrayList<>();
            for (int g = 0; g < groups; g++) {
                SDVariable part = Shapes.slice(graph, x, 4, 1, g * from, (g + 1) * from, 1);
                SDVariable own = Shapes.slice(graph, w, 4, 3, g * from, (g + 1) * from, 1);
                parts.add(deconvolve(graph, part, own, window, cut));
            }
            result = graph.graph().concat(1, parts.toArray(new SDVariable[0]));
        }
        for (int axis = 0; axis < 2; axis++) {
            result = window.finish(graph, result, axis, cut);
        }
        if (bias != null) {
            result = result.add(Shapes.reshape(graph, bias, 1, channels, 1, 1));
        }
        graph.put(result, Kind.REAL, in.size(0), channels, window.size(0), window.size(1));
    }

    private static SDVariable deconvolve(
            OnnxGraph graph, SDVariable x, SDVariable weight, TransposedWindow window, int[] cut) {
        DeConv2DConfig config = DeConv2DConfig.builder()
                .kH(window.extent(0))
                .kW(window.extent(1))
                .sH(window.strides()[0])
                .sW(window.strides()[1])
                .pH(cut[0])
                .pW(cut[1])
                .dH(1)
                .dW(1)
                .isSameMode(false)
                .dataFormat("NCHW")
                .build();
        return graph.graph().cnn().deconv2d(x, weight, config);
    }

    /** The kernel with zeros between its taps. */
    private static Constant dilated(Constant weight, int[] dilations) {
        long[] shape = weight.shape();
        int height = (int) ((shape[2] - 1) * dilations[0] + 1);
        int width = (int) ((shape[3] - 1) * dilations[1] + 1);
        float[] spread = new float[Constant.count(shape[0], shape[1], height, width)];
        for (int i = 0; i < weight.length(); i++) {
            int x = (int) (i % shape[3]);
            int y = (int) (i / shape[3] % shape[2]);
            int filter = (int) (i / shape[3] / shape[2]);
            spread[(filter * height + y * dilations[0]) * width + x * dilations[1]] = weight.real(i);
        }
        return Constant.reals(spread, shape[0], shape[1], height, width);
    }
}
