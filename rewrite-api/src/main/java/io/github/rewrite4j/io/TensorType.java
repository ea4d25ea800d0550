package io.github.rewrite4j.io;

import io.github.rewrite4j.io.internal.HalfPrecision;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The element types of a file that Rewrite4J reads, under the names that safetensors gives them. Types that ND4J has no
 * arrays of, or hardly any operations for, are read as a wider type that holds their values exactly.
 */
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
    BOOL(1, DataType.BOOL),
    /** Signed 16-bit integer, read as INT32. */
    I16(2, DataType.INT32),
    /** Signed 8-bit integer, read as INT32. */
    I8(1, DataType.INT32),
    /** Unsigned 64-bit integer, read as INT64; values from 2^63 on are refused. */
    U64(8, DataType.INT64),
    /** Unsigned 32-bit integer, read as INT64. */
    U32(4, DataType.INT64),
    /** Unsigned 16-bit integer, read as INT32. */
    U16(2, DataType.INT32),
    /** 8-bit float of 4 bits of exponent and 3 of fraction, without infinities (Micikevicius et al. 2022), read as FLOAT. */
    F8_E4M3(1, DataType.FLOAT),
    /** 8-bit float of 5 bits of exponent and 2 of fraction: the upper half of a binary16, read as FLOAT. */
    F8_E5M2(1, DataType.FLOAT);

    private final int bytes;
    private final DataType dataType;

    TensorType(int bytes, DataType dataType) {
        this.bytes = bytes;
        this.dataType = dataType;
    }

    /** Bytes of one element in a file. */
    public int bytes() {
        return bytes;
    }

    /** The ND4J type that holds the same values. */
    public DataType dataType() {
        return dataType;
    }

    /** The type of arrays that reading gives: {@link #dataType()}, but FLOAT for the floats of 16 bits. */
    public DataType loaded() {
        return this == F16 || this == BF16 ? DataType.FLOAT : dataType;
    }

    /** One element of any type as a double, from byte {@code at}; I64 and U64 are rounded. */
    public double floating(ByteBuffer values, int at) {
        return switch (this) {
            case F64 -> values.getDouble(at);
            case F32 -> values.getFloat(at);
            case F16 -> HalfPrecision.fromHalf(values.getShort(at));
            case BF16 -> HalfPrecision.fromBfloat(values.getShort(at));
            case F8_E4M3 -> HalfPrecision.fromE4m3(values.get(at));
            case F8_E5M2 -> HalfPrecision.fromE5m2(values.get(at));
            default -> whole(values, at);
        };
    }

    /**
     * One element of a whole type, from byte {@code at}; BOOL gives 0 or 1.
     *
     * @throws ArithmeticException if it is a U64 that a long does not hold
     */
    public long whole(ByteBuffer values, int at) {
        return switch (this) {
            case I64 -> values.getLong(at);
            case I32 -> values.getInt(at);
            case I16 -> values.getShort(at);
            case I8 -> values.get(at);
            case U64 -> signed(values.getLong(at));
            case U32 -> values.getInt(at) & 0xffffffffL;
            case U16 -> values.getShort(at) & 0xffff;
            case U8 -> values.get(at) & 0xff;
            case BOOL -> values.get(at) == 0 ? 0 : 1;
            case F64, F32, F16, BF16, F8_E4M3, F8_E5M2 -> (long) floating(values, at);
        };
    }

    private static long signed(long bits) {
        if (bits < 0) {
            throw new ArithmeticException("holds " + Long.toUnsignedString(bits)
                    + ", more than the largest whole number of Java, 2^63 - 1; store it as floats");
        }
        return bits;
    }

    /** The type that a header calls {@code name}; empty if there is none that Rewrite4J knows. */
    public static Optional<TensorType> named(String name) {
        Objects.requireNonNull(name, "name");
        return Arrays.stream(values()).filter(type -> type.name().equals(name)).findFirst();
    }

    /**
     * The type in which arrays of an ND4J type are stored.
     *
     * @throws IllegalArgumentException if the format has no such type here; the message says which there are
     */
    public static TensorType of(DataType dataType) {
        Objects.requireNonNull(dataType, "dataType");
        // Types that are read as a wider one come behind the type that is stored as it is.
        return Arrays.stream(values())
                .filter(type -> type.dataType == dataType)
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("Arrays of type " + dataType + " cannot be stored; cast to one of "
                                + Arrays.stream(values())
                                        .map(TensorType::dataType)
                                        .distinct()
                                        .toList()));
    }
}
