package io.github.rewrite4j.samediff.generator.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;

/** What takes a part: slices, splits and look-ups. */
final class Selection {
    /** Rows of the largest table in which an input of the network may look something up. */
    private static final int LARGEST_TABLE = 1 << 16;

    private Selection() {}

    static void register(Map<String, Operator> all) {
        all.put("Slice", Selection::slice);
        all.put("Split", Selection::split);
        all.put("Gather", Selection::gather);
        all.put("OneHot", Selection::marked);
    }

    private static void slice(OnnxNode node, OnnxGraph graph) {
        Value in = graph.in(0);
        boolean attributes = graph.opset() < 10;
        long[] begins = attributes
                ? node.wholes("starts").orElseThrow()
                : graph.constant(1).allWholes();
        long[] ends = attributes
                ? node.wholes("ends").orElseThrow()
                : graph.constant(2).allWholes();
        long[] axes = (attributes ? node.wholes("axes") : graph.maybeConstant(3).map(Constant::allWholes))
                .orElseGet(
                        () -> IntStream.range(0, begins.length).asLongStream().toArray());
        long[] steps = (attributes
                        ? java.util.Optional.<long[]>empty()
                        : graph.maybeConstant(4).map(Constant::allWholes))
                .orElseGet(() -> {
                    long[] ones = new long[begins.length];
                    Arrays.fill(ones, 1);
                    return ones;
                });
        if (ends.length != begins.length || axes.length != begins.length || steps.length != begins.length) {
            throw new OnnxException("it has not as many starts as ends, axes and steps.");
        }
        Value result = in;
        for (int i = 0; i < begins.length; i++) {
            int axis = OnnxNode.axis(axes[i], in.rank());
            result = sliced(graph, result, axis, begins[i], ends[i], steps[i]);
        }
        if (result.constant() != null) {
            graph.put(result.constant());
        } else if (result.equals(in)) {
            graph.put(0, in);
        } else {
            graph.put(Objects.requireNonNull(result.variable()), in.kind(), result.shape());
        }
    }

    private static Value sliced(OnnxGraph graph, Value in, int axis, long begin, long end, long step) {
        long size = in.size(axis);
        if (step == 0) {
            throw new OnnxException("it takes steps of 0.");
        }
        if (Size.isFree(size)) {
            boolean all = step == 1 && (begin == 0 || begin == -size) && (end == size || end >= Integer.MAX_VALUE);
            if (!all && !(step == 1 && begin == 0 && graph.freed(end) == size)) {
                throw new OnnxException("it takes a part of the batch.");
            }
            return in;
        }
        long lowest = step > 0 ? 0 : -1;
        long highest = step > 0 ? size : size - 1;
        long from = bounded(begin < 0 && !Size.isFree(begin) ? begin + size : begin, lowest, highest);
        long to = bounded(end < 0 && !Size.isFree(end) ? end + size : end, lowest, highest);
        long count = Math.max(0, step > 0 ? (to - from + step - 1) / step : (from - to - step - 1) / -step);
        if (in.constant() != null) {
            return Value.of(taken(in.constant(), axis, from, step, count));
        }
        long[] shape = Shapes.with(in.shape(), axis, count);
        SDVariable x = Objects.requireNonNull(in.variable());
        if (from == 0 && count == size && step == 1) {
            return in;
        }
        SDVariable part;
        if (step > 0) {
            part = Shapes.slice(graph, x, in.rank(), axis, from, to, step);
        } else {
            SDVariable turned = graph.graph().reverse(x, axis);
            part = Shapes.slice(graph, turned, in.rank(), axis, size - 1 - from, size - 1 - to, -step);
        }
        return Value.of(part, in.kind(), shape);
    }

    private static long bounded(long at, long lowest, long highest) {
        return Math.max(lowest, Math.min(highest, at));
    }

    private static Constant taken(Constant constant, int axis, long from, long step, long count) {
        long[] own = constant.shape();
        long[] shape = Shapes.with(own, axis, count);
        long inner = 1;
        for (int i = axis + 1; i < own.length; i++) {
            inner *= own[i];
        }
        long block = inner;
        return constant.rearranged(shape, index -> {
            long within = index % block;
            long at = index / block % count;
            long outer = index / block / count;
            return (outer * own[axis] + from + at * step) * block + within;
        });
    }

    private static void split(OnnxNode node, OnnxGraph graph) {
        Value in = graph.in(0);
        int axis = node.axis("axis", 0, in.rank());
        long size = in.size(axis);
        if (Size.isFree(size)) {
            throw new OnnxException("it splits the batch.");
        }
        int parts = graph.outputCount();
        long[] sizes = node.wholes("split")
                .or(() -> graph.maybeConstant(1).map(Constant::allWholes))
                .orElseGet(() -> {
                    long each = (size + parts - 1) / parts;
                    long[] even = new long[parts];
                    Arrays.fill(even, each);
                    even[parts - 1] = size - each * (parts - 1);
                    return even;
                });
        if (sizes.length != parts
                || Arrays.stream(sizes).sum() != size
                || Arrays.stream(sizes).anyMatch(s -> s < 0)) {
            throw new OnnxException("its parts " + Arrays.toString(sizes) + " do not make up " + size + ".");
        }
        long at = 0;
        for (int i = 0; i < parts; i++) {
            if (in.constant() != null) {
                graph.put(i, Value.of(taken(in.constant(), axis, at, 1, sizes[i])));
            } else {
                SDVariable part = parts == 1
                        ? graph.variable(0)
                        : Shapes.slice(graph, graph.variable(0), in.rank(), axis, at, at + sizes[i], 1);
                graph.put(i, part, in.kind(), Shapes.with(in.shape(), axis, sizes[i]));
            }
            at += sizes[i];
        }
    }

