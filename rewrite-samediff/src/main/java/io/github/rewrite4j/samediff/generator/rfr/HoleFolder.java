package io.github.rewrite4j.samediff.generator.rfr;

import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.ValidityMask;
import io.github.rewrite4j.io.Fingerprints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Masks of a file or of the PNG files of a folder, read once; each sample has one that its seed and index decide. */
final class HoleFolder implements HoleSource {
    private static final Logger log = LoggerFactory.getLogger(HoleFolder.class);
    private static final long MIX = 0xBF58476D1CE4E5B9L;

    private static final int SAID = 3;

    private final List<ValidityMask> masks;
    private final String id;

    private HoleFolder(List<ValidityMask> masks, String id) {
        this.masks = masks;
        this.id = id;
    }

    /** Reads all masks, fitted into pictures of a size; the log says what was understood of the first. */
    static HoleFolder of(Path from, ValidityMask.Known colour, int height, int width) throws IOException {
        List<Path> files = List.of(from);
        if (Files.isDirectory(from)) {
            try (Stream<Path> entries = Files.list(from)) {
                files = entries.filter(Files::isRegularFile)
                        .filter(file -> file.toString().toLowerCase(Locale.ROOT).endsWith(".png"))
                        .sorted()
                        .toList();
            }
        }
        List<ValidityMask> masks = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        for (Path file : files) {
            ValidityMask mask = ValidityMask.read(file, colour, height, width);
            // Nobody sees from a mask which of its colours is meant.
            if (masks.size() < SAID) {
                log.warn("{}", mask.understood());
            }
            try {
                masks.add(mask.requireFillable());
            } catch (IllegalArgumentException useless) {
                throw new IOException(file + " is no mask of a hole. " + useless.getMessage(), useless);
            }
            text.append(mask.hashCode()).append(' ');
        }
        if (masks.isEmpty()) {
            throw new IOException(from + " holds no file that ends in .png: name a folder of masks, or one mask.");
        }
        return new HoleFolder(
                masks,
                "holes-" + Fingerprints.of(new TreeMap<>(), text.toString()).substring(0, 16));
    }

    @Override
    public ValidityMask of(Sample sample, int height, int width) {
        return masks.get(new Random(sample.seed() * MIX + sample.index()).nextInt(masks.size()));
    }

    @Override
    public String id() {
        return id;
    }
}
