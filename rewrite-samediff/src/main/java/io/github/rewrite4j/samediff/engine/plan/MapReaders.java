package io.github.rewrite4j.samediff.engine.plan;

import io.github.rewrite4j.samediff.engine.kernel.MapGeometry;
import java.util.Arrays;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/** Convolutions, pools and changes of grids. */
final class MapReaders {
    private MapReaders() {}

    static void register(Map<String, Reader> all) {
        all.put("conv2d", Reader.of((n, b) -> convolved(n, b, false)));
        all.put("depthwise_conv2d", Reader.of((n, b) -> convolved(n, b, true)));
        all.put("sconv2d", Reader.of(MapReaders::separable));
        all.put("deconv2d", Reader.of(MapReaders::transposed));
        all.put("maxpool2d", Reader.of((n, b) -> pooled(n, b, true)));
        all.put("avgpool2d", Reader.of((n, b) -> pooled(n, b, false)));
        all.put("upsampling2d", Reader.of(MapReaders::repeated));
        all.put("depth_to_space", Reader.of(MapReaders::depthToSpace));
        all.put("space_to_depth", Reader.of(MapReaders::spaceToDepth));
        for (String name : new String[] {
            "resize_bilinear", "resize_nearest_neighbor", "resize_bicubic", "image_resize", "resize_area"
        }) {
            all.put(name, Reader.of(MapReaders::resized));
        }
    }

    /** How windows of one axis lie. */
    private record Along(int size, int kernel, int stride, int dilation, int before, int count) {
        /**
         * @param padding zeros in front, unless same
         * @param mode 0 as given, 1 SAME: as many windows as strides, more zeros behind
         */
        static Along of(int size, int kernel, int stride, int dilation, int padding, int mode) {
            int extent = (kernel - 1) * dilation + 1;
            if (mode == 1) {
                int count = (size + stride - 1) / stride;
                int zeros = (count - 1) * stride + extent - size;
                if (zeros < 0) {
                    throw new NoPlanException("its stride is larger than its kernel, with the padding SAME.");
                }
                return new Along(size, kernel, stride, dilation, zeros / 2, count);
            }
            if (mode != 0) {
                throw new NoPlanException("its padding is causal.");
            }
            return new Along(size, kernel, stride, dilation, padding, (size + 2 * padding - extent) / stride + 1);
        }
    }

    /** Maps [N, H, W, C] as they lie, whichever way the graph writes them. */
    private record Maps(Slot x, int channels, int h, int w, boolean channelsLast) {
        static Maps of(Slot x, boolean channelsLast, Builder b) {
            if (x.rank() != 4) {
                throw new NoPlanException("it reads " + x + ", which is no map.");
            }
            return channelsLast
                    ? new Maps(b.plain(x), x.size(3), x.size(1), x.size(2), true)
                    : new Maps(b.last(x), x.size(1), x.size(2), x.size(3), false);
        }

        int samples() {
            return x.size(0);
        }

        Slot result(int c, int height, int width) {
            return channelsLast
                    ? Slot.of(Order.PLAIN, samples(), height, width, c)
                    : Slot.of(Order.LAST, samples(), c, height, width);
        }
    }

    /** Bias per channel. */
    private static Slot biased(Builder b, Slot y, Node n, int operand, boolean channelsLast) {
        if (n.count() <= operand) {
            return y;
        }
        Slot bias = n.in(operand);
        return b.add(y, channelsLast ? bias : b.reshape(bias, bias.length(), 1, 1));
    }

    /** A weight as [rows, columns, in, out]. */
    private static Slot weight(Builder b, Slot weight, int format) {
        return switch (format) {
            case 0 -> b.plain(weight);
            case 1 -> b.plain(b.permute(weight, 2, 3, 1, 0));
            case 2 -> b.plain(b.permute(weight, 1, 2, 3, 0));
            default -> throw new NoPlanException("its weight lies in the order " + format + ".");
        };
    }

    private static Slot convolved(Node n, Builder b, boolean depthwise) {
        boolean channelsLast = n.whole(9, 0) == 1;
        Slot w = weight(b, n.in(1), depthwise ? 0 : (int) n.whole(10, 0));
        Slot y = convolved(n, b, n.in(0), w, depthwise, channelsLast);
        return biased(b, y, n, 2, channelsLast);
    }

