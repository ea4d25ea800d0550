package io.github.rewrite4j.samediff.generator.onnx;

import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * What a name of the file stands for: numbers that are known, or a variable of the graph.
 */
final class Value {
    private final @Nullable Constant constant;
    private final @Nullable SDVariable variable;
    private final Kind kind;
    private final long[] shape;

    Value(@Nullable Constant constant, @Nullable SDVariable variable, Kind kind, long[] shape) {
        this.constant = constant;
        this.variable = variable;
        this.kind = kind;
        this.shape = shape;
    }

    /** The numbers, or null. */
    @Nullable
    Constant constant() {
        return constant;
    }

    /** Null exactly for constants. */
    @Nullable
    SDVariable variable() {
        return variable;
    }

    /** Of its numbers; variables of every kind are FLOAT in the graph. */
    Kind kind() {
        return kind;
    }

    /** In which the batch may be free, see {@link Size}. */
    long[] shape() {
        return shape;
    }

    /** Numbers per sample of the largest map that is taken for an image network's. */
    private static final long MOST = 1L << 28;

    static Value of(Constant constant) {
        return new Value(constant, null, constant.kind(), constant.shape());
    }

    static Value of(SDVariable variable, Kind kind, long... shape) {
        long count = 1;
        for (long size : shape) {
            long known = Size.isFree(size) ? Size.times(size) : size;
            if (known < 1) {
                throw new OnnxException("its result has the shape " + Size.text(shape) + ", which holds nothing.");
            }
            count *= known;
            if (count > MOST) {
                throw new OnnxException(
                        "its result " + Size.text(shape) + " holds more than " + MOST + " numbers a sample.");
            }
        }
        return new Value(null, variable, kind, shape);
    }

    int rank() {
        return shape.length;
    }

    long size(int axis) {
        return shape[axis];
    }

    boolean isConstant() {
        return constant != null;
    }
}
