package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.OwnInputs;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Images by short keys: {@code 1:17} is sample 17 of seed 1, {@code own:HASH.safetensors} are inputs of the user's own that
 * the vault keeps.
 */
final class Subjects {
    /** Images in one grid, at most. */
    static final int MOST = 500;

    private static final Pattern SAMPLE = Pattern.compile("(\\d{1,10}):(\\d{1,9})");
    private static final Pattern RANGE = Pattern.compile("(?:(\\d{1,10}):)?(\\d{1,9})(?:-(\\d{1,9}))?");
    private static final String OWN = "own:";

    private final Vault vault;

    Subjects(Vault vault) {
        this.vault = vault;
    }

    static String key(Sample sample) {
        return sample.seed() + ":" + sample.index();
    }

    /** Keeps inputs and names them. */
    String keep(OwnInputs inputs) throws IOException {
        Path file = vault.folder().resolve("inputs.safetensors");
        inputs.save(file);
        try {
            return OWN + vault.put(Files.readAllBytes(file), "safetensors");
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** The thing in the vault that a subject needs. */
    static Optional<String> thing(String key) {
        return key.startsWith(OWN) ? Optional.of(key.substring(OWN.length())) : Optional.empty();
    }

    Subject of(String key) throws IOException {
        Optional<String> own = thing(key);
        if (own.isPresent()) {
            return OwnInputs.read(vault.existing(own.get()));
        }
        Matcher sample = SAMPLE.matcher(key);
        if (!sample.matches()) {
            throw new IllegalArgumentException("'" + key + "' names no image: write SEED:NUMBER.");
        }
        return new Sample(Long.parseLong(sample.group(1)), Integer.parseInt(sample.group(2)));
    }

    List<Subject> of(List<String> keys) throws IOException {
        List<Subject> subjects = new ArrayList<>();
        for (String key : keys) {
            subjects.add(of(key));
        }
        return subjects;
    }

    /**
     * Keys of samples from a text such as {@code 0-8, 40, 100-120} or {@code 7:0-15}, where 7 is a seed; seed 1 unless one is
     * named. Each image counts once.
     */
    static List<String> ranges(String text) {
        Set<String> keys = new LinkedHashSet<>();
        for (String part : text.strip().split("[,;\\s]+(?!-)", 0)) {
            Matcher range = RANGE.matcher(part.replace('–', '-'));
            if (!range.matches()) {
                throw new IllegalArgumentException(
                        "'" + part + "' is no number of a sample: write numbers and ranges, such as 0-8, 40, 100-120.");
            }
            long seed = range.group(1) == null ? Sample.DEFAULT_SEED : Long.parseLong(range.group(1));
            int from = Integer.parseInt(range.group(2));
            int to = range.group(3) == null ? from : Integer.parseInt(range.group(3));
            if (to < from) {
                throw new IllegalArgumentException(
                        "The range " + part + " runs backwards: write the smaller number first.");
            }
            if (keys.size() + (long) to - from >= MOST) {
                throw new IllegalArgumentException("That is more than " + MOST + " images: show fewer at a time.");
            }
            for (int i = from; i <= to; i++) {
                keys.add(key(new Sample(seed, i)));
            }
        }
        return List.copyOf(keys);
    }
}
