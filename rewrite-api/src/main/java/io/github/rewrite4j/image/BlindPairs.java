package io.github.rewrite4j.image;

import io.github.rewrite4j.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Pictures of two methods side by side, for people who are to say which is better and do not know which is whose: the user study of
 * papers on generators, with two alternatives and no third. Which of a pair is called A is drawn by a seed and written into a key
 * that nobody looks at before all have answered.
 *
 * <pre>{@code
 * BlindPairs.of("Who is drawn better as a sketch?", "expanded", ours, "dedicated", theirs)
 *         .beside(source)
 *         .write(folder, 7); // pairs.png, answers.csv to fill in, key.csv to keep away
 * System.out.println(BlindPairs.count(folder.resolve("key.csv"), List.of(folder.resolve("answers.csv"))));
 * }</pre>
 */
public final class BlindPairs {
    private static final String A = "A";
    private static final String B = "B";

    private final String question;
    private final String first;
    private final String second;
    private final INDArray firsts;
    private final INDArray seconds;
    private final Optional<INDArray> reference;

    private BlindPairs(
            String question,
            String first,
            INDArray firsts,
            String second,
            INDArray seconds,
            Optional<INDArray> reference) {
        this.question = question;
        this.first = first;
        this.firsts = firsts;
        this.second = second;
        this.seconds = seconds;
        this.reference = reference;
    }

    /**
     * Pairs of pictures.
     *
     * @param question that people are asked, above the sheet
     * @param first name of one method, without a comma
     * @param firsts its pictures [N, 3, H, W] in [-1, 1]
     * @param second name of the other
     * @param seconds its pictures of the same samples, of the same shape
     */
    public static BlindPairs of(String question, String first, INDArray firsts, String second, INDArray seconds) {
        Objects.requireNonNull(question, "question");
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(firsts, "firsts");
        Objects.requireNonNull(second, "second");
        Objects.requireNonNull(seconds, "seconds");
        if (first.equals(second) || first.contains(",") || second.contains(",")) {
            throw new IllegalArgumentException(
                    "The methods are called '" + first + "' and '" + second + "': give two names without a comma.");
        }
        requireAlike(firsts, seconds);
        return new BlindPairs(question, first, firsts, second, seconds, Optional.empty());
    }

    /** Shows a picture at the left of each pair that both are compared with, such as the source's. */
    public BlindPairs beside(INDArray pictures) {
        Objects.requireNonNull(pictures, "pictures");
        requireAlike(firsts, pictures);
        return new BlindPairs(question, first, firsts, second, seconds, Optional.of(pictures));
    }

    private static void requireAlike(INDArray a, INDArray b) {
        ImageBatch.images("the pictures", a);
        ImageBatch.images("the pictures", b);
        if (!a.equalShapes(b)) {
            throw new IllegalArgumentException("The pictures have the shapes " + java.util.Arrays.toString(a.shape())
                    + " and " + java.util.Arrays.toString(b.shape()) + ": give as many of the same size.");
        }
    }

    /**
     * Writes {@code pairs.png}, {@code answers.csv} with an empty answer for each pair, and {@code key.csv}.
     *
     * @param seed of which is called A; half of the pairs, up to one, have the first method there
     */
    public void write(Path folder, long seed) throws IOException {
        Objects.requireNonNull(folder, "folder");
        boolean[] firstIsA = order(Math.toIntExact(firsts.size(0)), seed);
        ContactSheet.Builder sheet = ContactSheet.titled(question);
        if (reference.isPresent()) {
            sheet.columns("for comparison", A, B);
        } else {
            sheet.columns(A, B);
        }
        StringBuilder key = new StringBuilder("pair,A,B\n");
        StringBuilder answers = new StringBuilder("pair,better\n");
        for (int n = 0; n < firstIsA.length; n++) {
            INDArray a = firstIsA[n] ? firsts.slice(n) : seconds.slice(n);
            INDArray b = firstIsA[n] ? seconds.slice(n) : firsts.slice(n);
            int pair = n;
            INDArray row = reference
                    .map(pictures -> Nd4j.stack(0, pictures.slice(pair), a, b))
                    .orElseGet(() -> Nd4j.stack(0, a, b));
            sheet.row("pair " + (n + 1), row);
            key.append(String.format(
                    Locale.ROOT, "%d,%s,%s%n", n + 1, firstIsA[n] ? first : second, firstIsA[n] ? second : first));
            answers.append(n + 1).append(",\n");
        }
        sheet.footer("Say for each pair which is better, A or B.")
                .labelWidth(60)
                .build()
                .write(folder.resolve("pairs.png"));
        write(folder.resolve("answers.csv"), answers);
        write(folder.resolve("key.csv"), key);
    }

