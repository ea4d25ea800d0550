package io.github.rewrite4j.samediff.clip;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Texts to the tokens of CLIP: repaired, lower-cased and cut into words, numbers and signs, each of them pairs of bytes that
 * were joined in the order of the vocabulary (byte-pair encoding, Sennrich et al. 2016). Thread-safe.
 *
 * <p>The repairs are those of the published code as far as they are common: character references, curly quotes, full and
 * half width, ligatures, lines, control characters and terminal escapes, composed characters, and UTF-8 that was read as
 * Latin-1 or Windows-1252. Not repaired are texts that were read in other encodings, such as cp437, MacRoman or Cyrillic ones,
 * and rare character references.
 */
public final class ClipTokenizer {
    /** The name of the original vocabulary. */
    public static final String ORIGINAL = "bpe_simple_vocab_16e6.txt.gz";

    private static final String START = "<|startoftext|>";
    private static final String END = "<|endoftext|>";
    private static final String WORD_END = "</w>";
    private static final int MOST_KEPT = 10_000;
    private static final Pattern PIECES = Pattern.compile(
            "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|\\p{L}+|\\p{N}|[^\\s\\p{L}\\p{N}]+",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern SPACES = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

    private final ClipVocabulary vocabulary;
    private final Map<String, List<Integer>> known = new ConcurrentHashMap<>();

    private ClipTokenizer(ClipVocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    /**
     * The tokenizer of the vocabulary in a folder: {@code vocab.json} with {@code merges.txt}, or
     * {@value #ORIGINAL}.
     *
     * @throws FileNotFoundException when there is none, saying what to get
     */
    public static ClipTokenizer beside(Path folder) throws IOException {
        Objects.requireNonNull(folder, "folder");
        if (Files.isRegularFile(folder.resolve("vocab.json")) && Files.isRegularFile(folder.resolve("merges.txt"))) {
            return of(folder.resolve("vocab.json"), folder.resolve("merges.txt"));
        }
        if (Files.isRegularFile(folder.resolve(ORIGINAL))) {
            return of(folder.resolve(ORIGINAL));
        }
        throw new FileNotFoundException("There is no vocabulary in " + folder + ": put vocab.json and merges.txt of the"
                + " model's page at Hugging Face there, or " + ORIGINAL + " of OpenAI's CLIP repository.");
    }

    /** The tokenizer of a vocabulary in the original form, gzip or plain text: a header, then one merge a line. */
    public static ClipTokenizer of(Path merges) throws IOException {
        Objects.requireNonNull(merges, "merges");
        return new ClipTokenizer(ClipVocabulary.original(merges));
    }

    /** The tokenizer of a vocabulary as Hugging Face has it. */
    public static ClipTokenizer of(Path vocabulary, Path merges) throws IOException {
        Objects.requireNonNull(vocabulary, "vocabulary");
        Objects.requireNonNull(merges, "merges");
        return new ClipTokenizer(ClipVocabulary.json(vocabulary, merges));
    }

    /** Number of tokens. */
    public int size() {
        return vocabulary.size();
    }

    /** The token that begins each text. */
    public int start() {
        return vocabulary.id(START);
    }

    /** The token that ends each text. */
    public int end() {
        return vocabulary.id(END);
    }

    /** A text as it is cut: repaired, spaces joined, lower case. */
    public static String cleaned(String text) {
        Objects.requireNonNull(text, "text");
        String repaired = TextRepair.of(text);
        String plain =
                HtmlReferences.resolved(HtmlReferences.resolved(repaired)).strip();
        return SPACES.matcher(plain).replaceAll(" ").strip().toLowerCase(Locale.ROOT);
    }

    /** The tokens of a text, without those of start and end. */
    public int[] tokens(String text) {
        Objects.requireNonNull(text, "text");
        List<Integer> tokens = new ArrayList<>();
        Matcher pieces = PIECES.matcher(cleaned(text));
        while (pieces.find()) {
            tokens.addAll(ofPiece(pieces.group()));
        }
        return tokens.stream().mapToInt(Integer::intValue).toArray();
    }

    private List<Integer> ofPiece(String piece) {
        List<Integer> found = known.get(piece);
        if (found == null) {
            found = piece.equals(START) || piece.equals(END) ? List.of(vocabulary.id(piece)) : joined(piece);
            if (known.size() < MOST_KEPT) {
                known.put(piece, found);
            }
        }
        return found;
    }

    /** The pair of the lowest rank is joined wherever it stands, from the left, until no pair has a rank. */
    private List<Integer> joined(String piece) {
        List<String> parts = new ArrayList<>();
        for (byte b : piece.getBytes(StandardCharsets.UTF_8)) {
            parts.add(ClipVocabulary.letter(b & 0xff));
        }
        parts.set(parts.size() - 1, parts.get(parts.size() - 1) + WORD_END);
        while (parts.size() > 1) {
            int best = Integer.MAX_VALUE;
            int at = -1;
            for (int i = 0; i + 1 < parts.size(); i++) {
                int rank = vocabulary.rank(parts.get(i), parts.get(i + 1));
                if (rank < best) {
                    best = rank;
                    at = i;
                }
            }
            if (at < 0) {
                break;
            }
            parts = joined(parts, parts.get(at), parts.get(at + 1));
        }
        return parts.stream().map(vocabulary::id).toList();
    }

    private static List<String> joined(List<String> parts, String first, String second) {
        List<String> fewer = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            if (i + 1 < parts.size()
                    && parts.get(i).equals(first)
                    && parts.get(i + 1).equals(second)) {
                fewer.add(first + second);
                i++;
            } else {
                fewer.add(parts.get(i));
            }
        }
        return fewer;
    }

    /**
     * A text as the network reads it: start, tokens, end, zeros.
     *
     * @param context length of the row
     * @param cut whether a longer text is cut off, its last token being the end; otherwise it is refused
     */
    public int[] row(String text, int context, boolean cut) {
        Objects.requireNonNull(text, "text");
        int[] tokens = tokens(text);
        if (tokens.length + 2 > context && !cut) {
            throw new IllegalArgumentException("The text '" + text + "' has " + tokens.length
                    + " tokens, but the network reads " + (context - 2) + ": shorten it.");
        }
        int[] row = new int[context];
        row[0] = start();
        int kept = Math.min(tokens.length, context - 2);
        System.arraycopy(tokens, 0, row, 1, kept);
        row[kept + 1] = end();
        return row;
    }

    /** Tokens as text; what no token is made of is left out. */
    public String decoded(int... tokens) {
        Objects.requireNonNull(tokens, "tokens");
        StringBuilder letters = new StringBuilder();
        Arrays.stream(tokens).mapToObj(vocabulary::text).forEach(letters::append);
        return ClipVocabulary.bytesOf(letters.toString().replace(WORD_END, " "));
    }

    @Override
    public String toString() {
        return "tokenizer of " + size() + " tokens";
    }
}
