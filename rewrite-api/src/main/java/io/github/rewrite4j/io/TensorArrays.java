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
        if (info.length() == 0) {
            return Nd4j.create(type.loaded(), shape, 'c');
        }
        long[] strides = cStrides(shape);
        return switch (type) {
            case F64 -> Nd4j.create(doubles(tensors, info), shape, strides, 'c', DataType.DOUBLE);
            case F32, F16, BF16, F8_E4M3, F8_E5M2 ->
                Nd4j.create(floats(tensors, info), shape, strides, 'c', DataType.FLOAT);
            case I64, U64, U32 -> Nd4j.create(longs(tensors, info), shape, strides, 'c', DataType.INT64);
            case I32, I16, I8, U16 -> Nd4j.create(ints(tensors, info), shape, strides, 'c', DataType.INT32);
            case U8 -> {
                try (INDArray wide = Nd4j.create(ints(tensors, info), shape, strides, 'c', DataType.INT32)) {
                    yield wide.castTo(DataType.UINT8);
                }
            }
            case BOOL -> Nd4j.create(booleans(tensors, info), shape, strides, 'c', DataType.BOOL);
        };
    }

    static float[] floats(SafeTensors tensors, TensorInfo info) throws IOException {
        TensorType type = info.type();
        switch (type) {
            case F64, I64, I32, U64, U32 -> throw tensors.wrongType(info, "a type that a float holds exactly");
            default -> {}
        }
        float[] values = new float[tensors.arrayLength(info, info.length())];
        if (type == TensorType.F32) {
            int[] next = {0};
            tensors.forEachRun(info, run -> {
                int count = run.remaining() / Float.BYTES;
                run.asFloatBuffer().get(values, next[0], count);
                next[0] += count;
            });
        } else {
            forEach(tensors, info, (i, run, at) -> values[i] = (float) type.floating(run, at));
        }
        return values;
    }

    static double[] doubles(SafeTensors tensors, TensorInfo info) throws IOException {
        TensorType type = info.type();
        if (type == TensorType.I64 || type == TensorType.U64) {
            throw tensors.wrongType(info, "a type that a double holds exactly");
        }
        double[] values = new double[tensors.arrayLength(info, info.length())];
        if (type == TensorType.F64) {
            int[] next = {0};
            tensors.forEachRun(info, run -> {
                int count = run.remaining() / Double.BYTES;
                run.asDoubleBuffer().get(values, next[0], count);
                next[0] += count;
            });
        } else {
            forEach(tensors, info, (i, run, at) -> values[i] = type.floating(run, at));
        }
        return values;
    }

    static long[] longs(SafeTensors tensors, TensorInfo info) throws IOException {
        TensorType type = info.type();
        if (type.dataType().isFPType()) {
            throw tensors.wrongType(info, "whole numbers");
        }
        long[] values = new long[tensors.arrayLength(info, info.length())];
        forEach(tensors, info, (i, run, at) -> values[i] = type.whole(run, at));
        return values;
    }

    /** Of types that an int holds. */
    private static int[] ints(SafeTensors tensors, TensorInfo info) throws IOException {
        int[] values = new int[tensors.arrayLength(info, info.length())];
        forEach(tensors, info, (i, run, at) -> values[i] = (int) info.type().whole(run, at));
        return values;
    }

    private static boolean[] booleans(SafeTensors tensors, TensorInfo info) throws IOException {
        boolean[] values = new boolean[tensors.arrayLength(info, info.length())];
        forEach(tensors, info, (i, run, at) -> values[i] = info.type().whole(run, at) != 0);
        return values;
    }

    /** Walks all elements, each with the run that holds it and the byte where it begins there. */
    private static void forEach(SafeTensors tensors, TensorInfo info, Place place) throws IOException {
        int bytes = info.type().bytes();
        int[] next = {0};
        tensors.forEachRun(info, run -> {
            for (int at = run.position(); at < run.limit(); at += bytes) {
                place.accept(next[0]++, run, at);
            }
        });
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
    private interface Place {
        void accept(int index, ByteBuffer run, int at);
    }
}
