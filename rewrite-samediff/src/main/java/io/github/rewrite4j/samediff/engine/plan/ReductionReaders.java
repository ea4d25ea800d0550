package io.github.rewrite4j.samediff.engine.plan;

import java.util.List;
import java.util.Map;

/** What sums over axes: sums, means, norms, softmax, normalisation, products and attention. */
final class ReductionReaders {
    private static final double SMALLEST = 1e-30;

    private ReductionReaders() {}

    static void register(Map<String, Reader> all) {
        all.put("reduce_sum", Reader.of((n, b) -> b.sum(n.in(0), n.reduced(), n.keeps())));
        all.put("reduce_mean", Reader.of((n, b) -> b.mean(n.in(0), n.reduced(), n.keeps())));
        all.put("reduce_max", Reader.of((n, b) -> b.largest(n.in(0), n.reduced(), n.keeps())));
        all.put(
                "reduce_min",
                Reader.of((n, b) ->
                        b.apply(Kind.NEGATE, b.largest(b.apply(Kind.NEGATE, n.in(0)), n.reduced(), n.keeps()))));
        all.put("reduce_sqnorm", Reader.of((n, b) -> b.sum(b.apply(Kind.SQUARE, n.in(0)), n.reduced(), n.keeps())));
        all.put(
                "reduce_norm2",
                Reader.of((n, b) -> b.apply(Kind.SQRT, b.sum(b.apply(Kind.SQUARE, n.in(0)), n.reduced(), n.keeps()))));
        all.put("reduce_norm1", Reader.of((n, b) -> b.sum(b.apply(Kind.ABS, n.in(0)), n.reduced(), n.keeps())));
        all.put("moments", ReductionReaders::moments);
        all.put("standardize", Reader.of((n, b) -> standardised(b, n.in(0), axes(n, n.wholes()))));
        all.put("softmax", Reader.of(ReductionReaders::softmax));
        all.put("log_softmax", Reader.of(ReductionReaders::logSoftmax));
        all.put("batchnorm", Reader.of(ReductionReaders::batchNorm));
        all.put("layer_norm", Reader.of(ReductionReaders::layerNorm));
        all.put("matmul", Reader.of(ReductionReaders::product));
        all.put("mmul", all.get("matmul"));
        all.put(
                "xw_plus_b",
                Reader.of((n, b) ->
                        b.add(b.product(n.in(0), n.in(1), n.whole(0, 0) == 1, n.whole(1, 0) == 1, 1), n.in(2))));
        all.put(
                "relu_layer",
                Reader.of((n, b) ->
                        b.apply(Kind.LEAKY, b.add(b.product(n.in(0), n.in(1), false, false, 1), n.in(2)), 0)));
        all.put("dot_product_attention", Reader.of(ReductionReaders::attention));
    }

    private static boolean[] axes(Node n, long[] given) {
        boolean[] axes = new boolean[n.in(0).rank()];
        for (long axis : given) {
            axes[Node.axis(axis, axes.length)] = true;
        }
        return axes;
    }

    private static List<Slot> moments(Node n, Builder b) {
        Slot x = n.in(0);
        boolean[] axes = axes(n, n.wholesOr(0, 1));
        boolean keep = n.truth(0, n.real(0, 0) != 0);
        Slot mean = b.mean(x, axes, true);
        Slot variance = b.mean(b.apply(Kind.SQUARE, b.subtract(x, mean)), axes, keep);
        return List.of(keep ? mean : b.mean(x, axes, false), variance);
    }

    /** (x - mean) / deviation, with the deviation of all numbers; zero where nothing deviates. */
    private static Slot standardised(Builder b, Slot x, boolean[] axes) {
        Slot centred = b.subtract(x, b.mean(x, axes, true));
        Slot variance = b.mean(b.apply(Kind.SQUARE, centred), axes, true);
        return b.multiply(centred, b.apply(Kind.RSQRT, b.apply(Kind.AT_LEAST, variance, SMALLEST)));
    }

