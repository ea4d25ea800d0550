package io.github.rewrite4j.samediff.generator.onnx;

import onnx.Onnx.TensorProto.DataType;

/** What numbers of a tensor are; widths are not kept, since graphs compute in FLOAT. */
enum Kind {
    /** Any floating-point type. */
    REAL,
    /** Any integer. */
    WHOLE,
    /** 0 or 1. */
    TRUTH;

    static Kind of(DataType type) {
        return switch (type) {
            case FLOAT, FLOAT16, BFLOAT16, DOUBLE -> REAL;
            case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 -> WHOLE;
            case BOOL -> TRUTH;
            default ->
                throw new OnnxException("it holds numbers of the type " + type + ", which image networks do not have.");
        };
    }
}
