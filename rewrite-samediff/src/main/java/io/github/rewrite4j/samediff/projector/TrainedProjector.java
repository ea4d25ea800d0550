package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.BackwardProjector;
import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.ProjectorSpec;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.samediff.Backend;
import io.github.rewrite4j.samediff.linalg.internal.Finite;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Layout;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A projector that {@link ProjectorTraining} made. Costs about 3 ms per image of 64 x 64 pixels in the smallest
 * architecture.
 *
 * <p>File: safetensors with the network's weights, {@code mean} and {@code deviation} of the values' channels, and the
 * metadata {@code format, version, kind, generator, decoder, layer}, sizes, and the recipe under {@code recipe.}.
 */
public final class TrainedProjector implements BackwardProjector {
    private static final String VERSION = "1";
    private static final String KIND = "projector";
    private static final String RECIPE = "recipe.";
    private static final String CURVE = "curve";
    private static final int AT_ONCE = 8;

    private final ProjectorSpec spec;
    private final ProjectorNetwork network;

    TrainedProjector(ProjectorSpec spec, ProjectorNetwork network) {
        this.spec = spec;
        this.network = network;
    }

    @Override
    public ProjectorSpec spec() {
        return spec;
    }

    /** How its training went; empty when the file does not say. */
    public List<CurvePoint> curve() {
        String csv = spec.recipe().get(CURVE);
        return csv == null ? List.of() : CurvePoint.parse(csv);
    }

    /** This projector with one more fact about it, such as what was measured on it. */
    public TrainedProjector noting(String fact, String value) {
        Objects.requireNonNull(fact, "fact");
        Objects.requireNonNull(value, "value");
        TreeMap<String, String> recipe = new TreeMap<>(spec.recipe());
        recipe.put(fact, value);
        return new TrainedProjector(
                new ProjectorSpec(
                        spec.baseFingerprint(),
                        spec.decoderFingerprint(),
                        spec.layer(),
                        spec.valueShape(),
                        spec.imageHeight(),
                        spec.imageWidth(),
                        recipe),
                network);
    }

    @Override
    public INDArray project(INDArray images) {
        Objects.requireNonNull(images, "images");
        int[] shape = HostArrays.shape(images);
        if (shape.length != 4 || shape[1] != network.imageChannels() || images.isEmpty()) {
            throw new IllegalArgumentException("The images have the shape " + Arrays.toString(shape)
                    + ", but expected was [N, " + network.imageChannels() + ", height, width] with N from 1.");
        }
        float[] pixels = HostArrays.of(images);
        for (int i = 0; i < pixels.length; i++) {
            if (!Float.isFinite(pixels[i])) {
                throw new IllegalArgumentException("The images hold " + pixels[i] + " in image "
                        + i / (pixels.length / shape[0]) + ": only finite numbers can be projected.");
            }
        }
        FeatureShape value = spec.valueShape();
        int row = value.channels() * value.cells();
        float[] result = new float[Math.multiplyExact(shape[0], row)];
        ImageShape each = new ImageShape(shape[1], shape[2], shape[3]);
        try (Tape tape = new Tape()) {
            for (int from = 0; from < shape[0]; from += AT_ONCE) {
                int to = Math.min(from + AT_ONCE, shape[0]);
                float[] part = Arrays.copyOfRange(pixels, from * each.length(), to * each.length());
                Node values = Layout.CHANNELS_FIRST.of(
                        network.values(each.forNetwork(tape, part, to - from, network), tape::frozen));
                System.arraycopy(values.value(), 0, result, from * row, values.length());
                tape.clear();
            }
        }
        return Finite.require(
                Nd4j.createFromArray(result).reshape(shape[0], value.channels(), value.height(), value.width()),
                "The projected values",
                "Give pictures in [-1, 1], or train the projector again, at a lower rate.");
    }

    /** Writes the projector; the file appears whole or not at all. */
    public void save(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        SafeTensorsWriter writer = new SafeTensorsWriter();
        for (Parameter p : network.parameters()) {
            writer.add(
                    p.name(), p.value(), Arrays.stream(p.shape()).asLongStream().toArray());
        }
        Standardisation scale = network.standardisation();
        writer.add("mean", scale.mean(), scale.mean().length);
        writer.add("deviation", scale.deviation(), scale.deviation().length);
        FeatureShape value = spec.valueShape();
        Map.of(
                        "format",
                        "rewrite4j",
                        "version",
                        VERSION,
                        "kind",
                        KIND,
                        "generator",
                        spec.baseFingerprint(),
                        "decoder",
                        spec.decoderFingerprint(),
                        "layer",
                        spec.layer(),
                        "values",
                        value.channels() + " " + value.height() + " " + value.width(),
                        "images",
                        network.imageChannels() + " " + spec.imageHeight() + " " + spec.imageWidth(),
                        "nonNegative",
                        Boolean.toString(scale.nonNegative()))
                .forEach(writer::metadata);
        spec.recipe().forEach((key, text) -> writer.metadata(RECIPE + key, text));
        writer.write(file);
    }