    /** Places that are known, or a look-up of whole numbers that the network is fed in a table of fixed numbers. */
    private static void gather(OnnxNode node, OnnxGraph graph) {
        Value in = graph.in(0);
        Value places = graph.in(1);
        int axis = node.axis("axis", 0, in.rank());
        if (places.constant() == null) {
            lookUp(graph, in, places, axis);
            return;
        }
        long size = in.size(axis);
        if (Size.isFree(size)) {
            throw new OnnxException("it picks from the batch.");
        }
        long[] wanted = places.constant().allWholes();
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = wanted[i] < 0 ? wanted[i] + size : wanted[i];
            if (wanted[i] < 0 || wanted[i] >= size) {
                throw new OnnxException("it picks number " + wanted[i] + " of " + size + ".");
            }
        }
        long[] shape = new long[in.rank() - 1 + places.rank()];
        System.arraycopy(in.shape(), 0, shape, 0, axis);
        System.arraycopy(places.shape(), 0, shape, axis, places.rank());
        System.arraycopy(in.shape(), axis + 1, shape, axis + places.rank(), in.rank() - axis - 1);
        if (in.constant() != null) {
            graph.put(picked(in.constant(), axis, wanted).reshaped(shape));
            return;
        }
        SDVariable x = Objects.requireNonNull(in.variable());
        List<SDVariable> parts = new ArrayList<>();
        for (int i = 0; i < wanted.length; ) {
            int run = 1;
            while (i + run < wanted.length && wanted[i + run] == wanted[i] + run) {
                run++;
            }
            parts.add(Shapes.slice(graph, x, in.rank(), axis, wanted[i], wanted[i] + run, 1));
            i += run;
        }
        SDVariable joined =
                parts.size() == 1 ? parts.get(0) : graph.graph().concat(axis, parts.toArray(new SDVariable[0]));
        graph.put(Shapes.reshape(graph, joined, shape), in.kind(), shape);
    }

    private static Constant picked(Constant constant, int axis, long[] wanted) {
        long[] own = constant.shape();
        long inner = 1;
        for (int i = axis + 1; i < own.length; i++) {
            inner *= own[i];
        }
        long block = inner;
        return constant.rearranged(Shapes.with(own, axis, wanted.length), index -> {
            long within = index % block;
            long at = index / block % wanted.length;
            long outer = index / block / wanted.length;
            return (outer * own[axis] + wanted[(int) at]) * block + within;
        });
    }

    /** A row of one value with another at the place of each whole number. */
    private static void marked(OnnxNode node, OnnxGraph graph) {
        Value places = graph.in(0);
        long depth = graph.constant(1).onlyWhole();
        Constant values = graph.constant(2);
        if (depth < 1 || depth > LARGEST_TABLE || values.length() != 2) {
            throw new OnnxException("it marks one of " + depth + " places by " + values.length()
                    + " values, but from 1 place to " + LARGEST_TABLE + " and two values are possible.");
        }
        int rank = places.rank();
        int axis = OnnxNode.axis(node.whole("axis", -1), rank + 1);
        SDVariable flat = Shapes.reshape(graph, graph.variable(0), Size.product(places.shape()))
                .castTo(DataType.INT32);
        SDVariable ones = graph.graph().oneHot(flat, (int) depth, -1, values.real(1), values.real(0), DataType.FLOAT);
        long[] shape = Arrays.copyOf(places.shape(), rank + 1);
        shape[rank] = depth;
        SDVariable rows = Shapes.reshape(graph, ones, shape);
        if (axis < rank) {
            int[] order = new int[rank + 1];
            for (int i = 0; i <= rank; i++) {
                order[i] = i < axis ? i : i == axis ? rank : i - 1;
            }
            rows = Shapes.permute(graph, rows, order);
            shape = Shapes.permuted(shape, order);
        }
        graph.put(rows, values.kind(), shape);
    }

    private static void lookUp(OnnxGraph graph, Value table, Value places, int axis) {
        if (table.constant() == null || table.rank() != 2 || axis != 0 || table.size(0) > LARGEST_TABLE) {
            throw new OnnxException("it picks places that are not known beforehand, from " + Size.text(table.shape())
                    + "; only rows of a fixed table can be looked up.");
        }
        long rows = Size.product(places.shape());
        SDVariable flat = Shapes.reshape(graph, graph.variable(1), rows).castTo(DataType.INT32);
        SDVariable marked = graph.graph().oneHot(flat, (int) table.size(0), -1, 1, 0, DataType.FLOAT);
        SDVariable found = graph.graph().mmul(marked, graph.variable(0));
        long[] shape = Arrays.copyOf(places.shape(), places.rank() + 1);
        shape[places.rank()] = table.size(1);
        graph.put(Shapes.reshape(graph, found, shape), Kind.REAL, shape);
    }
}
