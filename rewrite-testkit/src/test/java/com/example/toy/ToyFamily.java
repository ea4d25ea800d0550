package com.example.toy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.GeneratorFamily;
import io.github.rewrite4j.family.GeneratorFile;
import io.github.rewrite4j.family.LoadOption;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.family.Recognition;
import io.github.rewrite4j.io.FileFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;

/** Toys in text files: a first line that says so, then the rows of both matrices. */
public final class ToyFamily implements GeneratorFamily {
    static final LoadOption<Double> GAIN =
            new LoadOption<>("gain", "NUMBER", "Factor on all colours, 1 unless said.", Double.class, Double::valueOf);

    private static final String MARK = "toy generator ";

    /** A toy of random weights. */
    public static Path write(Path file, long seed) throws IOException {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder(MARK).append("1\n");
        for (int row = 0; row < 8; row++) {
            int columns = row < 5 ? 4 : 5;
            text.append(random.doubles(columns)
                            .mapToObj(x -> String.valueOf(x - 0.5))
                            .collect(Collectors.joining(" ")))
                    .append('\n');
        }
        return Files.writeString(file, text);
    }

    @Override
    public String name() {
        return "toy";
    }

    @Override
    public String description() {
        return "text files that begin with 'toy generator'";
    }

    @Override
    public List<LoadOption<?>> options() {
        return List.of(GAIN);
    }

    @Override
    public Recognition recognise(GeneratorFile file) {
        Objects.requireNonNull(file, "file");
        String start = new String(file.start(), StandardCharsets.UTF_8);
        if (!start.startsWith(MARK)) {
            return Recognition.no();
        }
        return start.startsWith(MARK + "1\n")
                ? Recognition.yes()
                : Recognition.nearly(
                        "this toy is of another version than 1, which is the only one: ask for its maker.");
    }

    @Override
    public GeneratorEstimate estimate(GeneratorFile file, LoadOptions options) {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(options, "options");
        return new GeneratorEstimate(
                "toy of 4 latents", List.of("z [N, 4]"), Maps.HEIGHT, Maps.WIDTH, 2, 35, 35 * 8, 1 << 12, List.of());
    }

    @Override
    public Generator load(GeneratorFile file, LoadOptions options) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(options, "options");
        List<String> lines = Files.readAllLines(file.path().orElseThrow());
        double gain = options.get(GAIN).orElse(1.0);
        double[][] rows = new double[8][];
        try {
            for (int i = 0; i < 8; i++) {
                double factor = i < 5 ? 1 : gain;
                rows[i] = Arrays.stream(lines.get(i + 1).split(" "))
                        .mapToDouble(text -> factor * Double.parseDouble(text))
                        .toArray();
            }
        } catch (IndexOutOfBoundsException | NumberFormatException broken) {
            throw new FileFormatException(file.label(), "rows", "a toy has eight rows of numbers");
        }
        return new ToyGenerator(new ToyNetwork(Arrays.copyOf(rows, 5), Arrays.copyOfRange(rows, 5, 8)));
    }
}