    private static Slot convolved(Node n, Builder b, Slot from, Slot w, boolean depthwise, boolean channelsLast) {
        boolean folded = from.order() == Order.FOLDED && w.size(2) == 1 && w.size(3) == 1 && w.isKnown();
        Maps maps = Maps.of(folded ? b.unfolded(from) : from, channelsLast, b);
        Along down = along(n, maps.h(), w.size(0), 0);
        Along across = along(n, maps.w(), w.size(1), 1);
        boolean each = depthwise || folded;
        int in = w.size(2);
        if (!folded && in != maps.channels()) {
            throw new NoPlanException("it reads " + in + " channels of " + maps.channels() + ".");
        }
        int out = folded ? maps.channels() : depthwise ? in * w.size(3) : w.size(3);
        Slot weight = folded ? eachChannel(w, maps.channels()) : w;
        MapGeometry geometry = new MapGeometry(
                maps.samples(),
                maps.channels(),
                maps.h(),
                maps.w(),
                out,
                w.size(0),
                w.size(1),
                down.stride(),
                across.stride(),
                down.dilation(),
                across.dilation(),
                down.before(),
                across.before(),
                down.count(),
                across.count(),
                each ? maps.channels() : 1);
        Slot result = maps.result(out, down.count(), across.count());
        Slot half = Doubling.suits(geometry) ? b.rewrites().halved(from, channelsLast ? 1 : 2) : null;
        if (half != null) {
            Slot before = Maps.of(half, channelsLast, b).x();
            return b.emit(new ConvolutionStep(
                    b.kernels(), before, Doubling.weight(b, w), result, Doubling.geometry(geometry), true));
        }
        Slot y = b.emit(new ConvolutionStep(b.kernels(), maps.x(), weight, result, geometry, false));
        b.groups().convolved(y, from, weight, geometry, channelsLast);
        return folded
                ? y.view(Order.FOLDED, maps.channels(), maps.samples() * out, 1, down.count(), across.count())
                : y;
    }

    /** A convolution in groups. */
    static Slot grouped(Builder b, Groups.Found found) {
        MapGeometry g = found.geometry();
        Maps maps = Maps.of(found.whole(), found.channelsLast(), b);
        Slot result = maps.result(g.out(), g.height(), g.width());
        return b.emit(new ConvolutionStep(b.kernels(), maps.x(), found.weight(), result, g, false));
    }

    /** One filter for every channel: [rows, columns, 1, channels]. */
    private static Slot eachChannel(Slot w, int channels) {
        float[] all = new float[w.length() * channels];
        for (int t = 0; t < w.length(); t++) {
            Arrays.fill(all, t * channels, (t + 1) * channels, w.value()[t]);
        }
        return Slot.known(all, w.size(0), w.size(1), 1, channels);
    }

    private static Along along(Node n, int size, int kernel, int axis) {
        return Along.of(
                size,
                kernel,
                (int) n.whole(2 + axis, 1),
                (int) Math.max(1, n.whole(6 + axis, 1)),
                (int) n.whole(4 + axis, 0),
                (int) n.whole(8, 0));
    }

    private static Slot separable(Node n, Builder b) {
        boolean channelsLast = n.whole(9, 0) == 1;
        if (n.whole(10, 0) != 0 || n.count() < 3) {
            throw new NoPlanException("its weights lie in another order.");
        }
        Slot each = convolved(n, b, n.in(0), b.plain(n.in(1)), true, channelsLast);
        Slot mixing = b.plain(n.in(2));
        Maps maps = Maps.of(each, channelsLast, b);
        MapGeometry geometry = new MapGeometry(
                maps.samples(),
                maps.channels(),
                maps.h(),
                maps.w(),
                mixing.size(3),
                1,
                1,
                1,
                1,
                1,
                1,
                0,
                0,
                maps.h(),
                maps.w(),
                1);
        Slot result = maps.result(mixing.size(3), maps.h(), maps.w());
        Slot y = b.emit(new ConvolutionStep(b.kernels(), maps.x(), mixing, result, geometry, false));
        return biased(b, y, n, 3, channelsLast);
    }

