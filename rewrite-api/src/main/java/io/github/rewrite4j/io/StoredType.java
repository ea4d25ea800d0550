package io.github.rewrite4j.io;

import java.nio.ByteBuffer;

/** The elements in files of PyTorch and numpy: those of {@link TensorType}, and narrow ones that are widened, which is exact. */
enum StoredType {
    F64(TensorType.F64),
    F32(TensorType.F32),
    F16(TensorType.F16),
    BF16(TensorType.BF16),
    I64(TensorType.I64),
    I32(TensorType.I32),
    I16(2, TensorType.I32),
    I8(1, TensorType.I32),
    U8(TensorType.U8),
    U16(2, TensorType.I32),
    U32(4, TensorType.I64),
    BOOL(TensorType.BOOL);

    private final int bytes;
    private final TensorType type;

    StoredType(TensorType type) {
        this(type.bytes(), type);
    }

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
            case I16, I8, U16, U32 -> whole(values, at);
            default -> type.floating(values, at);
        };
    }

    /** One element of a whole type, from byte {@code at}; BOOL gives 0 or 1. */
    long whole(ByteBuffer values, int at) {
        return switch (this) {
            case I16 -> values.getShort(at);
            case I8 -> values.get(at);
            case U16 -> values.getShort(at) & 0xffff;
            case U32 -> values.getInt(at) & 0xffffffffL;
            default -> type.whole(values, at);
        };
    }
}
