package io.github.rewrite4j.samediff.generator;

import io.github.rewrite4j.family.LoadOption;
import java.nio.file.Path;
import java.util.Locale;

/** What families of graphs of others can be told: what the graph itself does not say. */
public final class GraphOptions {
    /** {@code pixels}. */
    public static final LoadOption<PixelRange> PIXELS = new LoadOption<>(
            "pixels",
            "symmetric|unit|bytes",
            "Black and white in pictures of the graph, in and out: -1 and 1, 0 and 1, or 0 and 255.",
            PixelRange.class,
            text -> PixelRange.valueOf(text.toUpperCase(Locale.ROOT)));

    /** {@code output}. */
    public static final LoadOption<String> OUTPUT = LoadOption.text(
            "output", "NAME", "The value of the graph that is the picture; its first output unless said.");

    /** {@code pictures}. */
    public static final LoadOption<Path> PICTURES = new LoadOption<>(
            "pictures",
            "FOLDER",
            "PNG pictures that a graph of pictures to pictures draws its samples from.",
            Path.class,
            Path::of);

    private GraphOptions() {}
}
