package io.github.rewrite4j.io.internal;

import io.github.rewrite4j.io.TensorType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A tensor as a view of a run of stored elements: element (i1, ..., in) lies at offset + i1 stride1 + ... + in striden.
 * Checked against the length of the storage when it is made; reading then needs no further check.
 */
public final class StridedTensor {
    private static final int MAX_RANK = 32;
    private static final long LONGEST_ARRAY = Integer.MAX_VALUE - 8L;

    /** Elements that a view may have although its storage has fewer, as an expanded scalar does. */
    private static final long EXPANDED = 1 << 20;

    private final TensorType type;
    private final long[] shape;
    private final long[] strides;
    private final long offset;
    private final int length;
    private final long span;

    private StridedTensor(TensorType type, long[] shape, long[] strides, long offset, int length, long span) {
        this.type = type;
        this.shape = shape;
        this.strides = strides;
        this.offset = offset;
        this.length = length;
        this.span = span;
    }

    /**
     * A view of a storage; offset and strides count elements.
     *
     * @throws IllegalArgumentException saying what does not fit
     */
    public static StridedTensor of(TensorType type, long[] shape, long[] strides, long offset, long stored) {
        if (shape.length != strides.length || shape.length > MAX_RANK) {
            throw new IllegalArgumentException("a shape of " + shape.length + " and strides of " + strides.length
                    + " dimensions are not of the same length, at most " + MAX_RANK);
        }
        if (offset < 0) {
            throw new IllegalArgumentException("the offset " + offset + " is negative; expected 0 or more");
        }
        long length = 1;
        long last = offset;
        try {
            for (int axis = 0; axis < shape.length; axis++) {
                if (shape[axis] < 0 || strides[axis] < 0) {
                    throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " or strides "
                            + Arrays.toString(strides) + " are negative; expected 0 or more");
                }
                length = Math.multiplyExact(length, shape[axis]);
                if (shape[axis] > 0) {
                    last = Math.addExact(last, Math.multiplyExact(shape[axis] - 1, strides[axis]));
                }
            }
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException(
                    "the size of shape " + Arrays.toString(shape) + " with strides " + Arrays.toString(strides)
                            + " overflows",
                    e);
        }
        if (length > 0 && last >= stored) {
            throw new IllegalArgumentException(
                    "the last element would be number " + last + " of a storage of " + stored);
        }
        if (length > Math.max(stored, EXPANDED) || length > LONGEST_ARRAY) {
            throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " has " + length
                    + " elements; expected at most " + Math.min(LONGEST_ARRAY, Math.max(stored, EXPANDED)));
        }
        long span = length == 0 ? 0 : last - offset + 1;
        if (span > LONGEST_ARRAY / type.bytes()) {
            throw new IllegalArgumentException(
                    "its " + span + " elements of " + type + " are more than 2 GiB; split the tensor");
        }
        return new StridedTensor(type, shape.clone(), strides.clone(), offset, (int) length, span);
    }

    /** A tensor that fills its storage, in C or in Fortran order. */
    public static StridedTensor filling(TensorType type, long[] shape, boolean fortran, long stored) {
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int n = 0; n < shape.length; n++) {
            int axis = fortran ? n : shape.length - 1 - n;
            strides[axis] = stride;
            if (shape[axis] > 0 && stride > Long.MAX_VALUE / shape[axis]) {
                throw new IllegalArgumentException("the size of shape " + Arrays.toString(shape) + " overflows");
            }
            stride *= Math.max(shape[axis], 1);
        }
        return of(type, shape, strides, 0, stored);
    }

    public TensorType type() {
        return type;
    }

    public long[] shape() {
        return shape.clone();
    }

    /** Number of elements. */
    public int length() {
        return length;
    }

    /** First byte that is read, counted from the start of the storage. */
    public long firstByte() {
        return offset * type.bytes();
    }

    /** Number of bytes from the first to the last that is read. */
    public int spanBytes() {
        return Math.toIntExact(span * type.bytes());
    }

    /** The tensor in C order; {@code bytes} begin at {@link #firstByte()} and know their byte order. */
    public INDArray read(ByteBuffer bytes) {
        if (length == 0) {
            return Nd4j.create(loadedType().dataType(), shape, 'c');
        }
        long[] c = cStrides();
        boolean plain = isPlain(c);
        switch (loadedType()) {
            case F64 -> {
                double[] values = new double[length];
                if (plain && type == TensorType.F64) {
                    bytes.asDoubleBuffer().get(values);
                } else {
                    forEach((i, at) -> values[i] = type.floating(bytes, at));
                }
                return Nd4j.create(values, shape, c, 'c', TensorType.F64.dataType());
            }
            case F32 -> {
                float[] values = new float[length];
                if (plain && type == TensorType.F32) {
                    bytes.asFloatBuffer().get(values);
                } else {
                    forEach((i, at) -> values[i] = (float) type.floating(bytes, at));
                }
                return Nd4j.create(values, shape, c, 'c', TensorType.F32.dataType());
            }
            case I64 -> {
                long[] values = new long[length];
                forEach((i, at) -> values[i] = type.whole(bytes, at));
                return Nd4j.create(values, shape, c, 'c', TensorType.I64.dataType());
            }
            case BOOL -> {
                boolean[] values = new boolean[length];
                forEach((i, at) -> values[i] = type.whole(bytes, at) != 0);
                return Nd4j.create(values, shape, c, 'c', TensorType.BOOL.dataType());
            }
            default -> {
                int[] values = new int[length];
                forEach((i, at) -> values[i] = (int) type.whole(bytes, at));
                INDArray ints = Nd4j.create(values, shape, c, 'c', TensorType.I32.dataType());
                if (type != TensorType.U8) {
                    return ints;
                }
                try (INDArray wide = ints) {
                    return wide.castTo(TensorType.U8.dataType());
                }
            }
        }
    }

    private TensorType loadedType() {
        return TensorType.of(type.loaded());
    }

    @FunctionalInterface
    private interface Place {
        void accept(int index, int at);
    }

    /** Walks the elements in C order, each with the byte where it lies. */
    private void forEach(Place place) {
        int rank = shape.length;
        int inner = rank == 0 ? 1 : (int) shape[rank - 1];
        int step = rank == 0 ? 0 : Math.toIntExact(inner == 1 ? 0 : strides[rank - 1] * type.bytes());
        long[] counter = new long[rank];
        for (int row = 0; row < length; row += inner) {
            long start = 0;
            for (int axis = 0; axis < rank - 1; axis++) {
                start += counter[axis] * strides[axis];
            }
            int at = Math.toIntExact(start * type.bytes());
            for (int i = 0; i < inner; i++) {
                place.accept(row + i, at + i * step);
            }
            for (int axis = rank - 2; axis >= 0; axis--) {
                if (++counter[axis] < shape[axis]) {
                    break;
                }
                counter[axis] = 0;
            }
        }
    }

    private boolean isPlain(long[] c) {
        for (int axis = 0; axis < shape.length; axis++) {
            if (shape[axis] > 1 && strides[axis] != c[axis]) {
                return false;
            }
        }
        return true;
    }

    private long[] cStrides() {
        long[] c = new long[shape.length];
        long stride = 1;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            c[axis] = stride;
            stride *= shape[axis];
        }
        return c;
    }
}