    /** The adjoint of a convolution from the larger maps to the smaller ones. */
    private static Slot transposed(Node n, Builder b) {
        boolean channelsLast = n.whole(9, 0) == 1;
        if (n.whole(10, 0) != 0) {
            throw new NoPlanException("its weight lies in the order " + n.whole(10, 0) + ".");
        }
        Slot w = b.plain(n.in(1));
        Slot from = n.in(0);
        boolean folded = from.order() == Order.FOLDED && w.size(2) == 1 && w.size(3) == 1 && w.isKnown();
        Maps maps = Maps.of(folded ? b.unfolded(from) : from, channelsLast, b);
        boolean same = n.whole(8, 0) == 1;
        Along down = upwards(n, maps.h(), w.size(0), 0, same);
        Along across = upwards(n, maps.w(), w.size(1), 1, same);
        int c = folded ? maps.channels() : w.size(2);
        MapGeometry geometry = new MapGeometry(
                maps.samples(),
                c,
                down.size(),
                across.size(),
                maps.channels(),
                w.size(0),
                w.size(1),
                down.stride(),
                across.stride(),
                down.dilation(),
                across.dilation(),
                down.before(),
                across.before(),
                maps.h(),
                maps.w(),
                folded ? c : 1);
        Slot result = maps.result(c, down.size(), across.size());
        Slot weight = folded ? eachChannel(w, c) : w;
        Slot y = b.emit(new ConvolutionStep(b.kernels(), maps.x(), weight, result, geometry, true));
        return folded
                ? y.view(Order.FOLDED, c, maps.samples() * c, 1, down.size(), across.size())
                : biased(b, y, n, 2, channelsLast);
    }

    private static Along upwards(Node n, int count, int kernel, int axis, boolean same) {
        int stride = (int) n.whole(2 + axis, 1);
        int dilation = (int) Math.max(1, n.whole(6 + axis, 1));
        int extent = (kernel - 1) * dilation + 1;
        int padding = (int) n.whole(4 + axis, 0);
        int size = same ? count * stride : (count - 1) * stride + extent - 2 * padding;
        int before = same ? ((count - 1) * stride + extent - size) / 2 : padding;
        if (same && extent < stride) {
            throw new NoPlanException("its stride is larger than its kernel, with the padding SAME.");
        }
        return new Along(size, kernel, stride, dilation, before, count);
    }

    private static Slot pooled(Node n, Builder b, boolean largest) {
        Maps maps = Maps.of(n.in(0), n.whole(10, 0) == 1, b);
        if (n.whole(6, 1) > 1 || n.whole(7, 1) > 1) {
            throw new NoPlanException("its windows have gaps.");
        }
        Along down = along(n, maps.h(), (int) n.whole(0, 1), 0);
        Along across = along(n, maps.w(), (int) n.whole(1, 1), 1);
        Slot result = maps.result(maps.channels(), down.count(), across.count());
        PoolStep.Window window = new PoolStep.Window(
                maps.channels(),
                maps.h(),
                maps.w(),
                down.count(),
                across.count(),
                down.kernel(),
                across.kernel(),
                down.stride(),
                across.stride(),
                down.before(),
                across.before(),
                largest,
                n.whole(9, 0) == 1);
        return b.emit(new PoolStep(maps.x(), result, window));
    }

    private static Slot repeated(Node n, Builder b) {
        Slot x = n.in(0);
        boolean channelsFirst = n.whole(2, 1) == 1;
        int rows = channelsFirst ? 2 : 1;
        int fy = (int) n.whole(0, 1);
        int fx = (int) n.whole(1, fy);
        int[][] places = new int[x.rank()][0];
        places[rows] = repeated(x.size(rows), fy);
        places[rows + 1] = repeated(x.size(rows + 1), fx);
        return b.repeat(x, places);
    }

    private static int[] repeated(int size, int factor) {
        int[] places = new int[size * factor];
        Arrays.setAll(places, i -> i / factor);
        return places;
    }

