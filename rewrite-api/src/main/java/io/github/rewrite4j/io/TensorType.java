package io.github.rewrite4j.io;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;

/** The element types of a safetensors file that Rewrite4J reads and writes, under the names that the format uses. */
public enum TensorType {
    /** IEEE 754 binary64. */
    F64(8, DataType.DOUBLE),
    /** IEEE 754 binary32. */
    F32(4, DataType.FLOAT),
    /** IEEE 754 binary16. */
    F16(2, DataType.FLOAT16),
    /** The upper half of a binary32: its 8 bits of exponent and 7 bits of fraction. */
    BF16(2, DataType.BFLOAT16),
    /** Signed 64-bit integer. */
    I64(8, DataType.INT64),
    /** Signed 32-bit integer. */
    I32(4, DataType.INT32),
    /** Unsigned 8-bit integer. */
    U8(1, DataType.UINT8),
    /** One byte, 0 or 1. */
    BOOL(1, DataType.BOOL);

    private final int bytes;
    private final DataType dataType;

    TensorType(int bytes, DataType dataType) {
        this.bytes = bytes;
        this.dataType = dataType;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** The ND4J type of the same values. */
    public DataType dataType() {
        return dataType;
    }

    /** One element of any type as a double, from byte {@code at}; I64 is rounded. */
    double floating(ByteBuffer values, int at) {
        return switch (this) {
            case F64 -> values.getDouble(at);
            case F32 -> values.getFloat(at);
            case F16 -> HalfPrecision.fromHalf(values.getShort(at));
            case BF16 -> HalfPrecision.fromBfloat(values.getShort(at));
            case I64, I32, U8, BOOL -> whole(values, at);
        };
    }

    /** One element of a whole type, from byte {@code at}; BOOL gives 0 or 1. */
    long whole(ByteBuffer values, int at) {
        return switch (this) {
            case I64 -> values.getLong(at);
            case I32 -> values.getInt(at);
            case U8 -> values.get(at) & 0xff;
            case BOOL -> values.get(at) == 0 ? 0 : 1;
            case F64, F32, F16, BF16 -> (long) floating(values, at);
        };
    }

    /** The type that a header calls {@code name}; empty if there is none that Rewrite4J knows. */
    public static Optional<TensorType> named(String name) {
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }

    /**
     * The type in which arrays of an ND4J type are stored.
     *
     * @throws IllegalArgumentException if the format has no such type here; the message says which there are
     */
    public static TensorType of(DataType dataType) {
        return Arrays.stream(values())
                .filter(type -> type.dataType == dataType)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Arrays of type " + dataType
                        + " cannot be stored; cast to one of "
                        + Arrays.stream(values()).map(TensorType::dataType).toList()));
    }
}
