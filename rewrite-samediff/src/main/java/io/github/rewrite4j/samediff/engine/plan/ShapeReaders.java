package io.github.rewrite4j.samediff.engine.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What moves numbers without computing: shapes, slices, joins, repetition, padding, look-up. */
final class ShapeReaders {
    /** Settings of strided slices that stand before the places. */
    private static final int MASKS = 5;

    private ShapeReaders() {}

    static void register(Map<String, Reader> all) {
        all.put("identity", Reader.of((n, b) -> n.in(0)));
        all.put("reshape", Reader.of(ShapeReaders::reshape));
        all.put("expand_dims", Reader.of(ShapeReaders::expanded));
        all.put("squeeze", Reader.of(ShapeReaders::squeezed));
        all.put("permute", Reader.of((n, b) -> b.permute(n.in(0), ints(n.wholesOr(0, 1)))));
        all.put("transpose", Reader.of(ShapeReaders::transposed));
        all.put(
                "shape_of",
                Reader.of((n, b) -> Slot.known(longs(n.in(0).shape()), n.in(0).rank())));
        all.put(
                "size_at",
                Reader.of((n, b) -> Slot.known(new long[] {
                    n.in(0).size(Node.axis(n.whole(0, 0), n.in(0).rank()))
                })));
        all.put("zeroslike", Reader.of((n, b) -> filled(n.in(0).shape(), 0)));
        all.put("ones_as", Reader.of((n, b) -> filled(n.in(0).shape(), 1)));
        all.put("fill", Reader.of((n, b) -> filled(ints(n.in(0).wholes()), n.real(0, 0))));
        all.put("range", Reader.of(ShapeReaders::range));
        all.put("concat", Reader.of(ShapeReaders::joined));
        all.put("stack", Reader.of(ShapeReaders::stacked));
        all.put("unstack", ShapeReaders::unstacked);
        all.put("split", ShapeReaders::split);
        all.put("slice", Reader.of(ShapeReaders::sliced));
        all.put("strided_slice", Reader.of(ShapeReaders::stridedSlice));
        all.put("gather", Reader.of(ShapeReaders::gathered));
        all.put("onehot", Reader.of(ShapeReaders::oneHot));
        all.put("tile", Reader.of(ShapeReaders::tiled));
        all.put("reverse", Reader.of(ShapeReaders::reversed));
        all.put("pad", Reader.of(ShapeReaders::padded));
    }

    static int[] ints(long[] numbers) {
        return Arrays.stream(numbers).mapToInt(Math::toIntExact).toArray();
    }

    private static long[] longs(int[] numbers) {
        return Arrays.stream(numbers).asLongStream().toArray();
    }

    private static Slot filled(int[] shape, double value) {
        Slot sized = Slot.of(Order.PLAIN, shape);
        float[] numbers = new float[sized.length()];
        Arrays.fill(numbers, (float) value);
        return Slot.known(numbers, shape);
    }

