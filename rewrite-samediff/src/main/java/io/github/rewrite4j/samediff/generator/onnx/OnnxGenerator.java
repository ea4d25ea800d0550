package io.github.rewrite4j.samediff.generator.onnx;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.io.NearestNames;
import io.github.rewrite4j.samediff.Backend;
import io.github.rewrite4j.samediff.generator.GaussianSampler;
import io.github.rewrite4j.samediff.generator.ImageFolderSampler;
import io.github.rewrite4j.samediff.generator.PixelRange;
import io.github.rewrite4j.samediff.generator.foreign.SameDiffGenerator;
import io.github.rewrite4j.samediff.generator.internal.ClassSampler;
import io.github.rewrite4j.samediff.graph.internal.Named;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import onnx.Onnx.TensorProto.DataType;
import onnx.Onnx.ValueInfoProto;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * Generators in ONNX files, as PyTorch, TensorFlow and others export them.
 *
 * <pre>{@code
 * Generator faces = OnnxGenerator.load(Path.of("dcgan.onnx")); // its latent is drawn from a Gaussian
 * Generator painter = OnnxGenerator.open(Path.of("mosaic.onnx"))
 *         .pictures(pictures) // what the network repaints
 *         .size(256, 256) // where the file leaves the size free
 *         .pixels(PixelRange.BYTES)
 *         .build();
 * }</pre>
 *
 * <p>The file becomes a SameDiff graph; what can be done with it is what {@link SameDiffGenerator} says, and its layers are called
 * as in the file. Opsets 7 to 22, weights in the file or beside it, batches that the file leaves free or fixes. Operators that are
 * not known are named before anything is built.
 *
 * <p>Inputs of two dimensions, and of four whose maps are single cells, are taken for latents; whole numbers, single numbers and
 * pictures have to be said. What black and white are is taken from the last operator (Tanh, Sigmoid, Clip), or from what sixteen samples of a network without
 * pictures as input look like, unless {@link #pixels} says it.
 */
public final class OnnxGenerator {

    /** The property of a file in which this library notes what black and white are, by the constant's name. */
    public static final String PIXELS = "rewrite4j.pixels";

    private final OnnxFile file;
    private final Map<String, InputSampler> samplers = new LinkedHashMap<>();
    private final Set<String> pictures = new LinkedHashSet<>();
    private final Map<String, Constant> fixed = new LinkedHashMap<>();
    private final Map<String, long[]> sizes = new LinkedHashMap<>();
    private @Nullable InputSampler anyPictures;
    private long @Nullable [] size;
    private @Nullable PixelRange range;
    private String output = "";

    private OnnxGenerator(OnnxFile file) {
        this.file = file;
    }

    /**
     * Loads a network whose inputs are latents.
     *
     * @throws io.github.rewrite4j.io.FileFormatException if this is no ONNX file, or is damaged
     * @throws RewriteException naming an operator that is not known, or an input that has to be said
     * @throws io.github.rewrite4j.NoBackendException when ND4J has no backend
     */
    public static Generator load(Path path) throws IOException {
        return open(path).build();
    }

    /** Reads a file and asks what {@link #load} cannot know; nothing is built yet. */
    public static OnnxGenerator open(Path path) throws IOException {
        return new OnnxGenerator(OnnxFile.read(path));
    }

    static OnnxGenerator of(OnnxFile file) {
        return new OnnxGenerator(file);
    }

    /** The only input that is a picture: [N, C, H, W] in [-1, 1], which the network gets as {@link #pixels} says. */
    public OnnxGenerator pictures(InputSampler sampler) {
        Objects.requireNonNull(sampler, "sampler");
        this.anyPictures = sampler;
        return this;
    }

    /**
     * The only input that is a picture is one of a folder of PNG files, in the size that the file asks for, or else {@link
     * #size}, which is said before.
     *
     * @throws RewriteException if no input is a picture, or its size is not known
     */
    public OnnxGenerator pictures(Path folder) throws IOException {
        Objects.requireNonNull(folder, "folder");
        for (ValueInfoProto input : file.inputs()) {
            long[] declared = OnnxFile.declared(input);
            if (isMap(declared)) {
                List<String> problems = new ArrayList<>();
                long[] sizes = known(input.getName(), declared, problems);
                if (!problems.isEmpty()) {
                    throw new RewriteException("'" + file.name() + "' needs to be told more: " + problems.get(0));
                }
                int rows = rowsAt(sizes);
                return pictures(ImageFolderSampler.of(
                        folder,
                        input.getName(),
                        sizes[rows == 1 ? 0 : 2] == 1 ? 1 : 3,
                        Math.toIntExact(sizes[rows]),
                        Math.toIntExact(sizes[rows + 1])));
            }
        }
        throw new RewriteException("No input of '" + file.name() + "' is a picture: leave the folder of pictures out.");
    }

    private static boolean isMap(long[] declared) {
        return declared.length == 4 && (declared[2] != 1 || declared[3] != 1);
    }

    /** Where the height is among the sizes of one sample: behind the channels, or first where they are last. */
    private static int rowsAt(long[] sizes) {
        return sizes.length == 3 && isChannels(sizes[2]) && !isChannels(sizes[0]) ? 0 : 1;
    }

    /** An input that is a picture; see {@link #pictures(InputSampler)}. */
    public OnnxGenerator pictures(String input, InputSampler sampler) {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(sampler, "sampler");
        input(input, sampler);
        pictures.add(input);
        return this;
    }

    /** An input of numbers that the network gets as they are drawn, such as classes. */
    public OnnxGenerator input(String input, InputSampler sampler) {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(sampler, "sampler");
        requireInput(input);
        samplers.put(input, sampler);
        return this;
    }

    /**
     * An input that is a class: a number from 0 of each sample, or a row of zeros and a one where the file asks for as many
     * numbers as there are classes. Samples draw classes uniformly, whatever their latents are.
     *
     * @throws RewriteException if the input has another shape
     */
    public OnnxGenerator classes(String input, int classes) {
        Objects.requireNonNull(input, "input");
        requireInput(input);
        long[] declared = OnnxFile.declared(declaration(input));
        if (declared.length == 1) {
            return input(input, ClassSampler.numbers(input, classes));
        }
        if (declared.length == 2 && declared[1] == 1 && classes != 1) {
            return input(input, ClassSampler.column(input, classes));
        }
        if (declared.length == 2 && (declared[1] == classes || declared[1] == 0)) {
            sizes.put(input, new long[] {classes});
            return input(input, ClassSampler.oneHot(input, classes));
        }
        throw new RewriteException("The input '" + OnnxFile.shown(input) + "' of '" + file.name() + "' has the shape "
                + Size.text(declared) + ", but one of " + classes + " classes is [N], [N, 1] or [N, " + classes + "].");
    }

    /** An input that is the same number for ever, such as a truncation. */
    public OnnxGenerator fixed(String input, double value) {
        Objects.requireNonNull(input, "input");
        requireInput(input);
        long[] shape = OnnxFile.declared(declaration(input));
        for (int i = 0; i < shape.length; i++) {
            shape[i] = Math.max(1, shape[i]);
        }
        float[] all = new float[Constant.count(shape)];
        java.util.Arrays.fill(all, (float) value);
        fixed.put(input, Constant.reals(all, shape));
        return this;
    }

    /** Height and width of pictures that go in, where the file leaves them free. */
    public OnnxGenerator size(int height, int width) {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("A picture of " + height + " x " + width + " pixels is none.");
        }
        this.size = new long[] {height, width};
        return this;
    }

    /** The value that is the picture: the first output of the file unless said, or any other value of it. */
    public OnnxGenerator output(String value) {
        Objects.requireNonNull(value, "value");
        if (file.behind(value).isEmpty()) {
            List<String> made = file.nodes().stream()
                    .flatMap(node -> node.outputs().stream())
                    .toList();
            throw new RewriteException(
                    "No node of '" + file.name() + "' makes '" + value + "'. " + NearestNames.hint(value, made));
        }
        this.output = value;
        return this;
    }

    /** Black and white in pictures of the network, in and out. */
    public OnnxGenerator pixels(PixelRange range) {
        Objects.requireNonNull(range, "range");
        this.range = range;
        return this;
    }

    /** Builds the graph; samples are run only where black and white or the sizes of maps cannot be told without. */
    public Generator build() {
        Backend.require();
        String wanted = output.isEmpty() ? file.outputs().get(0).getName() : output;
        Set<String> read = new LinkedHashSet<>();
        file.behind(wanted).forEach(node -> read.addAll(node.reads()));
        Map<String, long[]> sizes = new LinkedHashMap<>();
        Map<String, Kind> kinds = new LinkedHashMap<>();
        long batch = 0;
        List<String> problems = new ArrayList<>();
        for (ValueInfoProto input : file.inputs()) {
            String name = input.getName();
            if (!read.contains(name) || fixed.containsKey(name)) {
                continue;
            }
            long[] declared = OnnxFile.declared(input);
            Kind kind = Kind.of(Optional.ofNullable(
                            DataType.forNumber(input.getType().getTensorType().getElemType()))
                    .orElse(DataType.UNDEFINED));
            sample(name, declared, kind).ifPresent(problems::add);
            if (declared.length > 0) {
                batch = Math.max(batch, declared[0]);
                sizes.put(name, known(name, declared, problems));
                kinds.put(name, kind);
            }
        }
        if (!problems.isEmpty()) {
            throw new RewriteException("'" + file.name() + "' needs to be told more: " + String.join(" ", problems));
        }
        OnnxGraph graph = new OnnxGraph(file, sizes, kinds, fixed, batch, wanted);
        Value picture = graph.value(wanted);
        boolean channelsLast = isChannelsLast(picture.shape());
        SDVariable drawn = graph.variable(picture);
        PixelRange pixels = range != null ? range : foundRange(graph, wanted, drawn.name(), sizes.keySet());
        SameDiffGenerator generator = SameDiffGenerator.of(graph.graph())
                .owningGraph()
                .name(file.name())
                .output(drawn.name())
                .pixels(pixels);
        if (channelsLast) {
            generator.channelsLast();
        }
        for (String input : sizes.keySet()) {
            String variable = OnnxGraph.variableName(input);
            InputSampler sampler = renamed(Named.in(samplers, input), input, variable);
            if (pictures.contains(input)) {
                generator.image(variable, sampler);
            } else {
                generator.input(variable, sampler);
            }
        }
        return generator.build();
    }

    private static InputSampler renamed(InputSampler sampler, String input, String variable) {
        if (input.equals(variable)) {
            return sampler;
        }
        throw new RewriteException("The input '" + OnnxFile.shown(input)
                + "' has a colon in its name, which graphs do not take. Rename it in the file.");
    }

    /** Finds out how an input is drawn, or says what is missing. */
    private Optional<String> sample(String name, long[] declared, Kind kind) {
        if (samplers.containsKey(name)) {
            return Optional.empty();
        }
        String shown = "'" + OnnxFile.shown(name) + "'";
        if (declared.length < 2 && kind == Kind.REAL) {
            return Optional.of(
                    "The input " + shown
                            + " is not one row per sample: give it a value by fixed(...), or say that it is a class by classes(...).");
        }
        if (kind != Kind.REAL) {
            return Optional.of("The input " + shown
                    + " holds whole numbers: say how many classes they are by classes(...), how they are drawn by"
                    + " input(...), or give it one value by fixed(...).");
        }
        boolean map = isMap(declared);
        if (map && anyPictures != null && pictures.isEmpty()) {
            samplers.put(name, anyPictures);
            pictures.add(name);
            return Optional.empty();
        }
        if (map) {
            return Optional.of(
                    "The input " + shown + " seems to be a picture: say where pictures come from by pictures(...).");
        }
        for (int i = 1; i < declared.length; i++) {
            if (declared[i] == 0) {
                return Optional.of("The input " + shown + " has a free size: say how it is drawn by input(...).");
            }
        }
        samplers.put(name, GaussianSampler.of(name, OnnxGraph.tail(declared)));
        return Optional.empty();
    }

    /** The sizes of one sample. */
    private long[] known(String name, long[] declared, List<String> problems) {
        long[] said = this.sizes.get(name);
        if (said != null) {
            return said.clone();
        }
        long[] sizes = OnnxGraph.tail(declared);
        int rows = rowsAt(sizes);
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] > 0) {
                continue;
            }
            if (size != null && sizes.length == 3 && (i == rows || i == rows + 1)) {
                sizes[i] = size[i - rows];
            } else {
                problems.add("The input '" + OnnxFile.shown(name)
                        + "' leaves sizes free: say height and width by size(...).");
                return sizes;
            }
        }
        return sizes;
    }

    private static boolean isChannels(long size) {
        return size == 1 || size == 3 || size == 4;
    }

    private boolean isChannelsLast(long[] shape) {
        if (shape.length != 4 || shape[0] != Size.BATCH) {
            throw new RewriteException("The output of '" + file.name() + "' has the shape " + Size.text(shape)
                    + ", but a picture is [N, C, H, W]. Name another value by output(...).");
        }
        return (shape[3] == 1 || shape[3] == 3) && shape[1] != 1 && shape[1] != 3;
    }

    private PixelRange foundRange(OnnxGraph graph, String wanted, String variable, Set<String> inputs) {
        Map<String, InputSampler> drawn = new LinkedHashMap<>();
        if (pictures.isEmpty()) {
            inputs.forEach(input -> drawn.put(input, Named.in(samplers, input)));
        }
        return PixelRanges.found(file, graph, wanted, variable, drawn)
                .orElseThrow(() -> new RewriteException("'" + file.name()
                        + "' does not say what black and white are: add pixels(PixelRange.SYMMETRIC) for -1 and 1, UNIT for 0"
                        + " and 1, or BYTES for 0 and 255."));
    }

    private ValueInfoProto declaration(String input) {
        return file.inputs().stream()
                .filter(declared -> declared.getName().equals(input))
                .findFirst()
                .orElseThrow();
    }

    private void requireInput(String input) {
        List<String> names = file.inputs().stream().map(ValueInfoProto::getName).toList();
        if (!names.contains(Objects.requireNonNull(input, "input"))) {
            throw new RewriteException(
                    "'" + file.name() + "' has no input '" + input + "'. " + NearestNames.hint(input, names));
        }
    }
}
