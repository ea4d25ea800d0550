package io.github.rewrite4j;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The samples that a patch was learnt on, as a note that travels with it: where its effect is known to be what was wanted.
 * Whoever composes patches afterwards needs them.
 *
 * <p>The note {@code samples} lists them by seed, with ranges: {@code 1: 4, 9, 2000-2015; 7: 0-255}.
 *
 * @param samples in the order of seed and index, at least one
 */
public record PatchSamples(List<Sample> samples) {
    /** The note that holds them. */
    public static final String NOTE = "samples";

    /** A patch is learnt on fewer. */
    private static final int MOST_SAMPLES = 100_000;

    private static final Pattern SEED = Pattern.compile("(\\d{1,10}): (.{1,100000})");
    private static final Pattern RANGE = Pattern.compile("(\\d{1,9})(?:-(\\d{1,9}))?");

    public PatchSamples {
        Objects.requireNonNull(samples, "samples");
        samples = List.copyOf(samples);
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("A patch was learnt on at least one sample, where it says so.");
        }
    }

    /** The samples among some subjects; empty where there are none, since inputs of a caller's own cannot be drawn again. */
    public static Optional<PatchSamples> of(Collection<? extends Subject> subjects) {
        TreeMap<Long, TreeSet<Integer>> bySeed = new TreeMap<>();
        Subject.samples(subjects).forEach(sample -> bySeed.computeIfAbsent(sample.seed(), seed -> new TreeSet<>())
                .add(sample.index()));
        List<Sample> samples = new ArrayList<>();
        bySeed.forEach((seed, indices) -> indices.forEach(index -> samples.add(new Sample(seed, index))));
        return samples.isEmpty() ? Optional.empty() : Optional.of(new PatchSamples(samples));
    }

    /**
     * What the note of a patch says.
     *
     * @throws IllegalArgumentException when it is written differently
     */
    public static Optional<PatchSamples> of(Patch patch) {
        String note = patch.notes().get(NOTE);
        return note == null ? Optional.empty() : Optional.of(read(note));
    }

    /** Notes with this one among them. */
    public Map<String, String> among(Map<String, String> notes) {
        Objects.requireNonNull(notes, "notes");
        TreeMap<String, String> all = new TreeMap<>(notes);
        all.put(NOTE, toString());
        return all;
    }

    private static PatchSamples read(String note) {
        List<Sample> samples = new ArrayList<>();
        for (String part : parts(note, "; ")) {
            Matcher seed = SEED.matcher(part);
            if (!seed.matches()) {
                throw wrong(part);
            }
            for (String range : parts(seed.group(2), ", ")) {
                Matcher ends = RANGE.matcher(range);
                if (!ends.matches()) {
                    throw wrong(range);
                }
                int first = Integer.parseInt(ends.group(1));
                int last = ends.group(2) == null ? first : Integer.parseInt(ends.group(2));
                if (last < first || samples.size() + (long) last - first >= MOST_SAMPLES) {
                    throw wrong(range);
                }
                samples.addAll(Sample.range(Long.parseLong(seed.group(1)), first, last + 1));
            }
        }
        return new PatchSamples(samples);
    }

    private static List<String> parts(String text, String separator) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, from)) {
            parts.add(text.substring(from, at));
            from = at + separator.length();
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static IllegalArgumentException wrong(String part) {
        return new IllegalArgumentException(
                "The note '" + NOTE + "' lists samples by seed, as in '1: 4, 9, 2000-2015', at" + " most "
                        + MOST_SAMPLES + ", but it says '" + part.substring(0, Math.min(part.length(), 60)) + "'.");
    }

    /** The note. */
    @Override
    public String toString() {
        StringBuilder note = new StringBuilder();
        for (int from = 0; from < samples.size(); ) {
            Sample first = samples.get(from);
            boolean newSeed = from == 0 || samples.get(from - 1).seed() != first.seed();
            if (newSeed) {
                note.append(from == 0 ? "" : "; ").append(first.seed()).append(": ");
            } else {
                note.append(", ");
            }
            int last = from;
            while (last + 1 < samples.size()
                    && samples.get(last + 1).seed() == first.seed()
                    && samples.get(last + 1).index() == samples.get(last).index() + 1) {
                last++;
            }
            note.append(first.index());
            if (last > from) {
                note.append('-').append(samples.get(last).index());
            }
            from = last + 1;
        }
        return note.toString();
    }
}
