package io.github.rewrite4j.samediff.generator.onnx;

import java.util.Map;
import java.util.Objects;
import java.util.function.BinaryOperator;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;

/** Pools of maps. What lies outside counts for nothing in a maximum, and in a mean only where the file says so. */
final class Pooling {
    /** As good as minus infinity, without making NaN of a difference. */
    private static final double LOWEST = -1e30;

    private Pooling() {}

    static void register(Map<String, Operator> all) {
        all.put("MaxPool", Pooling::maximum);
        all.put("AveragePool", Pooling::mean);
        all.put("GlobalAveragePool", (node, graph) -> global(graph, false));
        all.put("GlobalMaxPool", (node, graph) -> global(graph, true));
    }

    private static void global(OnnxGraph graph, boolean maximum) {
        Value in = Shapes.image(graph.in(0), "its input");
        SDVariable x = graph.variable(0);
        SDVariable pooled =
                maximum ? graph.graph().max(x, true, 2, 3) : graph.graph().mean(x, true, 2, 3);
        graph.put(pooled, Kind.REAL, in.size(0), in.size(1), 1, 1);
    }

    private static Window window(OnnxNode node, Value in) {
        long[] kernel = node.wholes("kernel_shape").orElseThrow(() -> new OnnxException("it has no kernel_shape."));
        Window window = Window.of(node, kernel, in.shape());
        if (node.whole("ceil_mode", 0) == 0) {
            return window;
        }
        int[] end = window.end().clone();
        for (int i = 0; i < 2; i++) {
            long room = in.size(i + 2) + window.begin()[i] + end[i] - window.extent(i);
            int over = (int) Math.floorMod(room, (long) window.strides()[i]);
            boolean startsInside = room + (window.strides()[i] - over) < in.size(i + 2) + window.begin()[i];
            end[i] += over == 0 || !startsInside ? 0 : window.strides()[i] - over;
        }
        return new Window(window.kernel(), window.strides(), window.dilations(), window.begin(), end);
    }

    private static Pooling2DConfig settings(Window window) {
        return Pooling2DConfig.builder()
                .kH(window.kernel()[0])
                .kW(window.kernel()[1])
                .sH(window.strides()[0])
                .sW(window.strides()[1])
                .dH(1)
                .dW(1)
                .pH(0)
                .pW(0)
                .paddingMode(PaddingMode.VALID)
                .isNHWC(false)
                .build();
    }

    private static long[] pads(Window window) {
        return new long[] {0, 0, window.begin()[0], window.begin()[1], 0, 0, window.end()[0], window.end()[1]};
    }

    private static void maximum(OnnxNode node, OnnxGraph graph) {
        Value in = Shapes.image(graph.in(0), "its input");
        if (graph.outputCount() > 1) {
            throw new OnnxException("it gives the places of its maxima, which are not read.");
        }
        Window window = window(node, in);
        SDVariable x = graph.variable(0);
        SDVariable padded = window.isPadded() ? Padding.constant(graph, x, pads(window), LOWEST) : x;
        SDVariable largest = window.isDilated()
                ? taps(graph, padded, shape(in, window), window, graph.graph().math()::max)
                : graph.graph().cnn().maxPooling2d(padded, settings(window));
        graph.put(largest, Kind.REAL, shape(in, window));
    }

    private static void mean(OnnxNode node, OnnxGraph graph) {
        Value in = Shapes.image(graph.in(0), "its input");
        Window window = window(node, in);
        SDVariable x = graph.variable(0);
        SDVariable padded = window.isPadded() ? Padding.zeros(graph, x, window) : x;
        long[] shape = shape(in, window);
        SDVariable means = window.isDilated()
                ? taps(graph, padded, shape, window, SDVariable::add)
                        .mul(1.0 / (window.kernel()[0] * window.kernel()[1]))
                : graph.graph().cnn().avgPooling2d(padded, settings(window));
        if (window.isPadded()) {
            // Zeros beyond what the file pads, which rounding up reaches, never count.
            Window counted = node.whole("count_include_pad", 0) != 0
                    ? Window.of(node, new long[] {window.kernel()[0], window.kernel()[1]}, in.shape())
                    : window.withoutPadding();
            float[] factors = new float[(int) (shape[2] * shape[3])];
            for (int i = 0; i < factors.length; i++) {
                long rows = covered(window, counted, 0, i / shape[3], in.size(2));
                long columns = covered(window, counted, 1, i % shape[3], in.size(3));
                factors[i] = (float) ((double) window.kernel()[0] * window.kernel()[1] / (rows * columns));
            }
            means = means.mul(graph.graph()
                    .constant(Constant.reals(factors, 1, 1, shape[2], shape[3]).array()));
        }
        graph.put(means, Kind.REAL, shape);
    }

    /** How many taps of a window count. */
    private static long covered(Window window, Window counted, int axis, long place, long size) {
        long from = place * window.strides()[axis] - window.begin()[axis];
        long count = 0;
        for (int tap = 0; tap < window.kernel()[axis]; tap++) {
            long at = from + (long) tap * window.dilations()[axis];
            count += at >= -counted.begin()[axis] && at < size + counted.end()[axis] ? 1 : 0;
        }
        return Math.max(1, count);
    }

    /** Joins what each tap sees, a map for each of them: for windows with gaps, which ND4J does not pool. */
    private static SDVariable taps(
            OnnxGraph graph, SDVariable padded, long[] shape, Window window, BinaryOperator<SDVariable> joining) {
        SDVariable joined = null;
        for (int i = 0; i < window.kernel()[0]; i++) {
            SDVariable rows = tap(graph, padded, shape, window, 0, i);
            for (int j = 0; j < window.kernel()[1]; j++) {
                SDVariable seen = tap(graph, rows, shape, window, 1, j);
                joined = joined == null ? seen : joining.apply(joined, seen);
            }
        }
        return Objects.requireNonNull(joined);
    }

    private static SDVariable tap(OnnxGraph graph, SDVariable maps, long[] shape, Window window, int axis, int tap) {
        long from = (long) tap * window.dilations()[axis];
        long step = window.strides()[axis];
        return Shapes.slice(graph, maps, 4, axis + 2, from, from + (shape[axis + 2] - 1) * step + 1, step);
    }

    private static long[] shape(Value in, Window window) {
        return new long[] {in.size(0), in.size(1), window.count(0, in.size(2)), window.count(1, in.size(3))};
    }
}
