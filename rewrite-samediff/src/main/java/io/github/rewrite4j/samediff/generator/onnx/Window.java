package io.github.rewrite4j.samediff.generator.onnx;

/**
 * How a window of taps slides over a map: sizes in rows and columns.
 */
final class Window {
    private final int[] kernel;
    private final int[] strides;
    private final int[] dilations;
    private final int[] begin;
    private final int[] end;

    Window(int[] kernel, int[] strides, int[] dilations, int[] begin, int[] end) {
        this.kernel = kernel;
        this.strides = strides;
        this.dilations = dilations;
        this.begin = begin;
        this.end = end;
    }

    /** Taps. */
    int[] kernel() {
        return kernel;
    }

    /** Cells from one window to the next. */
    int[] strides() {
        return strides;
    }

    /** Cells from one tap to the next. */
    int[] dilations() {
        return dilations;
    }

    /** Zeros before the first row and column. */
    int[] begin() {
        return begin;
    }

    /** Zeros after the last. */
    int[] end() {
        return end;
    }

    /** More cells than any window of an image network has. */
    private static final int MOST = 1 << 16;

    /**
     * Of a convolution's or a pool's attributes.
     *
     * @param kernel rows and columns of taps
     * @param shape of the map [N, C, H, W], by which automatic padding is computed
     */
    static Window of(OnnxNode node, long[] kernel, long[] shape) {
        int[] taps = pair(kernel, "kernel");
        int[] strides = pair(node.wholes("strides").orElse(new long[] {1, 1}), "strides");
        int[] dilations = pair(node.wholes("dilations").orElse(new long[] {1, 1}), "dilations");
        int[] begin = new int[2];
        int[] end = new int[2];
        String automatic = node.text("auto_pad", "NOTSET");
        switch (automatic) {
            case "NOTSET", "" -> {
                long[] pads = node.wholes("pads").orElse(new long[4]);
                if (pads.length != 4) {
                    throw new OnnxException("its pads are " + pads.length + ", but a map has four sides.");
                }
                for (int i = 0; i < 2; i++) {
                    begin[i] = padding(pads[i]);
                    end[i] = padding(pads[i + 2]);
                }
            }
            case "VALID" -> {
                // no zeros
            }
            case "SAME_UPPER", "SAME_LOWER" -> {
                for (int i = 0; i < 2; i++) {
                    long size = shape[i + 2];
                    long windows = (size + strides[i] - 1) / strides[i];
                    int all = (int) Math.max(0, (windows - 1) * strides[i] + (taps[i] - 1L) * dilations[i] + 1 - size);
                    begin[i] = automatic.equals("SAME_UPPER") ? all / 2 : all - all / 2;
                    end[i] = all - begin[i];
                }
            }
            default -> throw new OnnxException("its auto_pad '" + OnnxFile.shown(automatic) + "' is not known.");
        }
        return new Window(taps, strides, dilations, begin, end);
    }

    private static int[] pair(long[] sizes, String what) {
        if (sizes.length != 2) {
            throw new OnnxException(
                    "its " + what + " have " + sizes.length + " numbers, but only maps of two dimensions are read.");
        }
        for (long size : sizes) {
            if (size < 1 || size > MOST) {
                throw new OnnxException("its " + what + " hold " + size + ", which is none of 1 to " + MOST + ".");
            }
        }
        return new int[] {(int) sizes[0], (int) sizes[1]};
    }

    private static int padding(long pad) {
        if (pad < 0 || pad > MOST) {
            throw new OnnxException("it pads by " + pad + ", which is none of 0 to " + MOST + ".");
        }
        return (int) pad;
    }

    /** Whether as many zeros stand before as after. */
    boolean isEven() {
        return begin[0] == end[0] && begin[1] == end[1];
    }

    boolean isDilated() {
        return dilations[0] > 1 || dilations[1] > 1;
    }

    boolean isPadded() {
        return begin[0] + begin[1] + end[0] + end[1] > 0;
    }

    /** Cells that a window spans. */
    int extent(int axis) {
        return (kernel[axis] - 1) * dilations[axis] + 1;
    }

    /** How many windows there are. */
    long count(int axis, long size) {
        long room = size + begin[axis] + end[axis] - extent(axis);
        if (room < 0) {
            throw new OnnxException("its window of " + extent(axis) + " does not fit the map of " + size + ".");
        }
        return room / strides[axis] + 1;
    }

    /** As this, for a kernel that has zeros between its taps. */
    Window spread() {
        return new Window(new int[] {extent(0), extent(1)}, strides, new int[] {1, 1}, begin, end);
    }

    /** As this, on a map that has its zeros already. */
    Window withoutPadding() {
        return new Window(kernel, strides, dilations, new int[2], new int[2]);
    }
}