    private static void write(Path file, StringBuilder text) throws IOException {
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, out -> out.write(bytes));
    }

    private static boolean[] order(int count, long seed) {
        boolean[] first = new boolean[count];
        for (int n = 0; n < count; n++) {
            first[n] = n % 2 == 0;
        }
        Random random = new Random(seed);
        for (int n = count - 1; n > 0; n--) {
            int other = random.nextInt(n + 1);
            boolean kept = first[n];
            first[n] = first[other];
            first[other] = kept;
        }
        return first;
    }

    /**
     * How often a method was preferred.
     *
     * @param method its name
     * @param chosen answers for it
     * @param answered all answers
     */
    public record Preference(String method, int chosen, int answered) {
        private static final double Z = 1.959964;

        /** At least one answer. */
        public Preference {
            Objects.requireNonNull(method, "method");
            if (answered < 1 || chosen < 0 || chosen > answered) {
                throw new IllegalArgumentException("Of " + answered + " answers " + chosen + " are for '" + method
                        + "': there must be an answer, and not more for it than there are.");
            }
        }

        /** Share of the answers. */
        public double share() {
            return (double) chosen / answered;
        }

        /** Ends of Wilson's interval, which holds the true share in 95 of 100 studies. */
        public double[] interval() {
            double n = answered;
            double middle = (share() + Z * Z / (2 * n)) / (1 + Z * Z / n);
            double half = Z / (1 + Z * Z / n) * Math.sqrt(share() * (1 - share()) / n + Z * Z / (4 * n * n));
            return new double[] {middle - half, middle + half};
        }

        @Override
        public String toString() {
            double[] ends = interval();
            return String.format(
                    Locale.ROOT,
                    "%s is better in %d of %d answers, %.0f %% (95 %%: %.0f to %.0f %%)",
                    method,
                    chosen,
                    answered,
                    100 * share(),
                    100 * ends[0],
                    100 * ends[1]);
        }
    }

    /**
     * Counts answers by the key. An empty answer is none.
     *
     * @param key as it was written
     * @param answers one file for each person: lines {@code pair,A} or {@code pair,B}
     * @return for each method
     * @throws IOException when a file cannot be read, or holds something else
     */
    public static List<Preference> count(Path key, List<Path> answers) throws IOException {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(answers, "answers");
        Map<String, Map<String, String>> methods = new HashMap<>();
        List<String> names = List.of();
        for (String[] line : lines(key, 3)) {
            methods.put(line[0], Map.of(A, line[1], B, line[2]));
            names = List.of(line[1], line[2]).stream().sorted().toList();
        }
        Map<String, Integer> chosen = new HashMap<>();
        int answered = 0;
        for (Path file : answers) {
            for (String[] line : lines(file, 2)) {
                if (line[1].isEmpty()) {
                    continue;
                }
                String method = Optional.ofNullable(methods.get(line[0]))
                        .map(pair -> pair.get(line[1].toUpperCase(Locale.ROOT)))
                        .orElse(null);
                if (method == null) {
                    throw new IOException(file + " says '" + line[1] + "' of pair " + line[0]
                            + ": an answer is A or B, of a pair of the key.");
                }
                chosen.merge(method, 1, Integer::sum);
                answered++;
            }
        }
        if (answered == 0) {
            throw new IOException("There is no answer in " + answers + ": write A or B behind each pair.");
        }
        int all = answered;
        return names.stream()
                .map(name -> new Preference(name, chosen.getOrDefault(name, 0), all))
                .toList();
    }

    private static List<String[]> lines(Path file, int fields) throws IOException {
        List<String[]> lines = Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                .skip(1)
                .filter(line -> !line.isBlank())
                .map(line -> line.strip().split(",", -1))
                .toList();
        if (lines.stream().anyMatch(line -> line.length != fields)) {
            throw new IOException(file + " has a line that is not of " + fields + " fields with a comma between them.");
        }
        return lines;
    }
}
