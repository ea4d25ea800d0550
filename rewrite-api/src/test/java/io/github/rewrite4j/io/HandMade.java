package io.github.rewrite4j.io;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Safetensors files made byte by byte, so that the reader is not tested with what the writer believes. */
final class HandMade {
    private HandMade() {}

    /** A file; single quotes in the header stand for double quotes. */
    static byte[] file(String header, int... values) {
        byte[] text = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return file(text.length, text, values);
    }

    static byte[] file(long claimedLength, byte[] header, int... values) {
        ByteBuffer file = ByteBuffer.allocate(8 + header.length + values.length).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(claimedLength).put(header);
        for (int value : values) {
            file.put((byte) value);
        }
        return file.array();
    }

    /** The array of floats 0.25, 1.25, 2.25 ... in C order. */
    static INDArray counting(long... shape) {
        int length = 1;
        for (long dimension : shape) {
            length *= Math.toIntExact(dimension);
        }
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = i + 0.25f;
        }
        return Nd4j.createFromArray(values).reshape('c', shape);
    }

    static SafeTensors open(byte[] file) throws IOException {
        return SafeTensors.read(new ByteArrayInputStream(file), "made.safetensors");
    }
}
