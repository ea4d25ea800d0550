package io.github.rewrite4j.samediff.generator.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.enums.PadMode;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What is added around tensors. Reflections and edges are joined of slices, since ND4J's gradient of its own reflection is
 * wrong.
 */
final class Padding {
    private Padding() {}

    static void register(Map<String, Operator> all) {
        all.put("Pad", Padding::pad);
    }

    private static void pad(OnnxNode node, OnnxGraph graph) {
        Value in = graph.in(0);
        int rank = in.rank();
        long[] given = node.wholes("pads").or(() -> node.wholes("paddings")).orElseGet(() -> graph.constant(1)
                .allWholes());
        long[] axes = graph.maybeConstant(3).map(Constant::allWholes).orElse(null);
        long[] pads = new long[2 * rank];
        int count = axes == null ? rank : axes.length;
        if (given.length != 2 * count) {
            throw new OnnxException("it has " + given.length + " pads for " + count + " axes.");
        }
        for (int i = 0; i < count; i++) {
            int axis = axes == null ? i : OnnxNode.axis(axes[i], rank);
            pads[axis] = given[i];
            pads[axis + rank] = given[i + count];
        }
        long[] shape = in.shape().clone();
        SDVariable x = graph.variable(0);
        for (int axis = 0; axis < rank; axis++) {
            long front = pads[axis];
            long back = pads[axis + rank];
            if (front == 0 && back == 0) {
                continue;
            }
            if (Size.isFree(shape[axis])) {
                throw new OnnxException("it pads the batch.");
            }
            if (front < 0 || back < 0) {
                x = Shapes.slice(graph, x, rank, axis, Math.max(0, -front), shape[axis] - Math.max(0, -back), 1);
                shape[axis] += Math.min(0, front) + Math.min(0, back);
                pads[axis] = Math.max(0, front);
                pads[axis + rank] = Math.max(0, back);
            }
        }
        long[] before = shape.clone();
        for (int axis = 0; axis < rank; axis++) {
            long added = pads[axis] + pads[axis + rank];
            if (added > 0) {
                shape[axis] += added;
            }
        }
        String mode = node.text("mode", "constant");
        if (Arrays.stream(pads).anyMatch(p -> p > 0)) {
            switch (mode) {
                case "constant" -> {
                    double value = node.has("value")
                            ? node.real("value", 0)
                            : graph.maybeConstant(2).map(Constant::onlyReal).orElse(0f);
                    x = constant(graph, x, pads, value);
                }
                case "reflect", "edge", "wrap" -> {
                    for (int axis = 0; axis < rank; axis++) {
                        x = mirrored(graph, x, rank, axis, before[axis], pads[axis], pads[axis + rank], mode);
                    }
                }
                default -> throw new OnnxException("its mode '" + OnnxFile.shown(mode) + "' is not known.");
            }
        }
        graph.put(x, in.kind(), shape);
    }

    /** Zeros around a map [N, C, H, W]. */
    static SDVariable zeros(OnnxGraph graph, SDVariable x, Window window) {
        return constant(
                graph,
                x,
                new long[] {0, 0, window.begin()[0], window.begin()[1], 0, 0, window.end()[0], window.end()[1]},
                0);
    }

    /**
     * A number all around.
     *
     * @param pads how often in front of each axis, then how often behind each
     */
    static SDVariable constant(OnnxGraph graph, SDVariable x, long[] pads, double value) {
        int rank = pads.length / 2;
        long[][] table = new long[rank][2];
        for (int axis = 0; axis < rank; axis++) {
            table[axis][0] = pads[axis];
            table[axis][1] = pads[axis + rank];
        }
        return graph.graph().nn().pad(x, graph.graph().constant(Nd4j.createFromArray(table)), PadMode.CONSTANT, value);
    }

    private static SDVariable mirrored(
            OnnxGraph graph, SDVariable x, int rank, int axis, long size, long front, long back, String mode) {
        if (front == 0 && back == 0) {
            return x;
        }
        if ((mode.equals("reflect") && Math.max(front, back) >= size)
                || (mode.equals("wrap") && Math.max(front, back) > size)) {
            throw new OnnxException("it pads an axis of " + size + " by more than that.");
        }
        List<SDVariable> parts = new ArrayList<>();
        if (mode.equals("wrap")) {
            if (front > 0) {
                parts.add(Shapes.slice(graph, x, rank, axis, size - front, size, 1));
            }
            parts.add(x);
            if (back > 0) {
                parts.add(Shapes.slice(graph, x, rank, axis, 0, back, 1));
            }
        } else {
            boolean reflect = mode.equals("reflect");
            for (long i = front; i >= 1; i--) {
                long from = reflect ? i : 0;
                parts.add(Shapes.slice(graph, x, rank, axis, from, from + 1, 1));
            }
            parts.add(x);
            for (long i = 1; i <= back; i++) {
                long from = reflect ? size - 1 - i : size - 1;
                parts.add(Shapes.slice(graph, x, rank, axis, from, from + 1, 1));
            }
        }
        return graph.graph().concat(axis, parts.toArray(new SDVariable[0]));
    }
}