    /**
     * Reads a projector.
     *
     * @throws FileFormatException when the file is damaged or is no projector
     * @throws io.github.rewrite4j.NoBackendException when ND4J has no backend
     */
    public static TrainedProjector load(Path file) throws IOException {
        Backend.require();
        try (SafeTensors tensors = SafeTensors.open(file)) {
            return read(tensors);
        }
    }

    /**
     * As {@link #load(Path)} from a stream, such as a resource of a jar, which is read to its end and not closed.
     *
     * @param label what error messages call it
     */
    public static TrainedProjector load(InputStream file, String label) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(label, "label");
        Backend.require();
        try (SafeTensors tensors = SafeTensors.read(file, label)) {
            return read(tensors);
        }
    }

    private static TrainedProjector read(SafeTensors tensors) throws IOException {
        ProjectorFacts facts = new ProjectorFacts(tensors.label(), tensors.metadata());
        facts.require("format", "rewrite4j", "this is no file of this library");
        facts.require("kind", KIND, "this is no projector");
        facts.require("version", VERSION, "use a newer library");
        try {
            int[] value = facts.numbers("values");
            int[] image = facts.numbers("images");
            TreeMap<String, String> recipe = facts.under(RECIPE);
            ProjectorSpec spec = new ProjectorSpec(
                    facts.text("generator"),
                    facts.text("decoder"),
                    facts.text("layer"),
                    new FeatureShape(value[0], value[1], value[2]),
                    image[1],
                    image[2],
                    recipe);
            ProjectorArchitecture architecture = new ProjectorArchitecture(
                    facts.text(RECIPE + "architecture"),
                    Integer.parseInt(facts.text(RECIPE + "stemChannels")),
                    Integer.parseInt(facts.text(RECIPE + "residualBlocks")));
            // Before anything of these sizes is made, the file has to hold as much.
            requireWeights(tensors, architecture, image, spec.valueShape());
            ProjectorNetwork network = new ProjectorNetwork(
                    architecture,
                    image[0],
                    Math.min(image[1], image[2]),
                    spec.valueShape(),
                    new Standardisation(
                            finite(tensors, "mean", value[0]),
                            finite(tensors, "deviation", value[0]),
                            Boolean.parseBoolean(facts.text("nonNegative"))),
                    0);
            for (Parameter p : network.parameters()) {
                System.arraycopy(finite(tensors, p.name(), p.value().length), 0, p.value(), 0, p.value().length);
            }
            return new TrainedProjector(spec, network);
        } catch (IllegalArgumentException | ArithmeticException | RewriteException wrong) {
            throw new FileFormatException(tensors.label(), "contents", String.valueOf(wrong.getMessage()));
        }
    }

    private static void requireWeights(
            SafeTensors tensors, ProjectorArchitecture architecture, int[] image, FeatureShape value)
            throws IOException {
        if (architecture.residualBlocks() > tensors.names().size()) {
            throw FileFormatException.atKey(
                    tensors.label(),
                    RECIPE + "residualBlocks",
                    "says " + architecture.residualBlocks() + ", but there are only "
                            + tensors.names().size() + " tensors");
        }
        Map<String, int[]> weights =
                ProjectorNetwork.weights(architecture, image[0], Math.min(image[1], image[2]), value);
        for (Map.Entry<String, int[]> weight : weights.entrySet()) {
            requireShape(tensors, weight.getKey() + ".weight", weight.getValue());
            requireShape(tensors, weight.getKey() + ".bias", weight.getValue()[0]);
        }
    }

    private static void requireShape(SafeTensors tensors, String name, int... size) throws IOException {
        long[] shape = Arrays.stream(size).asLongStream().toArray();
        if (!Arrays.equals(tensors.shape(name), shape)) {
            throw FileFormatException.atKey(
                    tensors.label(),
                    name,
                    "has the shape " + Arrays.toString(tensors.shape(name)) + "; expected " + Arrays.toString(shape));
        }
    }

    private static float[] finite(SafeTensors tensors, String name, int length) throws IOException {
        float[] values = tensors.floats(name);
        if (values.length != length) {
            throw FileFormatException.atKey(
                    tensors.label(), name, "has " + values.length + " numbers; expected " + length);
        }
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw FileFormatException.atKey(tensors.label(), name, "holds " + value + "; expected finite numbers");
            }
        }
        return values;
    }
}
