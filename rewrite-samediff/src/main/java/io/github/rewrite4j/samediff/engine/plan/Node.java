package io.github.rewrite4j.samediff.engine.plan;

import java.util.Arrays;
import java.util.List;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.ReduceOp;
import org.nd4j.linalg.api.ops.ScalarOp;

/** An operation of a graph whose operands are known as values of a plan. */
final class Node {
    private final SameDiffOp operation;
    private final List<Slot> inputs;
    private final DataType type;

    /**
     * @param type of the first output, as far as the graph knows it
     */
    Node(SameDiffOp operation, List<Slot> inputs, DataType type) {
        this.operation = operation;
        this.inputs = List.copyOf(inputs);
        this.type = type;
    }

    SameDiffOp operation() {
        return operation;
    }

    String kind() {
        return operation.getOp().opName();
    }

    DataType type() {
        return type;
    }

    Slot in(int i) {
        if (i >= inputs.size()) {
            throw new NoPlanException("it has " + inputs.size() + " operands.");
        }
        return inputs.get(i);
    }

    int count() {
        return inputs.size();
    }

    List<Slot> inputs() {
        return inputs;
    }

    /** Whole settings of ND4J's own operations. */
    long[] wholes() {
        return operation.getOp() instanceof DynamicCustomOp custom ? custom.iArgs() : new long[0];
    }

    long whole(int i, long missing) {
        long[] all = wholes();
        return i < all.length ? all[i] : missing;
    }

    double real(int i, double missing) {
        double[] all = operation.getOp() instanceof DynamicCustomOp custom ? custom.tArgs() : new double[0];
        return i < all.length ? all[i] : missing;
    }

    boolean truth(int i, boolean missing) {
        boolean[] all = operation.getOp() instanceof DynamicCustomOp custom ? custom.bArgs() : new boolean[0];
        return i < all.length ? all[i] : missing;
    }

    /** The number of an operation with a scalar. */
    double scalar(double missing) {
        if (operation.getOp() instanceof ScalarOp scalar && scalar.scalar() != null) {
            INDArray number = scalar.scalar();
            return number.getDouble(0);
        }
        return extra(0, missing);
    }

    /** A further setting of an older operation. */
    double extra(int i, double missing) {
        Object[] all = operation.getOp() instanceof Op op ? op.extraArgs() : null;
        return all != null && i < all.length && all[i] instanceof Number number ? number.doubleValue() : missing;
    }

    /** Whether reduced axes stay, of size one. */
    boolean keeps() {
        return operation.getOp() instanceof ReduceOp reduce && reduce.isKeepDims();
    }

    /** The axes that an older operation reduces. */
    boolean[] reduced() {
        boolean[] axes = new boolean[in(0).rank()];
        long[] given;
        if (inputs.size() > 1) {
            given = in(1).wholes();
        } else {
            INDArray dimensions = operation.getOp() instanceof BaseOp op ? op.dimensions() : null;
            given = dimensions == null ? new long[0] : dimensions.toLongVector();
        }
        if (given.length == 0 || given[0] == Integer.MAX_VALUE) {
            Arrays.fill(axes, true);
        }
        for (long axis : given) {
            if (axis != Integer.MAX_VALUE) {
                axes[axis(axis, axes.length)] = true;
            }
        }
        return axes;
    }

    /** An axis that may be counted from the end. */
    static int axis(long given, int rank) {
        long axis = given < 0 ? given + rank : given;
        if (axis < 0 || axis >= rank) {
            throw new NoPlanException("it has no axis " + given + " among " + rank + ".");
        }
        return (int) axis;
    }

    /** Whole numbers of the settings from an index on, or of an operand where there are none. */
    long[] wholesOr(int from, int operand) {
        long[] all = wholes();
        if (all.length > from) {
            return Arrays.copyOfRange(all, from, all.length);
        }
        return in(operand).wholes();
    }
}
