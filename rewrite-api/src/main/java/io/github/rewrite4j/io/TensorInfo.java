package io.github.rewrite4j.io;

import java.util.Arrays;
import java.util.Objects;

/**
 * What the header of a safetensors file says about one tensor.
 *
 * @param name the name of the tensor
 * @param type the type of its elements
 * @param shape its dimensions, outermost first; empty for a scalar; a dimension of 0 makes the tensor empty
 * @param begin the first byte of its values, counted from the end of the header
 * @param end one past the last byte of its values, counted from the end of the header
 */
// Shapes are arrays wherever ND4J meets them; here they are copied on the way in and out and compared by content.
@SuppressWarnings("ArrayRecordComponent")
public record TensorInfo(String name, TensorType type, long[] shape, long begin, long end) {
    /**
     * @throws IllegalArgumentException if a dimension or offset is negative, if the number of bytes does not fit a long
     *     or if it is not the length of the span
     */
    public TensorInfo {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        shape = shape.clone();
        requireSpan(begin, end);
        long needed = byteSize(type, shape);
        if (needed != end - begin) {
            throw new IllegalArgumentException("data_offsets [" + begin + ", " + end + "] span " + (end - begin)
                    + " bytes; expected " + needed + " for shape " + Arrays.toString(shape) + " of " + type);
        }
    }

    static void requireSpan(long begin, long end) {
        if (begin < 0 || begin > end) {
            throw new IllegalArgumentException(
                    "data_offsets [" + begin + ", " + end + "] are no span; expected 0 <= begin <= end");
        }
    }

    /**
     * Bytes that a tensor takes.
     *
     * @throws IllegalArgumentException if a dimension is negative or the size does not fit a long
     */
    public static long byteSize(TensorType type, long[] shape) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(shape, "shape");
        long size = type.bytes();
        for (long dimension : shape) {
            if (dimension < 0) {
                throw new IllegalArgumentException(
                        "shape " + Arrays.toString(shape) + " has a negative dimension; expected 0 or more");
            }
            try {
                size = Math.multiplyExact(size, dimension);
            } catch (ArithmeticException e) {
                throw new IllegalArgumentException(
                        "the size of shape " + Arrays.toString(shape) + " overflows; expected less than 2^63 bytes", e);
            }
        }
        return size;
    }

    /** The dimensions; a copy. */
    @Override
    public long[] shape() {
        return shape.clone();
    }

    /** Number of elements: the product of the dimensions, 1 for a scalar. */
    public long length() {
        return (end - begin) / type.bytes();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TensorInfo that
                && name.equals(that.name)
                && type == that.type
                && Arrays.equals(shape, that.shape)
                && begin == that.begin
                && end == that.end;
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, type, Arrays.hashCode(shape), begin, end);
    }

    @Override
    public String toString() {
        return name + " " + type + " " + Arrays.toString(shape) + " [" + begin + ", " + end + ")";
    }
}
