package io.github.rewrite4j.samediff.generator.internal;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.NearestNames;
import io.github.rewrite4j.io.PrintableText;
import io.github.rewrite4j.io.TensorSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Reads the weights of a checkpoint one by one, each with the shape it must have. */
public final class CheckpointReader {
    private static final int LISTED = 8;

    private final TensorSource tensors;
    private final Set<String> names;

    public CheckpointReader(TensorSource tensors) {
        this.tensors = tensors;
        this.names = new LinkedHashSet<>(tensors.names());
    }

    public boolean has(String name) {
        Objects.requireNonNull(name, "name");
        return names.contains(name);
    }

    /** One more than the highest number that appears between these parts of a name; 0 if there is none. */
    public int count(String before, String after) {
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(after, "after");
        int count = 0;
        for (String name : names) {
            if (name.startsWith(before) && name.endsWith(after) && name.length() > before.length() + after.length()) {
                String number = name.substring(before.length(), name.length() - after.length());
                if (number.matches("[0-9]{1,3}")) {
                    count = Math.max(count, Integer.parseInt(number) + 1);
                }
            }
        }
        return count;
    }

    public long[] shape(String name) throws IOException {
        Objects.requireNonNull(name, "name");
        return tensors.shape(name);
    }

    /** A size of a tensor; -1 if there is no such tensor or dimension, which {@link #requireMatches} then reports. */
    public long size(String name, int axis) throws IOException {
        Objects.requireNonNull(name, "name");
        if (!has(name)) {
            return -1;
        }
        long[] shape = shape(name);
        return axis < shape.length ? shape[axis] : -1;
    }

    /** Number of elements. */
    public long length(String name) throws IOException {
        Objects.requireNonNull(name, "name");
        return Arrays.stream(shape(name)).reduce(1, (a, b) -> a * b);
    }

    /**
     * Holds the file against the tensors that it must have.
     *
     * @param expected shapes by name, where -1 stands for any size
     * @param spaces beginnings of names under which nothing else may be
     * @throws FileFormatException listing what is missing, misshapen or too much
     */
    public void requireMatches(Map<String, long[]> expected, List<String> spaces) throws IOException {
        Objects.requireNonNull(expected, "expected");
        Objects.requireNonNull(spaces, "spaces");
        List<String> missing = new ArrayList<>();
        List<String> misshapen = new ArrayList<>();
        for (Map.Entry<String, long[]> tensor : expected.entrySet()) {
            String name = tensor.getKey();
            if (!has(name)) {
                missing.add(leftOut(name));
            } else if (!fits(shape(name), tensor.getValue())) {
                misshapen.add(PrintableText.name(name) + " " + Arrays.toString(shape(name)) + " instead of "
                        + Arrays.toString(tensor.getValue()).replace("-1", "any"));
            }
        }
        List<String> unexpected = names.stream()
                .filter(name -> !expected.containsKey(name))
                .filter(name -> spaces.stream().anyMatch(name::startsWith))
                .map(PrintableText::name)
                .toList();
        if (missing.isEmpty() && misshapen.isEmpty() && unexpected.isEmpty()) {
            return;
        }
        List<String> parts = new ArrayList<>();
        if (!missing.isEmpty()) {
            parts.add(list("missing", missing) + nearest(missing.get(0), expected.keySet()));
        }
        if (!misshapen.isEmpty()) {
            parts.add(list("of another shape", misshapen));
        }
        if (!unexpected.isEmpty()) {
            parts.add(list("not expected", unexpected));
        }
        throw new FileFormatException(
                tensors.label(),
                "tensor names",
                "the checkpoint fits its layout only in part. " + String.join(". ", parts) + ".");
    }

    private String leftOut(String name) {
        String what = tensors.leftOut().get(name);
        return what == null ? name : name + " (which is " + what + ")";
    }

    private static String list(String what, List<String> found) {
        return found.size() + " " + what + ": "
                + found.stream().limit(LISTED).collect(Collectors.joining(", "))
                + (found.size() > LISTED ? ", ..." : "");
    }

    /** Names in the file that look like a missing one and serve no other purpose. */
    private String nearest(String missing, Set<String> expected) {
        List<String> spare =
                names.stream().filter(name -> !expected.contains(name)).toList();
        List<String> near = NearestNames.nearest(missing, spare.isEmpty() ? names : spare, 3);
        return near.isEmpty()
                ? ""
                : " (nearest to the first in the file: "
                        + near.stream().map(PrintableText::name).collect(Collectors.joining(", ")) + ")";
    }

    private static boolean fits(long[] actual, long[] expected) {
        boolean fits = actual.length == expected.length;
        for (int i = 0; fits && i < expected.length; i++) {
            fits = expected[i] == -1 ? actual[i] > 0 : expected[i] == actual[i];
        }
        return fits;
    }

    /** The tensor in float32; finite, and of the given shape, where -1 stands for any size. */
    public INDArray read(String name, long... expected) throws IOException {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(expected, "expected");
        long[] actual = shape(name);
        if (!fits(actual, expected)) {
            throw FileFormatException.atKey(
                    tensors.label(),
                    name,
                    "the weight has the shape " + Arrays.toString(actual) + ", but expected was "
                            + Arrays.toString(expected) + " (-1: any); the file is of another architecture");
        }
        INDArray array = tensors.load(name).castTo(DataType.FLOAT);
        for (float value : array.data().asFloat()) {
            if (!Float.isFinite(value)) {
                throw FileFormatException.atKey(
                        tensors.label(),
                        name,
                        "the weight holds " + value + "; download or export the checkpoint again");
            }
        }
        return array;
    }
}