    /** Channel (i s + j) C + c of a cell becomes channel c of the cell (i, j) in it. */
    private static Slot depthToSpace(Node n, Builder b) {
        Slot x = b.strided(n.in(0));
        int s = (int) n.whole(0, 1);
        boolean channelsLast = n.whole(1, 0) == 1;
        int ca = channelsLast ? 3 : 1;
        int ya = channelsLast ? 1 : 2;
        int[] strides = x.strides();
        int channels = x.size(ca) / (s * s);
        int[][] offsets = new int[4][];
        int[] shape = x.shape().clone();
        offsets[0] = MoveStep.whole(x.size(0), strides[0]);
        offsets[ca] = MoveStep.whole(channels, strides[ca]);
        shape[ca] = channels;
        for (int k = 0; k < 2; k++) {
            int axis = ya + k;
            int inner = (k == 0 ? s : 1) * channels * strides[ca];
            int[] along = new int[x.size(axis) * s];
            Arrays.setAll(along, i -> i / s * strides[axis] + i % s * inner);
            offsets[axis] = along;
            shape[axis] = along.length;
        }
        return b.emit(new MoveStep(x, Slot.of(x.order(), shape), offsets, 0));
    }

    private static Slot spaceToDepth(Node n, Builder b) {
        Slot x = b.strided(n.in(0));
        int s = (int) n.whole(0, 1);
        boolean channelsLast = n.whole(1, 0) == 1;
        int ca = channelsLast ? 3 : 1;
        int ya = channelsLast ? 1 : 2;
        int[] strides = x.strides();
        int channels = x.size(ca);
        int[][] offsets = new int[4][];
        int[] shape = x.shape().clone();
        offsets[0] = MoveStep.whole(x.size(0), strides[0]);
        int[] depth = new int[channels * s * s];
        Arrays.setAll(
                depth,
                i -> i / channels / s * strides[ya] + i / channels % s * strides[ya + 1] + i % channels * strides[ca]);
        offsets[ca] = depth;
        shape[ca] = depth.length;
        for (int axis = ya; axis < ya + 2; axis++) {
            offsets[axis] = MoveStep.whole(x.size(axis) / s, s * strides[axis]);
            shape[axis] = x.size(axis) / s;
        }
        return b.emit(new MoveStep(x, Slot.of(x.order(), shape), offsets, 0));
    }

    /** Maps [N, H, W, C]; the mixtures along an axis are what ND4J makes of single cells. */
    private static Slot resized(Node n, Builder b) {
        Slot x = b.plain(n.in(0));
        if (x.rank() != 4) {
            throw new NoPlanException("it resizes " + x + ", which is no map [N, H, W, C].");
        }
        long[] size = n.count() > 1
                ? n.in(1).wholes()
                : n.kind().equals("image_resize") ? Arrays.copyOfRange(n.wholes(), 1, 3) : Arrays.copyOf(n.wholes(), 2);
        Slot y = x;
        for (int axis = 1; axis < 3; axis++) {
            int to = (int) size[axis - 1];
            y = b.resample(y, axis, mixtures(n, x.size(axis), to, axis));
        }
        return y;
    }

    private static float[][] mixtures(Node n, int from, int to, int axis) {
        DynamicCustomOp op = (DynamicCustomOp) n.operation().getOp();
        boolean rows = axis == 1;
        // One picture for each cell of the axis; the other axis has two cells that are the same.
        INDArray cells = Nd4j.zeros(DataType.FLOAT, from, rows ? from : 2, rows ? 2 : from, 1);
        for (int i = 0; i < from; i++) {
            for (int j = 0; j < 2; j++) {
                cells.putScalar(new int[] {i, rows ? i : j, rows ? j : i, 0}, 1);
            }
        }
        int height = rows ? to : 2;
        int width = rows ? 2 : to;
        INDArray result = Nd4j.create(DataType.FLOAT, from, height, width, 1);
        INDArray wanted = Nd4j.createFromArray(height, width);
        DynamicCustomOp.DynamicCustomOpsBuilder copy = DynamicCustomOp.builder(op.opName())
                .addInputs(cells, wanted)
                .addOutputs(result)
                .addBooleanArguments(op.bArgs());
        if (op.opName().equals("image_resize")) {
            copy.addIntegerArguments(op.iArgs()[0]);
        }
        Nd4j.exec(copy.build());
        float[][] matrix = new float[to][from];
        for (int i = 0; i < from; i++) {
            for (int j = 0; j < to; j++) {
                matrix[j][i] = result.getFloat(i, rows ? j : 0, rows ? 0 : j, 0);
            }
        }
        cells.close();
        result.close();
        wanted.close();
        return matrix;
    }
}