    private static Slot range(Node n, Builder b) {
        if (n.count() > 0) {
            throw new NoPlanException("its limits are computed.");
        }
        double from = n.real(0, 0);
        double step = n.real(2, 1);
        float[] numbers = new float[(int) Math.max(0, Math.ceil((n.real(1, 0) - from) / step))];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (from + i * step);
        }
        return Slot.known(numbers, numbers.length);
    }

    private static Slot reshape(Node n, Builder b) {
        Slot x = n.in(0);
        long[] given = n.wholes();
        int from = given.length > 0 && (given[0] == -'c' || given[0] == -'f') ? 1 : 0;
        if (from == 1 && given[0] == -'f') {
            throw new NoPlanException("it reads its numbers column by column.");
        }
        long[] wanted = n.wholesOr(from, 1);
        int[] shape = ints(wanted);
        int open = -1;
        int known = 1;
        for (int i = 0; i < shape.length; i++) {
            if (shape[i] == 0) {
                throw new NoPlanException("it leaves a size as it was.");
            }
            if (shape[i] < 0) {
                open = i;
            } else {
                known *= shape[i];
            }
        }
        if (open >= 0) {
            shape[open] = x.length() / known;
        }
        return b.reshape(x, shape);
    }

    private static Slot expanded(Node n, Builder b) {
        int[] shape = n.in(0).shape();
        int axis = Node.axis(n.wholesOr(0, 1)[0], shape.length + 1);
        int[] more = new int[shape.length + 1];
        for (int i = 0; i < more.length; i++) {
            more[i] = i == axis ? 1 : shape[i < axis ? i : i - 1];
        }
        return b.reshape(n.in(0), more);
    }

    private static Slot squeezed(Node n, Builder b) {
        Slot x = n.in(0);
        long[] given = n.wholes();
        boolean[] gone = new boolean[x.rank()];
        for (long axis : given) {
            gone[Node.axis(axis, gone.length)] = true;
        }
        int[] shape = IntStream.range(0, x.rank())
                .filter(i -> given.length == 0 ? x.size(i) != 1 : !gone[i])
                .map(x::size)
                .toArray();
        return b.reshape(x, shape);
    }

    private static Slot transposed(Node n, Builder b) {
        int rank = n.in(0).rank();
        return b.permute(
                n.in(0), IntStream.range(0, rank).map(i -> rank - 1 - i).toArray());
    }

    private static Slot joined(Node n, Builder b) {
        boolean dynamic = n.truth(0, false);
        List<Slot> parts = dynamic ? n.inputs().subList(0, n.count() - 1) : n.inputs();
        long axis = dynamic ? n.in(n.count() - 1).wholes()[0] : n.whole(0, 0);
        return b.concat(Node.axis(axis, parts.get(0).rank()), parts);
    }

    private static Slot stacked(Node n, Builder b) {
        int rank = n.in(0).rank() + 1;
        int axis = Node.axis(n.whole(0, 0), rank);
        int[] shape = new int[rank];
        for (int i = 0; i < rank; i++) {
            shape[i] = i == axis ? 1 : n.in(0).size(i < axis ? i : i - 1);
        }
        return b.concat(axis, n.inputs().stream().map(x -> b.reshape(x, shape)).toList());
    }

    private static List<Slot> unstacked(Node n, Builder b) {
        Slot x = n.in(0);
        int axis = Node.axis(n.whole(0, 0), x.rank());
        int[] shape =
                IntStream.range(0, x.rank()).filter(i -> i != axis).map(x::size).toArray();
        List<Slot> parts = new ArrayList<>();
        for (int i = 0; i < x.size(axis); i++) {
            parts.add(b.reshape(b.move(x, axis, new int[] {i}), shape));
        }
        return parts;
    }

    private static List<Slot> split(Node n, Builder b) {
        if (n.count() != 1) {
            throw new NoPlanException("its axis is an operand.");
        }
        Slot x = n.in(0);
        int count = (int) n.whole(0, 1);
        int axis = Node.axis(n.whole(1, 0), x.rank());
        int size = x.size(axis) / count;
        List<Slot> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(b.move(x, axis, steps(i * size, 1, size)));
        }
        return parts;
    }

    /** Places from one on. */
    private static int[] steps(int from, int step, int count) {
        int[] places = new int[count];
        Arrays.setAll(places, i -> from + i * step);
        return places;
    }

    private static Slot sliced(Node n, Builder b) {
        Slot x = n.in(0);
        long[] settings = n.wholes();
        int rank = x.rank();
        long[] begin = settings.length == 0 ? n.in(1).wholes() : Arrays.copyOf(settings, rank);
        long[] size = settings.length == 0 ? n.in(2).wholes() : Arrays.copyOfRange(settings, rank, 2 * rank);
        int[][] places = new int[rank][];
        for (int i = 0; i < rank; i++) {
            int from = (int) begin[i];
            int count = size[i] < 0 ? x.size(i) - from : (int) size[i];
            places[i] = from == 0 && count == x.size(i) ? new int[0] : steps(from, 1, count);
        }
        return b.move(x, places, 0);
    }

    private static Slot stridedSlice(Node n, Builder b) {
        Slot x = n.in(0);
        long[] s = n.wholes();
        if (s[1] != 0 || s[3] != 0) {
            throw new NoPlanException("it adds axes, or leaves some out.");
        }
        int count = n.count() > 1 ? n.in(1).length() : (s.length - MASKS) / 3;
        long[] begin = n.count() > 1 ? n.in(1).wholes() : Arrays.copyOfRange(s, MASKS, MASKS + count);
        long[] end = n.count() > 1 ? n.in(2).wholes() : Arrays.copyOfRange(s, MASKS + count, MASKS + 2 * count);
        long[] step = n.count() > 1 ? n.in(3).wholes() : Arrays.copyOfRange(s, MASKS + 2 * count, MASKS + 3 * count);
        int[][] places = new int[x.rank()][0];
        List<Integer> kept = new ArrayList<>();
        for (int i = 0; i < x.rank(); i++) {
            int size = x.size(i);
            boolean shrinks = i < count && (s[4] >> i & 1) == 1;
            if (i < count) {
                long from = begin[i] < 0 ? begin[i] + size : begin[i];
                long to = end[i] < 0 ? end[i] + size : end[i];
                boolean forward = step[i] > 0;
                if ((s[0] >> i & 1) == 1 && !shrinks) {
                    from = forward ? 0 : size - 1;
                }
                if ((s[2] >> i & 1) == 1 && !shrinks) {
                    to = forward ? size : -1;
                }
                to = shrinks ? from + 1 : Math.min(to, size);
                int by = shrinks ? 1 : (int) step[i];
                int length = (int) Math.max(0, (to - from + by - Integer.signum(by)) / by);
                boolean whole = from == 0 && by == 1 && length == size;
                places[i] = whole ? new int[0] : steps((int) from, by, length);
            }
            if (!shrinks) {
                kept.add(i);
            }
        }
        Slot moved = b.move(x, places, 0);
        int[] shape = kept.stream().mapToInt(moved::size).toArray();
        return b.reshape(moved, shape);
    }

    private static Slot gathered(Node n, Builder b) {
        Slot x = n.in(0);
        int axis = Node.axis(n.whole(0, 0), x.rank());
        long[] settings = n.wholes();
        if (n.count() == 1 || (settings.length > 1 && n.in(1).isKnown())) {
            long[] rows = settings.length > 1
                    ? Arrays.copyOfRange(settings, 1, settings.length)
                    : n.in(1).wholes();
            return taken(b, x, axis, rows, n.count() > 1 ? n.in(1).shape() : new int[] {rows.length});
        }
        Slot rows = b.plain(n.in(1));
        if (rows.isKnown()) {
            return taken(b, x, axis, rows.wholes(), rows.shape());
        }
        Slot table = b.plain(x);
        int[] shape = inserted(table.shape(), axis, rows.shape());
        int outer = 1;
        int inner = 1;
        for (int i = 0; i < table.rank(); i++) {
            outer *= i < axis ? table.size(i) : 1;
            inner *= i > axis ? table.size(i) : 1;
        }
        return b.emit(new LookUpStep(table, rows, Slot.of(Order.PLAIN, shape), outer, table.size(axis), inner));
    }

    private static int[] inserted(int[] shape, int axis, int[] instead) {
        return IntStream.concat(
                        IntStream.concat(Arrays.stream(shape, 0, axis), Arrays.stream(instead)),
                        Arrays.stream(shape, axis + 1, shape.length))
                .toArray();
    }

    private static Slot taken(Builder b, Slot x, int axis, long[] rows, int[] shape) {
        int[] places = new int[rows.length];
        for (int i = 0; i < places.length; i++) {
            places[i] = (int) (rows[i] < 0 ? rows[i] + x.size(axis) : rows[i]);
            if (places[i] < 0 || places[i] >= x.size(axis)) {
                throw new NoPlanException("it takes row " + rows[i] + " of " + x.size(axis) + ".");
            }
        }
        Slot moved = b.move(x, axis, places);
        return b.reshape(moved, inserted(x.shape(), axis, shape));
    }

    private static Slot oneHot(Node n, Builder b) {
        Slot x = n.in(0);
        if (n.count() > 1 || n.whole(0, -1) != -1) {
            throw new NoPlanException("its classes are an operand, or no last axis.");
        }
        int depth = (int) n.whole(1, 1);
        double on = n.real(0, 1);
        double off = n.real(1, 0);
        int[] shape = Arrays.copyOf(x.shape(), x.rank() + 1);
        shape[x.rank()] = 1;
        float[] classes = new float[depth];
        for (int i = 0; i < depth; i++) {
            classes[i] = i;
        }
        Slot hot = b.apply(Kind.EQUAL, b.reshape(x, shape), Slot.known(classes, depth));
        return on == 1 && off == 0 ? hot : b.apply(Kind.PLUS, b.apply(Kind.TIMES, hot, on - off), off);
    }

    private static Slot tiled(Node n, Builder b) {
        Slot x = n.in(0);
        long[] repeats = n.wholesOr(0, 1);
        if (repeats.length != x.rank()) {
            throw new NoPlanException("it has " + repeats.length + " repeats for " + x.rank() + " axes.");
        }
        int[][] places = new int[x.rank()][0];
        for (int i = 0; i < repeats.length; i++) {
            int size = x.size(i);
            if (repeats[i] != 1) {
                int[] axis = new int[Math.toIntExact(size * repeats[i])];
                Arrays.setAll(axis, j -> j % size);
                places[i] = axis;
            }
        }
        return b.move(x, places, 0);
    }

    private static Slot reversed(Node n, Builder b) {
        Slot x = n.in(0);
        int[][] places = new int[x.rank()][0];
        for (long axis : n.wholesOr(0, 1)) {
            int at = Node.axis(axis, x.rank());
            places[at] = steps(x.size(at) - 1, -1, x.size(at));
        }
        return b.move(x, places, 0);
    }

    private static Slot padded(Node n, Builder b) {
        Slot x = n.in(0);
        long[] pads = n.in(1).wholes();
        int mode = (int) n.whole(0, 0);
        int[][] places = new int[x.rank()][0];
        for (int i = 0; i < x.rank(); i++) {
            int before = (int) pads[2 * i];
            int after = (int) pads[2 * i + 1];
            int size = x.size(i);
            if (before + after > 0) {
                int[] axis = new int[before + size + after];
                Arrays.setAll(axis, j -> mirrored(j - before, size, mode));
                places[i] = axis;
            }
        }
        return b.move(x, places, n.real(0, 0));
    }

    /** 0: nothing outside; 1: mirrored at the centres of the last cells; 2: at their edges. */
    private static int mirrored(int place, int size, int mode) {
        if (place >= 0 && place < size) {
            return place;
        }
        if (mode == 0) {
            return -1;
        }
        int shift = mode == 1 ? 0 : 1;
        int inside = place < 0 ? -place - shift : 2 * size - 2 - place + shift;
        if (inside < 0 || inside >= size) {
            throw new NoPlanException("it mirrors more than there is.");
        }
        return inside;
    }
}
