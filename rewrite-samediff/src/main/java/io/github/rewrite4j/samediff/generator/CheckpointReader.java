package io.github.rewrite4j.samediff.generator;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.NearestNames;
import io.github.rewrite4j.io.SafeTensors;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Reads the weights of a checkpoint one by one, each with the shape it must have. */
final class CheckpointReader {
    private final String file;
    private final SafeTensors tensors;
    private final Map<String, INDArray> read = new TreeMap<>();

    CheckpointReader(String file, SafeTensors tensors) {
        this.file = file;
        this.tensors = tensors;
    }

    boolean has(String name) {
        return tensors.names().contains(name);
    }

    long[] shape(String name) throws IOException {
        requirePresent(name);
        return tensors.info(name).shape();
    }

    /** The tensor in float32; finite, and of the given shape, where -1 stands for any size. */
    INDArray read(String name, long... expected) throws IOException {
        long[] actual = shape(name);
        boolean fits = actual.length == expected.length;
        for (int i = 0; fits && i < expected.length; i++) {
            fits = expected[i] == -1 || expected[i] == actual[i];
        }
        if (!fits) {
            throw FileFormatException.atKey(
                    file,
                    name,
                    "the weight has the shape " + Arrays.toString(actual) + ", but expected was "
                            + Arrays.toString(expected) + " (-1: any); the file is of another architecture");
        }
        INDArray array = tensors.load(name).castTo(DataType.FLOAT);
        for (float value : array.data().asFloat()) {
            if (!Float.isFinite(value)) {
                throw FileFormatException.atKey(
                        file, name, "the weight holds " + value + "; download or export the checkpoint again");
            }
        }
        read.put(name, array);
        return array;
    }

    /** All that was read so far, by name. */
    Map<String, INDArray> weights() {
        return new TreeMap<>(read);
    }

    private void requirePresent(String name) throws IOException {
        if (!has(name)) {
            throw FileFormatException.atKey(
                    file, name, "the weight is missing. " + NearestNames.hint(name, tensors.names()));
        }
    }
}
