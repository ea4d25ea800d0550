package io.github.rewrite4j.samediff.generator.onnx;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;

/** Sums, means and the like over axes. */
final class Reductions {
    private Reductions() {}

    private interface Reduction {
        SDVariable of(SDVariable x, int[] axes);
    }

    static void register(Map<String, Operator> all) {
        all.put("ReduceSum", reduction((x, axes) -> x.getSameDiff().sum(x, true, axes)));
        all.put("ReduceMean", reduction((x, axes) -> x.getSameDiff().mean(x, true, axes)));
        all.put("ReduceMax", reduction((x, axes) -> x.getSameDiff().max(x, true, axes)));
        all.put("ReduceMin", reduction((x, axes) -> x.getSameDiff().min(x, true, axes)));
        all.put("ReduceL1", reduction((x, axes) -> x.getSameDiff()
                .sum(x.getSameDiff().math().abs(x), true, axes)));
        all.put("ReduceL2", reduction((x, axes) -> x.getSameDiff().math().sqrt(squares(x, axes))));
        all.put("ReduceSumSquare", reduction(Reductions::squares));
        all.put("ReduceLogSum", reduction((x, axes) -> x.getSameDiff()
                .math()
                .log(x.getSameDiff().sum(x, true, axes))));
        all.put("ReduceLogSumExp", reduction((x, axes) -> {
            SDVariable largest = x.getSameDiff().max(x, true, axes);
            SDVariable sum = x.getSameDiff().sum(x.getSameDiff().math().exp(x.sub(largest)), true, axes);
            return x.getSameDiff().math().log(sum).add(largest);
        }));
        Operator product = reduction((x, axes) -> x.getSameDiff().prod(x, true, axes));
        all.put("ReduceProd", (node, graph) -> {
            Value in = graph.in(0);
            if (in.constant() != null && in.kind() == Kind.WHOLE && in.rank() == 1) {
                long[] shape = node.whole("keepdims", 1) != 0 ? new long[] {1} : new long[0];
                graph.put(Constant.wholes(
                        Kind.WHOLE, new long[] {Size.product(in.constant().allWholes())}, shape));
            } else {
                product.build(node, graph);
            }
        });
    }

    private static SDVariable squares(SDVariable x, int[] axes) {
        return x.getSameDiff().sum(x.getSameDiff().math().square(x), true, axes);
    }

    private static Operator reduction(Reduction reduction) {
        return (node, graph) -> {
            Value in = graph.in(0);
            long[] given = node.wholes("axes")
                    .or(() -> graph.maybeConstant(1).map(Constant::allWholes))
                    .orElse(new long[0]);
            if (given.length == 0 && node.whole("noop_with_empty_axes", 0) != 0) {
                graph.put(0, in);
                return;
            }
            int[] axes = given.length == 0
                    ? IntStream.range(0, in.rank()).toArray()
                    : Arrays.stream(given)
                            .mapToInt(axis -> OnnxNode.axis(axis, in.rank()))
                            .toArray();
            long[] kept = in.shape().clone();
            for (int axis : axes) {
                if (kept[axis] == Size.BATCH) {
                    throw new OnnxException("it reduces the batch, so that samples would depend on one another.");
                }
                kept[axis] = 1;
            }
            SDVariable reduced = reduction.of(graph.variable(0), axes);
            long[] shape = kept;
            if (node.whole("keepdims", 1) == 0) {
                shape = IntStream.range(0, in.rank())
                        .filter(i -> Arrays.stream(axes).noneMatch(axis -> axis == i))
                        .mapToLong(i -> kept[i])
                        .toArray();
                reduced = Shapes.reshape(graph, reduced, shape);
            }
            graph.put(reduced, in.kind(), shape);
        };
    }
}
