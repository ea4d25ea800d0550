package io.github.rewrite4j.io;

import java.nio.ByteBuffer;

/** How elements lie in files of PyTorch and numpy. What ND4J and safetensors lack here is widened, which is exact. */
enum StoredType {
    F64(8, TensorType.F64),
    F32(4, TensorType.F32),
    F16(2, TensorType.F16),
    BF16(2, TensorType.BF16),
    I64(8, TensorType.I64),
    I32(4, TensorType.I32),
    I16(2, TensorType.I32),
    I8(1, TensorType.I32),
    U8(1, TensorType.U8),
    U16(2, TensorType.I32),
    U32(4, TensorType.I64),
    BOOL(1, TensorType.BOOL);

    private final int bytes;
    private final TensorType type;

    StoredType(int bytes, TensorType type) {
        this.bytes = bytes;
        this.type = type;
    }

    /** Bytes of one element. */
    int bytes() {
        return bytes;
    }

    /** The type that the elements are known by. */
    TensorType type() {
        return type;
    }

    /** One element of a floating type, from byte {@code at}. */
    double floating(ByteBuffer values, int at) {
        return switch (this) {
            case F64 -> values.getDouble(at);
            case F32 -> values.getFloat(at);
            case F16 -> HalfPrecision.fromHalf(values.getShort(at));
            case BF16 -> HalfPrecision.fromBfloat(values.getShort(at));
            default -> whole(values, at);
        };
    }

    /** One element of a whole type, from byte {@code at}; BOOL gives 0 or 1. */
    long whole(ByteBuffer values, int at) {
        return switch (this) {
            case I64 -> values.getLong(at);
            case I32 -> values.getInt(at);
            case I16 -> values.getShort(at);
            case I8 -> values.get(at);
            case U8 -> values.get(at) & 0xff;
            case U16 -> values.getShort(at) & 0xffff;
            case U32 -> values.getInt(at) & 0xffffffffL;
            case BOOL -> values.get(at) == 0 ? 0 : 1;
            case F64, F32, F16, BF16 -> (long) floating(values, at);
        };
    }
}
