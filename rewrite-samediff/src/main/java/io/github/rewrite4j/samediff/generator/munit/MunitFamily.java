package io.github.rewrite4j.samediff.generator.munit;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.GeneratorFamily;
import io.github.rewrite4j.family.GeneratorFile;
import io.github.rewrite4j.family.LoadOption;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.family.Recognition;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.Backend;
import io.github.rewrite4j.samediff.generator.Edges;
import io.github.rewrite4j.samediff.generator.GraphOptions;
import io.github.rewrite4j.samediff.generator.PictureSize;
import io.github.rewrite4j.samediff.generator.internal.MemoryNeeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Translators in the checkpoints of MUNIT; {@link Munit} says more of them. */
public final class MunitFamily implements GeneratorFamily {
    /** {@code direction}. */
    public static final LoadOption<Direction> DIRECTION = new LoadOption<>(
            "direction",
            "a-b|b-a|a-a|b-b",
            "Which domain pictures come from and go to; a-b unless said.",
            Direction.class,
            Direction::parse);

    /** {@code padding}. */
    public static final LoadOption<Edges> PADDING = new LoadOption<>(
            "padding",
            "reflect|replicate|zero",
            "What lies beyond the edges of maps; reflect unless said, as published.",
            Edges.class,
            text -> Edges.valueOf(text.toUpperCase(Locale.ROOT)));

    /** {@code activation}. */
    public static final LoadOption<MunitActivation> ACTIVATION = new LoadOption<>(
            "activation",
            "relu|lrelu|selu|tanh",
            "What follows convolutions; relu unless said, as published.",
            MunitActivation.class,
            text -> MunitActivation.valueOf(text.toUpperCase(Locale.ROOT)));

    @Override
    public String name() {
        return "munit";
    }

    @Override
    public String description() {
        return "a translator of pictures between two domains (MUNIT), with tensors 'a.enc_content.model.0.conv.weight' and"
                + " so on for 'a' and 'b'";
    }

    @Override
    public List<LoadOption<?>> options() {
        return List.of(DIRECTION, PictureSize.OPTION, GraphOptions.PICTURES, PADDING, ACTIVATION);
    }

    private static Optional<MunitCheckpoint> in(GeneratorFile file) throws IOException {
        Optional<TensorSource> tensors = file.tensors();
        return tensors.isPresent() ? MunitCheckpoint.in(tensors.get()) : Optional.empty();
    }

    @Override
    public Recognition recognise(GeneratorFile file) throws IOException {
        Optional<MunitCheckpoint> found = in(file);
        if (found.isEmpty()) {
            return Recognition.no();
        }
        try {
            found.get().requireComplete();
            return Recognition.yes();
        } catch (FileFormatException inPart) {
            return Recognition.nearly(inPart.problem());
        }
    }

    @Override
    public GeneratorEstimate estimate(GeneratorFile file, LoadOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(options, "options");
        MunitShape shape = in(file).orElseThrow(() -> other(file)).requireComplete();
        Direction direction = options.get(DIRECTION).orElse(Direction.A_TO_B);
        PictureSize size = options.get(PictureSize.OPTION).orElse(MunitRecipe.PUBLISHED.size());
        shape.requireFits(size.height(), size.width(), direction.isReconstruction());
        Map<String, long[]> all = new LinkedHashMap<>();
        MunitCheckpoint.DOMAINS.forEach(domain -> all.putAll(MunitCheckpoint.expected(domain, shape)));
        long parameters = 0;
        int layers = 0;
        for (Map.Entry<String, long[]> tensor : all.entrySet()) {
            if (Munit.isUsed(tensor.getKey(), direction)) {
                parameters += Arrays.stream(tensor.getValue()).reduce(1, (a, b) -> a * b);
                boolean editable = tensor.getKey().endsWith(".conv.weight")
                        && !tensor.getKey().contains("enc_style");
                layers += editable ? 1 : 0;
            }
        }
        MemoryNeeds needs = new MemoryNeeds(parameters, 2L * shape.width() * size.height() * size.width());
        List<String> inputs = new ArrayList<>();
        inputs.add(MunitGraph.PICTURE + " [N, 3, " + size.height() + ", " + size.width() + "]");
        if (!direction.isReconstruction()) {
            inputs.add(MunitGraph.STYLE + " [N, " + shape.style() + "]");
        }
        return new GeneratorEstimate(
                Munit.architecture(shape, direction),
                inputs,
                shape.result(size.height()),
                shape.result(size.width()),
                layers,
                parameters,
                needs.loadingBytes(),
                needs.generatingBytes(),
                List.of());
    }

    @Override
    public Generator load(GeneratorFile file, LoadOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(options, "options");
        Backend.require();
        if (in(file).isEmpty()) {
            throw other(file);
        }
        Munit munit = Munit.of(file.tensors().orElseThrow());
        PictureSize size = options.get(PictureSize.OPTION).orElse(MunitRecipe.PUBLISHED.size());
        munit = munit.size(size.height(), size.width());
        Optional<Edges> edges = options.get(PADDING);
        if (edges.isPresent()) {
            munit = munit.padding(edges.get());
        }
        Optional<MunitActivation> activation = options.get(ACTIVATION);
        if (activation.isPresent()) {
            munit = munit.activation(activation.get());
        }
        Optional<Path> folder = options.get(GraphOptions.PICTURES);
        if (folder.isPresent()) {
            munit = munit.pictures(folder.get());
        }
        return munit.generator(options.get(DIRECTION).orElse(Direction.A_TO_B));
    }

    private FileFormatException other(GeneratorFile file) {
        return new FileFormatException(file.label(), "tensor names", "expected is " + description() + ".");
    }
}