    private static boolean[] only(int axis, int rank) {
        boolean[] axes = new boolean[rank];
        axes[axis] = true;
        return axes;
    }

    private static Slot softmax(Node n, Builder b) {
        Slot x = n.in(0);
        return softmax(b, x, only(Node.axis(n.whole(0, -1), x.rank()), x.rank()));
    }

    private static Slot softmax(Builder b, Slot x, boolean[] axes) {
        Slot e = b.apply(Kind.EXP, b.subtract(x, b.largest(x, axes, true)));
        return b.apply(Kind.DIVIDE, e, b.sum(e, axes, true));
    }

    private static Slot logSoftmax(Node n, Builder b) {
        Slot x = n.in(0);
        boolean[] axes = only(Node.axis(n.whole(0, -1), x.rank()), x.rank());
        Slot centred = b.subtract(x, b.largest(x, axes, true));
        return b.subtract(centred, b.apply(Kind.LOG, b.sum(b.apply(Kind.EXP, centred), axes, true)));
    }

    private static Slot batchNorm(Node n, Builder b) {
        Slot x = n.in(0);
        boolean scaled = n.whole(0, 0) == 1;
        boolean shifted = n.whole(1, 0) == 1;
        int rank = x.rank();
        int axis = Node.axis(n.whole(2, rank - 1), rank);
        if (n.wholes().length > 3) {
            throw new NoPlanException("it normalises along several axes.");
        }
        int[] shape = new int[rank - axis];
        java.util.Arrays.fill(shape, 1);
        shape[0] = x.size(axis);
        Slot factor = b.apply(Kind.RSQRT, b.apply(Kind.PLUS, b.reshape(n.in(2), shape), n.real(0, 1e-5)));
        if (scaled) {
            factor = b.multiply(factor, b.reshape(n.in(3), shape));
        }
        Slot y = b.multiply(b.subtract(x, b.reshape(n.in(1), shape)), factor);
        return shifted ? b.add(y, b.reshape(n.in(scaled ? 4 : 3), shape)) : y;
    }

    private static Slot layerNorm(Node n, Builder b) {
        Slot x = n.in(0);
        int rank = x.rank();
        boolean channelsFirst = n.truth(0, false);
        int axis = channelsFirst ? 1 : rank - 1;
        int[] shape = new int[rank - axis];
        java.util.Arrays.fill(shape, 1);
        shape[0] = x.size(axis);
        Slot y = b.multiply(standardised(b, x, axes(n, n.wholes())), b.reshape(n.in(1), shape));
        return n.count() > 2 ? b.add(y, b.reshape(n.in(2), shape)) : y;
    }

    private static Slot product(Node n, Builder b) {
        boolean turnA = n.whole(0, 0) == 1;
        boolean turnB = n.whole(1, 0) == 1;
        if (n.real(1, 0) != 0) {
            throw new NoPlanException("it adds to a result.");
        }
        // c' = a b is c = b' a'.
        return n.whole(2, 0) == 1
                ? b.product(n.in(1), n.in(0), !turnB, !turnA, n.real(0, 1))
                : b.product(n.in(0), n.in(1), turnA, turnB, n.real(0, 1));
    }

    /** Queries [N, d, q], keys [N, d, t], values [N, v, t]. */
    private static Slot attention(Node n, Builder b) {
        if (n.count() > 3 || n.in(0).rank() < 3 || n.whole(1, 0) == 1) {
            throw new NoPlanException("it is masked, or gives its weights.");
        }
        Slot queries = n.in(0);
        int rank = queries.rank();
        double scale = n.whole(0, 0) == 1 ? 1 / Math.sqrt(queries.size(rank - 2)) : 1;
        Slot scores = b.product(n.in(1), queries, true, false, scale);
        return b.product(n.in(2), softmax(b, scores, only(rank - 2, rank)), false, false, 1);
    }
}
