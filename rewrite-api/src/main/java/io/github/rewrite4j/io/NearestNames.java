package io.github.rewrite4j.io;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * Suggestions for a name that does not exist.
 *
 * <p>Nearness is the Levenshtein distance without regard to case; a name that contains the wanted one, or is contained
 * in it, counts as one step away. What differs in more than half of the wanted letters is no suggestion.
 */
public final class NearestNames {
    private static final int FEW = 5;
    private static final int LONGEST = 300;

    private NearestNames() {}

    private record Candidate(String name, int distance) {}

    /**
     * The known names nearest to the wanted one, nearest first and then alphabetically; at most {@code max}, none if
     * none is near. Costs one table of letters by letters for each known name of about the same length.
     */
    public static List<String> nearest(String wanted, Collection<String> known, int max) {
        String folded = wanted.toLowerCase(Locale.ROOT);
        int limit = Math.max(2, folded.length() / 2);
        return known.stream()
                .distinct()
                .flatMap(name -> distance(folded, name.toLowerCase(Locale.ROOT), limit).stream()
                        .mapToObj(distance -> new Candidate(name, distance)))
                .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
                .limit(max)
                .map(Candidate::name)
                .toList();
    }

    /**
     * A sentence for an error message: the nearest names or, if none is near, the first few of all. Names longer than a
     * line are shortened.
     */
    public static String hint(String wanted, Collection<String> known) {
        Objects.requireNonNull(wanted, "wanted");
        if (known.isEmpty()) {
            return "There are none.";
        }
        List<String> near = nearest(wanted, known, FEW);
        if (!near.isEmpty()) {
            return "Nearest names: " + quoted(near) + ".";
        }
        List<String> first = known.stream().limit(FEW).toList();
        int more = known.size() - first.size();
        return "Known names: " + quoted(first) + (more > 0 ? " and " + more + " more." : ".");
    }

    private static String quoted(List<String> names) {
        return names.stream().map(name -> "'" + PrintableText.name(name) + "'").collect(Collectors.joining(", "));
    }

    private static OptionalInt distance(String a, String b, int limit) {
        // Nobody mistypes a name of this length, but a file may hold thousands of them.
        if (a.length() > LONGEST || b.length() > LONGEST) {
            return a.equals(b) ? OptionalInt.of(0) : OptionalInt.empty();
        }
        if (a.equals(b)) {
            return OptionalInt.of(0);
        }
        if (!a.isEmpty() && !b.isEmpty() && (a.contains(b) || b.contains(a))) {
            return OptionalInt.of(1);
        }
        // The distance is at least the difference of the lengths: absurdly long names cost nothing.
        if (Math.abs(a.length() - b.length()) > limit) {
            return OptionalInt.empty();
        }
        int distance = levenshtein(a, b);
        return distance <= limit ? OptionalInt.of(distance) : OptionalInt.empty();
    }

    private static int levenshtein(String a, String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j < above.length; j++) {
            above[j] = j;
        }
        int[] row = new int[above.length];
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int change = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, 1 + Math.min(above[j], row[j - 1]));
            }
            int[] done = row;
            row = above;
            above = done;
        }
        return above[b.length()];
    }
}
