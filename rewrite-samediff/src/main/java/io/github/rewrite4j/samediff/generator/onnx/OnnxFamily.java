package io.github.rewrite4j.samediff.generator.onnx;

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
import io.github.rewrite4j.samediff.generator.PictureSize;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Networks in ONNX files; {@link OnnxGenerator} says which. */
public final class OnnxFamily implements GeneratorFamily {
    /** {@code fixed}: inputs that are the same number for ever. */
    public static final LoadOption<String> FIXED = LoadOption.text(
            "fixed",
            "INPUT=NUMBER[,INPUT=NUMBER...]",
            "Inputs that are the same number for ever, such as a truncation.");

    /** {@code classes}: inputs that are a class, and how many there are. */
    public static final LoadOption<String> CLASSES = LoadOption.text(
            "classes",
            "INPUT=NUMBER[,INPUT=NUMBER...]",
            "Inputs that are a class of the sample, and how many classes there are.");

    /** Fields of a model that files begin with: a version, then the program that wrote it, the operators or the graph. */
    private static final List<Integer> SECOND = List.of(0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42);

    private static final int NEWEST_FORMAT = 20;

    @Override
    public String name() {
        return "onnx";
    }

    @Override
    public String description() {
        return "networks that draw pictures, as ONNX files of the opsets 7 to 22";
    }

    @Override
    public List<LoadOption<?>> options() {
        return List.of(
                PictureSize.OPTION, GraphOptions.PIXELS, GraphOptions.OUTPUT, GraphOptions.PICTURES, FIXED, CLASSES);
    }

    @Override
    public Recognition recognise(GeneratorFile file) throws IOException {
        Objects.requireNonNull(file, "file");
        Optional<Path> path = file.path();
        if (path.isEmpty() || !looksLikeOne(path.get(), file.start())) {
            return Recognition.no();
        }
        try {
            OnnxFile.read(path.get());
            return Recognition.yes();
        } catch (FileFormatException broken) {
            return Recognition.nearly(broken.problem());
        }
    }

    private static boolean looksLikeOne(Path path, byte[] start) {
        boolean called = path.toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
        boolean begins = start.length > 2 && start[0] == 8 && start[1] >= 1 && start[1] <= NEWEST_FORMAT;
        return begins && (called || SECOND.contains((int) start[2]));
    }

    @Override
    public GeneratorEstimate estimate(GeneratorFile file, LoadOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(options, "options");
        return new OnnxEstimate(read(file), options.get(PictureSize.OPTION)).estimate(options.get(GraphOptions.OUTPUT));
    }

    @Override
    public Generator load(GeneratorFile file, LoadOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(options, "options");
        Backend.require();
        OnnxFile network = read(file);
        OnnxGenerator generator = OnnxGenerator.of(network);
        options.get(GraphOptions.OUTPUT).ifPresent(generator::output);
        options.get(GraphOptions.PIXELS).ifPresent(generator::pixels);
        options.get(PictureSize.OPTION).ifPresent(size -> generator.size(size.height(), size.width()));
        options.get(FIXED)
                .ifPresent(text ->
                        each(FIXED, text, (input, number) -> generator.fixed(input, Double.parseDouble(number))));
        options.get(CLASSES)
                .ifPresent(text ->
                        each(CLASSES, text, (input, number) -> generator.classes(input, Integer.parseInt(number))));
        Optional<Path> folder = options.get(GraphOptions.PICTURES);
        if (folder.isPresent()) {
            generator.pictures(folder.get());
        }
        try {
            return generator.build();
        } catch (RewriteException failure) {
            throw new RewriteException(
                    failure.getMessage() + " In options of the family 'onnx' this is "
                            + String.join(
                                    ", ",
                                    options().stream().map(LoadOption::toString).toList())
                            + ".",
                    failure);
        }
    }

    private static void each(LoadOption<String> option, String text, BiConsumer<String, String> pairs) {
        for (String pair : List.of(text.split(",", -1))) {
            int at = pair.indexOf('=');
            try {
                pairs.accept(pair.substring(0, Math.max(0, at)), pair.substring(at + 1));
            } catch (NumberFormatException none) {
                throw new IllegalArgumentException(
                        "The option '" + option.name() + "' takes " + option.values() + ", but got '" + text + "'.",
                        none);
            }
        }
    }

    private static OnnxFile read(GeneratorFile file) throws IOException {
        return OnnxFile.read(file.path()
                .orElseThrow(() ->
                        new FileFormatException(file.label(), "contents", "ONNX networks are read from files alone.")));
    }
}
