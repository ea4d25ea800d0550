package io.github.rewrite4j.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Turns the values of an open file into arrays. Conversions lose nothing; those that would are refused. */
final class TensorArrays {
    private TensorArrays() {}

    static INDArray load(SafeTensors tensors, TensorInfo info) throws IOException {
        long[] shape = info.shape();
        TensorType type = info.type();
        boolean widened = type == TensorType.F16 || type == TensorType.BF16;
        if (info.length() == 0) {
            return Nd4j.create(widened ? DataType.FLOAT : type.dataType(), shape, 'c');
        }
        long[] strides = cStrides(shape);
        return switch (type) {
            case F64 -> Nd4j.create(doubles(tensors, info), shape, strides, 'c', DataType.DOUBLE);
            case F32, F16, BF16 -> Nd4j.create(floats(tensors, info), shape, strides, 'c', DataType.FLOAT);
            case I64 -> Nd4j.create(longs(tensors, info), shape, strides, 'c', DataType.INT64);
            case I32 -> Nd4j.create(ints(tensors, info), shape, strides, 'c', DataType.INT32);
            case U8 -> {
                try (INDArray wide = Nd4j.create(ints(tensors, info), shape, strides, 'c', DataType.INT32)) {
                    yield wide.castTo(DataType.UINT8);
                }
            }
            case BOOL -> Nd4j.create(booleans(tensors, info), shape, strides, 'c', DataType.BOOL);
        };
    }

    static float[] floats(SafeTensors tensors, TensorInfo info) throws IOException {
        FloatGetter getter =
                switch (info.type()) {
                    case F32 -> ByteBuffer::getFloat;
                    case F16 -> run -> HalfPrecision.fromHalf(run.getShort());
                    case BF16 -> run -> HalfPrecision.fromBfloat(run.getShort());
                    case U8, BOOL -> run -> run.get() & 0xff;
                    case F64, I64, I32 -> throw tensors.wrongType(info, "a type that a float holds exactly");
                };
        float[] values = new float[tensors.arrayLength(info, info.length())];
        int[] next = {0};
        tensors.forEachRun(info, run -> {
            if (info.type() == TensorType.F32) {
                int count = run.remaining() / Float.BYTES;
                run.asFloatBuffer().get(values, next[0], count);
                next[0] += count;
                return;
            }
            while (run.hasRemaining()) {
                values[next[0]++] = getter.next(run);
            }
        });
        return values;
    }

    static double[] doubles(SafeTensors tensors, TensorInfo info) throws IOException {
        DoubleGetter getter =
                switch (info.type()) {
                    case F64 -> ByteBuffer::getDouble;
                    case F32 -> ByteBuffer::getFloat;
                    case F16 -> run -> HalfPrecision.fromHalf(run.getShort());
                    case BF16 -> run -> HalfPrecision.fromBfloat(run.getShort());
                    case I32 -> ByteBuffer::getInt;
                    case U8, BOOL -> run -> run.get() & 0xff;
                    case I64 -> throw tensors.wrongType(info, "a type that a double holds exactly");
                };
        double[] values = new double[tensors.arrayLength(info, info.length())];
        int[] next = {0};
        tensors.forEachRun(info, run -> {
            if (info.type() == TensorType.F64) {
                int count = run.remaining() / Double.BYTES;
                run.asDoubleBuffer().get(values, next[0], count);
                next[0] += count;
                return;
            }
            while (run.hasRemaining()) {
                values[next[0]++] = getter.next(run);
            }
        });
        return values;
    }

    static long[] longs(SafeTensors tensors, TensorInfo info) throws IOException {
        LongGetter getter =
                switch (info.type()) {
                    case I64 -> ByteBuffer::getLong;
                    case I32 -> ByteBuffer::getInt;
                    case U8, BOOL -> run -> run.get() & 0xff;
                    case F64, F32, F16, BF16 -> throw tensors.wrongType(info, "whole numbers");
                };
        long[] values = new long[tensors.arrayLength(info, info.length())];
        int[] next = {0};
        tensors.forEachRun(info, run -> {
            while (run.hasRemaining()) {
                values[next[0]++] = getter.next(run);
            }
        });
        return values;
    }

    /** Of I32 and U8. */
    private static int[] ints(SafeTensors tensors, TensorInfo info) throws IOException {
        boolean bytes = info.type() == TensorType.U8;
        int[] values = new int[tensors.arrayLength(info, info.length())];
        int[] next = {0};
        tensors.forEachRun(info, run -> {
            while (run.hasRemaining()) {
                values[next[0]++] = bytes ? run.get() & 0xff : run.getInt();
            }
        });
        return values;
    }

    private static boolean[] booleans(SafeTensors tensors, TensorInfo info) throws IOException {
        boolean[] values = new boolean[tensors.arrayLength(info, info.length())];
        int[] next = {0};
        tensors.forEachRun(info, run -> {
            while (run.hasRemaining()) {
                values[next[0]++] = run.get() == 1;
            }
        });
        return values;
    }

    /** Given to ND4J explicitly, because what it would choose itself depends on a global setting. */
    private static long[] cStrides(long[] shape) {
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= shape[axis];
        }
        return strides;
    }

    @FunctionalInterface
    private interface FloatGetter {
        float next(ByteBuffer run);
    }

    @FunctionalInterface
    private interface DoubleGetter {
        double next(ByteBuffer run);
    }

    @FunctionalInterface
    private interface LongGetter {
        long next(ByteBuffer run);
    }
}
