package io.github.rewrite4j;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Fingerprints;
import io.github.rewrite4j.io.PrintableText;
import io.github.rewrite4j.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One row of each input of a generator, given by the caller: a {@link Subject} that no sampler draws. Immutable; holds a
 * copy of its own. Equal when the arrays are, whatever it is called and wherever it was read.
 *
 * <p>What the sampler of the generator can {@linkplain InputSampler#complete complete} may be left out.
 *
 * <p>File: safetensors with one tensor [1, ...] per input and the metadata {@code format, version, kind}.
 */
public final class OwnInputs implements Subject {
    private static final Map<String, String> METADATA = Map.of("format", "rewrite4j", "version", "1", "kind", "inputs");
    private static final int SHOWN = 8;
    private static final int MOST_INPUTS = 64;
    private static final int LONGEST_NAME = 1000;

    private final Inputs inputs;
    private final String name;
    private final String fingerprint;

    private OwnInputs(Inputs inputs, String name, String fingerprint) {
        this.inputs = inputs;
        this.name = name;
        this.fingerprint = fingerprint;
    }

    /**
     * Inputs of the caller's own.
     *
     * @param name what reports and pictures call it, such as a file name; empty for none
     * @param inputs one row of each input, finite; copied as float32
     * @throws IllegalArgumentException when there are several rows: {@link #each} takes those
     */
    public static OwnInputs of(String name, Inputs inputs) {
        Objects.requireNonNull(name, "name");
        if (inputs.size() != 1) {
            throw new IllegalArgumentException("A subject is one image, but the inputs hold " + inputs.size()
                    + ": OwnInputs.each makes a subject of each.");
        }
        TreeMap<String, INDArray> copies = new TreeMap<>();
        inputs.arrays().forEach((input, array) -> copies.put(input, copy(input, array)));
        return new OwnInputs(Inputs.of(copies), name, Fingerprints.of(copies, "inputs"));
    }

    private static INDArray copy(String input, INDArray array) {
        INDArray copy = array.castTo(DataType.FLOAT).dup('c');
        for (float number : copy.ravel().toFloatVector()) {
            if (!Float.isFinite(number)) {
                throw new IllegalArgumentException(
                        "The input '" + input + "' holds " + number + ": a subject's numbers are finite.");
            }
        }
        return copy;
    }

    /**
     * A subject of each row.
     *
     * @param name what they are called, followed by their number from 0
     */
    public static List<OwnInputs> each(String name, Inputs inputs) {
        Objects.requireNonNull(name, "name");
        List<OwnInputs> subjects = new ArrayList<>();
        for (int n = 0; n < inputs.size(); n++) {
            try (Inputs row = inputs.slice(n, n + 1)) {
                subjects.add(of(name + " " + n, row));
            }
        }
        return List.copyOf(subjects);
    }

    /** The same inputs under another name. */
    public OwnInputs named(String other) {
        Objects.requireNonNull(other, "other");
        return new OwnInputs(inputs, other, fingerprint);
    }

    /** What it is called; possibly empty. */
    public String name() {
        return name;
    }

    /** A copy of the inputs, which the caller may close. */
    public Inputs inputs() {
        return inputs.slice(0, 1);
    }

    /** Hash of names, shapes and numbers. */
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public String id() {
        return "inputs " + fingerprint;
    }

    /** Writes the inputs; the file appears whole or not at all. */
    public void save(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        SafeTensors.write(file, inputs.arrays(), METADATA);
    }

    /**
     * Reads what {@link #save} wrote, or any safetensors file of inputs; it is called like the file.
     *
     * @throws FileFormatException when the file is damaged, or its tensors are not one row of each input
     */
    public static OwnInputs read(Path file) throws IOException {
        try (SafeTensors tensors = SafeTensors.open(file)) {
            if (tensors.names().isEmpty() || tensors.names().size() > MOST_INPUTS) {
                throw new FileFormatException(
                        file.toString(),
                        "contents",
                        "it holds " + tensors.names().size() + " tensors: inputs of a generator are 1 to "
                                + MOST_INPUTS);
            }
            TreeMap<String, INDArray> arrays = new TreeMap<>();
            for (String input : tensors.names()) {
                long[] shape = tensors.shape(input);
                if (input.length() > LONGEST_NAME || shape.length < 2 || shape[0] != 1) {
                    throw FileFormatException.atKey(
                            file.toString(),
                            PrintableText.name(input),
                            "an input of one subject has the shape [1, ...], but this has " + Arrays.toString(shape));
                }
                arrays.put(input, tensors.loadAs(input, DataType.FLOAT));
            }
            return of(String.valueOf(file.getFileName()), Inputs.of(arrays));
        } catch (IllegalArgumentException wrong) {
            throw new FileFormatException(file.toString(), "contents", String.valueOf(wrong.getMessage()));
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OwnInputs that && fingerprint.equals(that.fingerprint);
    }

    @Override
    public int hashCode() {
        return fingerprint.hashCode();
    }

    @Override
    public String toString() {
        return name.isEmpty() ? "inputs " + fingerprint.substring(0, SHOWN) : PrintableText.name(name);
    }
}
