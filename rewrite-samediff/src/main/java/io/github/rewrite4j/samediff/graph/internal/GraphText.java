package io.github.rewrite4j.samediff.graph.internal;

import java.util.Arrays;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.ScalarOp;

/** A graph as text, for telling graphs apart whose weights agree. */
public final class GraphText {
    private GraphText() {}

    /** One line for each operation: kind, inputs, outputs and settings. */
    public static String of(SameDiff graph) {
        StringBuilder text = new StringBuilder();
        for (SameDiffOp op : graph.getOps().values()) {
            text.append(op.getOp().opName())
                    .append(op.getInputsToOp())
                    .append(op.getOutputsOfOp())
                    .append(settings(op.getOp()))
                    .append('\n');
        }
        return text.toString();
    }

    private static String settings(DifferentialFunction op) {
        if (op instanceof DynamicCustomOp custom) {
            return Arrays.toString(custom.iArgs()) + Arrays.toString(custom.tArgs()) + Arrays.toString(custom.bArgs());
        }
        return op instanceof ScalarOp scalar ? String.valueOf(scalar.scalar()) : "";
    }
}
