package io.github.rewrite4j.samediff.generator.munit;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.LoadOption;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.generator.Edges;
import io.github.rewrite4j.samediff.generator.GraphOptions;
import io.github.rewrite4j.samediff.generator.PictureSize;
import io.github.rewrite4j.samediff.generator.internal.CheckpointFamily;
import io.github.rewrite4j.samediff.generator.internal.MemoryNeeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Translators in the checkpoints of MUNIT; {@link Munit} says more of them. */
public final class MunitFamily extends CheckpointFamily<MunitCheckpoint> {
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

    @Override
    protected Optional<MunitCheckpoint> find(TensorSource tensors, LoadOptions options) throws IOException {
        return MunitCheckpoint.in(tensors);
    }

    @Override
    protected void check(MunitCheckpoint found) throws IOException {
        found.requireComplete();
    }

    @Override
    protected GeneratorEstimate estimate(MunitCheckpoint found, LoadOptions options) throws IOException {
        MunitShape shape = found.requireComplete();
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
    protected Generator load(MunitCheckpoint found, TensorSource tensors, LoadOptions options) throws IOException {
        Munit munit = Munit.of(tensors);
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
}
