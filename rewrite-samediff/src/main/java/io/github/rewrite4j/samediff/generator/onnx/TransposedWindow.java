package io.github.rewrite4j.samediff.generator.onnx;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * How a transposed convolution spreads its taps. The full result has stride (size - 1) + extent cells a side; {@code begin} and
 * {@code end} of them are cut off, or zeros are added where these are negative.
 */
final class TransposedWindow {
    private final long[] kernel;
    private final int[] strides;
    private final int[] dilations;
    private final long[] begin;
    private final long[] end;
    private final long[] in;

    TransposedWindow(long[] kernel, int[] strides, int[] dilations, long[] begin, long[] end, long[] in) {
        this.kernel = kernel;
        this.strides = strides;
        this.dilations = dilations;
        this.begin = begin;
        this.end = end;
        this.in = in;
    }

    /** Taps in the file. */
    long[] kernel() {
        return kernel;
    }

    /** Cells between the windows. */
    int[] strides() {
        return strides;
    }

    /** Cells between taps. */
    int[] dilations() {
        return dilations;
    }

    /** Cells to cut off in front. */
    long[] begin() {
        return begin;
    }

    /** Cells to cut off behind. */
    long[] end() {
        return end;
    }

    /** Size of the input. */
    long[] in() {
        return in;
    }

    static TransposedWindow of(OnnxNode node, long[] weight, long[] shape) {
        Window window = Window.of(node, new long[] {weight[2], weight[3]}, shape);
        long[] extra = node.wholes("output_padding").orElse(new long[2]);
        long[] begin = new long[2];
        long[] end = new long[2];
        String automatic = node.text("auto_pad", "NOTSET");
        long[] wanted = node.wholes("output_shape").orElse(null);
        if (extra.length != 2 || extra[0] < 0 || extra[1] < 0) {
            throw new OnnxException("its output_padding is not two sizes.");
        }
        for (int i = 0; i < 2; i++) {
            long full = (shape[i + 2] - 1) * window.strides()[i] + window.extent(i) + extra[i];
            if (wanted != null || automatic.startsWith("SAME")) {
                long size = wanted != null ? wanted[wanted.length - 2 + i] : shape[i + 2] * window.strides()[i];
                long all = full - size;
                begin[i] = automatic.equals("SAME_UPPER") ? Math.floorDiv(all, 2) : all - Math.floorDiv(all, 2);
                end[i] = all - begin[i] - extra[i];
            } else {
                begin[i] = window.begin()[i];
                end[i] = window.end()[i] - extra[i];
            }
        }
        return new TransposedWindow(
                new long[] {weight[2], weight[3]}, window.strides(), window.dilations(), begin, end, new long[] {
                    shape[2], shape[3]
                });
    }

    boolean isDilated() {
        return dilations[0] > 1 || dilations[1] > 1;
    }

    int extent(int axis) {
        return (int) ((kernel[axis] - 1) * dilations[axis] + 1);
    }

    private long full(int axis) {
        return (in[axis] - 1) * strides[axis] + extent(axis);
    }

    long size(int axis) {
        long size = full(axis) - begin[axis] - end[axis];
        if (size < 1) {
            throw new OnnxException("its pads leave nothing of its result.");
        }
        return size;
    }

    /** What the operation itself cuts off both sides alike. */
    int[] evenCut() {
        int[] cut = new int[2];
        for (int i = 0; i < 2; i++) {
            cut[i] = begin[i] == end[i] && begin[i] >= 0 && begin[i] < extent(i) ? (int) begin[i] : 0;
        }
        return cut;
    }

    /** Cuts what is left to cut, adds what is missing. */
    SDVariable finish(OnnxGraph graph, SDVariable result, int axis, int[] cut) {
        long front = begin[axis] - cut[axis];
        long back = end[axis] - cut[axis];
        if (front == 0 && back == 0) {
            return result;
        }
        long size = full(axis) - 2L * cut[axis];
        SDVariable kept = result;
        if (front > 0 || back > 0) {
            kept = Shapes.slice(graph, kept, 4, axis + 2, Math.max(0, front), size - Math.max(0, back), 1);
        }
        if (front < 0 || back < 0) {
            long[] pads = new long[8];
            pads[axis + 2] = Math.max(0, -front);
            pads[axis + 6] = Math.max(0, -back);
            kept = Padding.constant(graph, kept, pads, 0);
        }
        return kept;
    }
}
