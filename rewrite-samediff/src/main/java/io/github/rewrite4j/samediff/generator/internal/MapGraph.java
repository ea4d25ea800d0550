package io.github.rewrite4j.samediff.generator.internal;

import io.github.rewrite4j.samediff.generator.Edges;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.PadMode;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.factory.Nd4j;

/** Pieces of graphs over {@link Maps}, of operations whose gradients are right wherever they are computed. */
public final class MapGraph {
    private final SameDiff graph;

    public MapGraph(SameDiff graph) {
        Objects.requireNonNull(graph, "graph");
        this.graph = graph;
    }

    public SameDiff graph() {
        return graph;
    }

    /** An input. */
    public Maps feed(String name, int channels, int height, int width) {
        Objects.requireNonNull(name, "name");
        return new Maps(graph.placeHolder(name, DataType.FLOAT, -1, channels, height, width), channels, height, width);
    }

    /** Cells around a map; joined of slices, since ND4J's gradient of its own reflection is wrong. */
    public Maps padded(Maps x, int pad, Edges edges) {
        Objects.requireNonNull(x, "x");
        Objects.requireNonNull(edges, "edges");
        if (pad == 0) {
            return x;
        }
        int height = x.height() + 2 * pad;
        int width = x.width() + 2 * pad;
        SDVariable around =
                switch (edges) {
                    case ZERO ->
                        graph.nn()
                                .pad(
                                        x.variable(),
                                        graph.constant(Nd4j.createFromArray(
                                                new long[][] {{0, 0}, {0, 0}, {pad, pad}, {pad, pad}})),
                                        PadMode.CONSTANT,
                                        0);
                    case REFLECT, REPLICATE ->
                        beyond(beyond(x.variable(), 2, x.height(), pad, edges), 3, x.width(), pad, edges);
                };
        return new Maps(around, x.channels(), height, width);
    }

    private SDVariable beyond(SDVariable x, int axis, int size, int pad, Edges edges) {
        boolean reflect = edges == Edges.REFLECT;
        List<SDVariable> parts = new ArrayList<>();
        for (int i = pad; i >= 1; i--) {
            parts.add(cell(x, axis, reflect ? i : 0));
        }
        parts.add(x);
        for (int i = 1; i <= pad; i++) {
            parts.add(cell(x, axis, reflect ? size - 1 - i : size - 1));
        }
        return graph.concat(axis, parts.toArray(new SDVariable[0]));
    }

    private SDVariable cell(SDVariable x, int axis, int place) {
        return slice(x, axis, place, place + 1, 1);
    }

    /** Places of one axis of four. */
    public SDVariable slice(SDVariable x, int axis, int from, int to, int step) {
        Objects.requireNonNull(x, "x");
        long[] begin = new long[4];
        long[] end = new long[4];
        long[] strides = {1, 1, 1, 1};
        begin[axis] = from;
        end[axis] = to;
        strides[axis] = step;
        int whole = 15 & ~(1 << axis);
        return graph.stridedSlice(x, begin, end, strides, whole, whole, 0, 0, 0);
    }

    /** How a convolution steps over its maps. */
    public record Steps(int kernel, int stride, int pad, int dilation) {
        /** Without gaps. */
        public Steps(int kernel, int stride, int pad) {
            this(kernel, stride, pad, 1);
        }

        int after(int size) {
            return (size + 2 * pad - dilation * (kernel - 1) - 1) / stride + 1;
        }
    }

    /**
     * A convolution with zeros around the maps.
     *
     * @param weight [kernel, kernel, in, out]
     */
    public Maps convolved(Maps x, SDVariable weight, int out, Steps steps) {
        Objects.requireNonNull(x, "x");
        Objects.requireNonNull(weight, "weight");
        Conv2DConfig settings = Conv2DConfig.builder()
                .kH(steps.kernel())
                .kW(steps.kernel())
                .sH(steps.stride())
                .sW(steps.stride())
                .pH(steps.pad())
                .pW(steps.pad())
                .dH(steps.dilation())
                .dW(steps.dilation())
                .paddingMode(PaddingMode.VALID)
                .dataFormat("NCHW")
                .build();
        return new Maps(
                graph.cnn.conv2d(x.variable(), weight, settings), out, steps.after(x.height()), steps.after(x.width()));
    }

    /**
     * A transposed convolution, four cells wide in steps of two: doubles the grid.
     *
     * @param weight [4, 4, out, in]
     */
    public Maps doubledBy(Maps x, SDVariable weight, int out) {
        Objects.requireNonNull(x, "x");
        Objects.requireNonNull(weight, "weight");
        DeConv2DConfig settings = DeConv2DConfig.builder()
                .kH(4)
                .kW(4)
                .sH(2)
                .sW(2)
                .pH(1)
                .pW(1)
                .isSameMode(false)
                .dataFormat("NCHW")
                .build();
        return new Maps(graph.cnn.deconv2d(x.variable(), weight, settings), out, 2 * x.height(), 2 * x.width());
    }

    /** Each cell four times. */
    public Maps repeated(Maps x) {
        Objects.requireNonNull(x, "x");
        return new Maps(graph.cnn.upsampling2d(x.variable(), 2, 2, true), x.channels(), 2 * x.height(), 2 * x.width());
    }

    /** (x - mean) / sqrt(variance + epsilon) of each channel of each sample, times and plus what follows if it is given. */
    public Maps instanceNormal(Maps x, double epsilon) {
        SDVariable centred = centred(x);
        return x.as(centred.mul(rootOfVariance(centred, epsilon)));
    }

    /**
     * As {@link #instanceNormal}, then scaled and shifted.
     *
     * @param scale [N, C, 1, 1]
     * @param shift [N, C, 1, 1]
     */
    public Maps instanceNormal(Maps x, double epsilon, SDVariable scale, SDVariable shift) {
        Objects.requireNonNull(x, "x");
        Objects.requireNonNull(scale, "scale");
        Objects.requireNonNull(shift, "shift");
        SDVariable centred = centred(x);
        return x.as(centred.mul(rootOfVariance(centred, epsilon).mul(scale)).add(shift));
    }

    private SDVariable centred(Maps x) {
        return x.variable().sub(graph.mean(x.variable(), true, 2, 3));
    }

    private SDVariable rootOfVariance(SDVariable centred, double epsilon) {
        return graph.math.rsqrt(
                graph.mean(graph.math.square(centred), true, 2, 3).add(epsilon));
    }

    /** Numbers per channel as [1, C, 1, 1]. */
    public SDVariable perChannel(INDArray numbers) {
        return graph.constant(numbers.dup('c').reshape('c', 1, numbers.length(), 1, 1));
    }

    /** A constant. */
    public SDVariable constant(INDArray numbers) {
        Objects.requireNonNull(numbers, "numbers");
        return graph.constant(numbers);
    }
}
