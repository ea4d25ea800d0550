package io.github.rewrite4j.samediff.perception;

import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A small segmenter: which pixels of a picture show which part. It gives samples, which nobody has marked, the masks that
 * searches are judged by and that concepts are dissected with.
 *
 * <p>Parts do not exclude each other, since soft edges belong to two: each pixel has a probability for each part of its own.
 * Immutable and safe to share between threads; weights are exact in float16, in which they are stored. Cost on one core,
 * widths of 16 to 48 channels at 64x64 pixels: about 2 ms a picture.
 */
public final class PartNetwork {
    private static final int BATCH = 32;

    private final String name;
    private final PartArchitecture architecture;
    private final List<String> parts;
    private final PartLayers layers;
    private final Map<String, String> notes;

    PartNetwork(
            String name,
            PartArchitecture architecture,
            List<String> parts,
            PartLayers layers,
            Map<String, String> notes) {
        this.name = name;
        this.architecture = architecture;
        this.parts = List.copyOf(parts);
        this.layers = layers;
        this.notes = Map.copyOf(notes);
    }

    /**
     * Reads a network.
     *
     * @throws io.github.rewrite4j.io.FileFormatException when the file is damaged or holds something else
     */
    public static PartNetwork load(Path file) throws IOException {
        return PartFile.load(file);
    }

    /**
     * Reads a network from a stream such as a resource of a jar, which is read to its end and not closed.
     *
     * @param label what error messages call the file
     * @throws io.github.rewrite4j.io.FileFormatException when the file is damaged or holds something else
     */
    public static PartNetwork load(InputStream file, String label) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(label, "label");
        return PartFile.load(file, label);
    }

    /** Writes the network with its notes as safetensors; the file appears whole or not at all. */
    public void save(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        PartFile.save(this, file);
    }

    /** What reports call it. */
    public String name() {
        return name;
    }

    /** The shape of the network. */
    public PartArchitecture architecture() {
        return architecture;
    }

    /** The parts that it knows. */
    public List<String> parts() {
        return parts;
    }

    /** Facts that travel with the network, such as the recipe and its seed. */
    public Map<String, String> notes() {
        return notes;
    }

    /** What was measured after training, if the file says so. */
    public Optional<PartScores> scores() throws IOException {
        String json = notes.get(PartFile.SCORES);
        return json == null ? Optional.empty() : Optional.of(PartScores.parse(json, "scores of " + name));
    }

    PartLayers layers() {
        return layers;
    }

    /** The same network with facts added. */
    PartNetwork withNotes(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(notes);
        all.putAll(more);
        return new PartNetwork(name, architecture, parts, layers, all);
    }

    /**
     * How probable each part is at each pixel.
     *
     * @param images [N, 3, size, size] in [-1, 1]
     * @return float32 [N, parts, size, size] in [0, 1]
     */
    public INDArray probabilities(INDArray images) {
        Objects.requireNonNull(images, "images");
        int[] shape = HostArrays.shape(images);
        requirePictures(shape);
        float[] pixels = HostArrays.of(images);
        for (float pixel : pixels) {
            if (!Float.isFinite(pixel)) {
                throw new IllegalArgumentException(
                        "A picture holds " + pixel + ": " + name + " takes finite values in [-1, 1] only.");
            }
        }
        int row = pixels.length / shape[0];
        int size = architecture.size();
        float[] all = new float[Math.multiplyExact(shape[0], parts.size() * size * size)];
        try (Tape tape = new Tape()) {
            for (int from = 0; from < shape[0]; from += BATCH) {
                int count = Math.min(BATCH, shape[0] - from);
                Node batch = tape.constant(
                        Arrays.copyOfRange(pixels, from * row, (from + count) * row), count, 3, size, size);
                Node logits = layers.logits(batch, tape::frozen);
                int start = from * parts.size() * size * size;
                for (int i = 0; i < logits.length(); i++) {
                    all[start + i] = (float) (1 / (1 + Math.exp(-logits.value()[i])));
                }
                tape.clear();
            }
        }
        return Nd4j.create(all, new long[] {shape[0], parts.size(), size, size}, 'c');
    }

    /**
     * The pixels that more probably show a part than not.
     *
     * @param images [N, 3, size, size] in [-1, 1]
     * @param part one of {@link #parts()}
     * @return N masks [size][size] of 0 and 1
     */
    public List<float[][]> masks(INDArray images, String part) {
        Objects.requireNonNull(images, "images");
        Objects.requireNonNull(part, "part");
        int index = parts.indexOf(part);
        if (index < 0) {
            throw new IllegalArgumentException(name + " knows no part '" + part + "'; it knows " + parts + ".");
        }
        float[] all = HostArrays.of(probabilities(images));
        int size = architecture.size();
        int plane = size * size;
        float[][][] masks = new float[(int) images.size(0)][size][size];
        for (int n = 0; n < masks.length; n++) {
            for (int p = 0; p < plane; p++) {
                masks[n][p / size][p % size] = all[(n * parts.size() + index) * plane + p] > 0.5f ? 1 : 0;
            }
        }
        return List.of(masks);
    }

    private void requirePictures(int[] shape) {
        int size = architecture.size();
        if (shape.length != 4 || shape[0] < 1 || shape[1] != 3 || shape[2] != size || shape[3] != size) {
            throw new IllegalArgumentException("The pictures have the shape " + Arrays.toString(shape) + ", but " + name
                    + " takes [N, 3, " + size + ", " + size + "] in [-1, 1]: resize them first.");
        }
    }

    /** Weights rounded to what float16 holds, so that files lose nothing. */
    static List<Parameter> rounded(List<Parameter> weights) {
        return weights.stream()
                .map(weight -> Parameter.of(
                        weight.name(), weight.toArray().castTo(DataType.FLOAT16).castTo(DataType.FLOAT)))
                .toList();
    }

    @Override
    public String toString() {
        return name + ", resolutions of " + architecture.widths() + " channels, parts " + parts;
    }
}
