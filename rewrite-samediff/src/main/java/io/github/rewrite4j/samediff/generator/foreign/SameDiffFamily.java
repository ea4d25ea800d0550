package io.github.rewrite4j.samediff.generator.foreign;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.GeneratorFamily;
import io.github.rewrite4j.family.GeneratorFile;
import io.github.rewrite4j.family.LoadOption;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.family.Recognition;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.samediff.Backend;
import io.github.rewrite4j.samediff.generator.GraphOptions;
import io.github.rewrite4j.samediff.generator.ImageFolderSampler;
import io.github.rewrite4j.samediff.generator.PictureSize;
import io.github.rewrite4j.samediff.generator.foreign.GraphHeader.Placeholder;
import io.github.rewrite4j.samediff.generator.internal.MemoryNeeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.Variable;

/**
 * Graphs that {@code SameDiff.save} wrote. Inputs of two dimensions, and of four whose maps are single cells, are taken for
 * latents, others for pictures; what goes beyond that is for {@link SameDiffGenerator}.
 */
public final class SameDiffFamily implements GeneratorFamily {
    /** {@code trusted}: the file comes from somebody who means well. */
    public static final LoadOption<Boolean> TRUSTED = LoadOption.flag(
            "trusted",
            "Whether you know who made the file: ND4J reads graphs in native code, in which a hostile file can do anything;"
                    + " without it no graph is loaded.");

    /** {@code channels-last}: pictures of the graph are [N, H, W, C]. */
    public static final LoadOption<Boolean> CHANNELS_LAST =
            LoadOption.flag("channels-last", "Whether pictures of the graph are [N, H, W, C], in and out.");

    @Override
    public String name() {
        return "samediff";
    }

    @Override
    public String description() {
        return "graphs that SameDiff.save wrote, with a placeholder for the latent or for pictures";
    }

    @Override
    public List<LoadOption<?>> options() {
        return List.of(
                TRUSTED,
                GraphOptions.OUTPUT,
                GraphOptions.PIXELS,
                CHANNELS_LAST,
                GraphOptions.PICTURES,
                PictureSize.OPTION);
    }

    private static Optional<GraphHeader> in(GeneratorFile file) throws IOException {
        return file.path().isPresent() && file.tensors().isEmpty()
                ? GraphHeader.of(file.path().get())
                : Optional.empty();
    }

    @Override
    public Recognition recognise(GeneratorFile file) throws IOException {
        Objects.requireNonNull(file, "file");
        Optional<GraphHeader> header = in(file);
        if (header.isEmpty()) {
            return Recognition.no();
        }
        return header.get().placeholders().isEmpty()
                ? Recognition.nearly(
                        "this is a SameDiff graph without placeholders: every sample of it would be the same."
                                + " Make the latent a placeholder and save it again.")
                : Recognition.yes();
    }

    @Override
    public GeneratorEstimate estimate(GeneratorFile file, LoadOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(options, "options");
        GraphHeader header = in(file).orElseThrow(() -> other(file));
        MemoryNeeds needs = new MemoryNeeds(header.parameters(), 1);
        return new GeneratorEstimate(
                "SameDiff graph of " + header.operations() + " operations",
                header.placeholders().stream()
                        .map(input ->
                                input.name() + " " + input.shape().toString().replace("[-1", "[N"))
                        .toList(),
                0,
                0,
                header.layers(),
                header.parameters(),
                needs.loadingBytes(),
                needs.generatingBytes(),
                List.of("The file does not name the sizes of maps: drawing takes more memory than its weights."));
    }

    @Override
    public Generator load(GeneratorFile file, LoadOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(options, "options");
        Backend.require();
        GraphHeader header = in(file).orElseThrow(() -> other(file));
        if (!options.get(TRUSTED).orElse(false)) {
            throw new RewriteException(
                    "'" + file.label() + "' is a SameDiff graph, which ND4J reads in native code: a"
                            + " hostile file can do anything there. If you know who made it, say so by the option trusted=true.");
        }
        Path path = file.path().orElseThrow();
        SameDiff graph = SameDiff.load(path.toFile(), false);
        SameDiffGenerator generator = SameDiffGenerator.of(graph)
                .name(String.valueOf(path.getFileName()))
                .output(options.get(GraphOptions.OUTPUT).orElseGet(() -> onlyOutput(graph)));
        options.get(GraphOptions.PIXELS).ifPresent(generator::pixels);
        boolean last = options.get(CHANNELS_LAST).orElse(false);
        if (last) {
            generator.channelsLast();
        }
        for (Placeholder input : header.placeholders()) {
            add(generator, input, last, options);
        }
        return generator.build();
    }

    private static void add(SameDiffGenerator generator, Placeholder input, boolean channelsLast, LoadOptions options)
            throws IOException {
        List<Long> shape = input.shape();
        Optional<Path> pictures = options.get(GraphOptions.PICTURES);
        boolean map = shape.size() == 4 && (shape.get(2) != 1 || shape.get(3) != 1);
        if (map && pictures.isPresent()) {
            int rows = channelsLast ? 1 : 2;
            Optional<PictureSize> size = options.get(PictureSize.OPTION);
            generator.image(
                    input.name(),
                    ImageFolderSampler.of(
                            pictures.get(),
                            input.name(),
                            shape.get(channelsLast ? 3 : 1) == 1 ? 1 : 3,
                            side(shape.get(rows), size.map(PictureSize::height), input),
                            side(shape.get(rows + 1), size.map(PictureSize::width), input)));
        } else if (map) {
            throw new RewriteException("The input '" + input.name()
                    + "' seems to be a picture: name a folder of PNG files by the option pictures.");
        } else {
            long[] sample = shape.stream().skip(1).mapToLong(Long::longValue).toArray();
            generator.input(input.name(), sample);
        }
    }

    private static int side(long stored, Optional<Integer> said, Placeholder input) {
        if (stored > 0) {
            return Math.toIntExact(stored);
        }
        return said.orElseThrow(() -> new RewriteException(
                "The input '" + input.name() + "' leaves the size of pictures free: say it by the option size."));
    }

    private static String onlyOutput(SameDiff graph) {
        List<String> outputs = graph.getVariables().values().stream()
                .filter(variable -> variable.getVariable().getVariableType() == VariableType.ARRAY)
                .filter(variable -> variable.getInputsForOp() == null
                        || variable.getInputsForOp().isEmpty())
                .map(Variable::getName)
                .toList();
        if (outputs.size() != 1) {
            throw new RewriteException("The graph ends in " + outputs
                    + ": say which of its variables is the picture by the option output.");
        }
        return outputs.get(0);
    }

    private FileFormatException other(GeneratorFile file) {
        return new FileFormatException(file.label(), "contents", "expected are " + description() + ".");
    }
}
