package io.github.rewrite4j.samediff.generator.rfr;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.edit.ValidityMask;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.LoadOption;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.generator.GraphOptions;
import io.github.rewrite4j.samediff.generator.PictureSize;
import io.github.rewrite4j.samediff.generator.internal.CheckpointFamily;
import io.github.rewrite4j.samediff.generator.internal.MemoryNeeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Inpainters in the checkpoints of RFR; {@link Rfr} says more of them. */
public final class RfrFamily extends CheckpointFamily<RfrCheckpoint> {
    /** {@code holes}. */
    public static final LoadOption<Path> HOLES = new LoadOption<>(
            "holes",
            "FILE|FOLDER",
            "A mask, or a folder of PNG masks, that samples have holes from; boxes and strokes unless said.",
            Path.class,
            Path::of);

    /** {@code known}. */
    public static final LoadOption<ValidityMask.Known> KNOWN = new LoadOption<>(
            "known",
            "black|white",
            "What mask files say is known; black unless said, so that white is the hole.",
            ValidityMask.Known.class,
            text -> ValidityMask.Known.valueOf(text.toUpperCase(Locale.ROOT)));

    private static final PictureSize PUBLISHED = new PictureSize(256, 256);

    @Override
    public String name() {
        return "rfr";
    }

    @Override
    public String description() {
        return "an inpainter of recurrent feature reasoning (RFR), with tensors 'generator.Pconv21.weight' and so on, or"
                + " the same without 'generator.'";
    }

    @Override
    public List<LoadOption<?>> options() {
        return List.of(PictureSize.OPTION, GraphOptions.PICTURES, HOLES, KNOWN);
    }

    @Override
    protected Optional<RfrCheckpoint> find(TensorSource tensors, LoadOptions options) throws IOException {
        return RfrCheckpoint.in(tensors);
    }

    @Override
    protected void check(RfrCheckpoint found) throws IOException {
        found.requireComplete();
    }

    @Override
    protected GeneratorEstimate estimate(RfrCheckpoint found, LoadOptions options) throws IOException {
        RfrShape shape = found.requireComplete();
        PictureSize size = options.get(PictureSize.OPTION).orElse(PUBLISHED);
        Rfr.requireMultiple(size.height(), size.width());
        long parameters = RfrCheckpoint.parameters(shape);
        long pixels = (long) size.height() * size.width();
        long attention = pixels / 64 * (pixels / 64);
        MemoryNeeds needs = new MemoryNeeds(parameters, Math.max(attention, (shape.width() + 3) * pixels));
        return new GeneratorEstimate(
                Rfr.architecture(shape),
                List.of(
                        RfrGraph.PICTURE + " [N, 3, " + size.height() + ", " + size.width() + "]",
                        RfrGraph.KNOWN + " [N, 1, " + size.height() + ", " + size.width() + "]"),
                size.height(),
                size.width(),
                8,
                parameters,
                needs.loadingBytes(),
                needs.generatingBytes(),
                List.of());
    }

    @Override
    protected Generator load(RfrCheckpoint found, TensorSource tensors, LoadOptions options) throws IOException {
        PictureSize size = options.get(PictureSize.OPTION).orElse(PUBLISHED);
        Rfr rfr = Rfr.of(tensors).size(size.height(), size.width());
        Optional<Path> folder = options.get(GraphOptions.PICTURES);
        if (folder.isPresent()) {
            rfr = rfr.pictures(folder.get());
        }
        Optional<Path> masks = options.get(HOLES);
        if (masks.isPresent()) {
            rfr = rfr.holes(masks.get(), options.get(KNOWN).orElse(ValidityMask.Known.BLACK));
        } else if (options.get(KNOWN).isPresent()) {
            throw new IllegalArgumentException(
                    "The option 'known' says how mask files are read, but no 'holes' name any: give both, or neither.");
        }
        return rfr.inpainter();
    }
}
