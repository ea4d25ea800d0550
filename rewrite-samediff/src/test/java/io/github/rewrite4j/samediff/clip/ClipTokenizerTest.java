package io.github.rewrite4j.samediff.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.internal.JsonText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.shade.jackson.databind.JsonNode;

class ClipTokenizerTest {
    /** Where a copy of the published vocabulary lies, for a check that cannot bring it along. */
    private static final String PUBLISHED = "rewrite4j.clip.vocabulary";

    private static List<JsonNode> published() {
        try (InputStream in =
                Objects.requireNonNull(ClipTokenizerTest.class.getResourceAsStream("/clip/clip_tokens.json"))) {
            List<JsonNode> items = new ArrayList<>();
            JsonText.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), "clip_tokens.json")
                    .path("items")
                    .forEach(items::add);
            return items;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int[] numbers(JsonNode list) {
        int[] numbers = new int[list.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = list.get(i).asInt();
        }
        return numbers;
    }

    @Test
    void texts_are_repaired_as_by_the_published_code() {
        assertThat(published()).hasSize(32);
        for (JsonNode item : published()) {
            assertThat(ClipTokenizer.cleaned(item.path("text").asText()))
                    .as(item.path("text").asText())
                    .isEqualTo(item.path("cleaned").asText());
        }
    }

    @Test
    void the_published_vocabulary_gives_the_published_tokens() throws IOException {
        String file = System.getProperty(PUBLISHED, "");
        Assumptions.assumeThat(file)
                .as("give -D%s=FILE of OpenAI's vocabulary", PUBLISHED)
                .isNotEmpty();
        ClipTokenizer tokenizer = ClipTokenizer.of(Path.of(file));
        assertThat(tokenizer.size()).isEqualTo(49408);
        for (JsonNode item : published()) {
            String text = item.path("text").asText();
            assertThat(tokenizer.tokens(text)).as(text).containsExactly(numbers(item.path("tokens")));
            int[] row = tokenizer.row(text, 77, true);
            int[] expected = numbers(item.path("row77_nonzero"));
            assertThat(java.util.Arrays.copyOf(row, expected.length)).as(text).containsExactly(expected);
            assertThat(tokenizer.decoded(tokenizer.tokens(text)))
                    .isEqualTo(item.path("decoded").asText());
            if (item.path("too_long_without_truncate").asBoolean()) {
                assertThatIllegalArgumentException().isThrownBy(() -> tokenizer.row(text, 77, false));
            } else {
                assertThat(tokenizer.row(text, 77, false)).containsExactly(row);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "caf\u00c3\u00a9, caf\u00e9",
        "na\u00c3\u00afve \u00e2\u20ac\u201c ok, na\u00efve \u2013 ok",
        "CAF\u00c9\u2122, caf\u00e9\u2122",
        "sch\u00f6n, sch\u00f6n",
        "\u00c3\u0192\u00c2\u00a9t\u00c3\u0192\u00c2\u00a9, \u00e9t\u00e9",
        "fish &eacute; &#8364;, fish \u00e9 \u20ac",
        "&lt;i&gt;, <i>",
        "\uff8a\uff9f, \u30cf\u309a"
    })
    void other_repairs(String text, String expected) {
        assertThat(ClipTokenizer.cleaned(text))
                .isEqualTo(java.text.Normalizer.normalize(expected, java.text.Normalizer.Form.NFC));
    }

    @Test
    void pairs_are_joined_in_the_order_of_the_vocabulary(@TempDir Path folder) throws IOException {
        ClipTokenizer tokenizer = SmallVocabulary.in(folder);
        int first = 52;
        assertThat(tokenizer.tokens("a  SKETCH of cat")).containsExactly(26, first + 10, first + 11, first + 1);
        assertThat(tokenizer.row("cat", 4, false)).containsExactly(tokenizer.start(), first + 1, tokenizer.end(), 0);
        assertThat(tokenizer.row("cat cat cat", 4, true))
                .containsExactly(tokenizer.start(), first + 1, first + 1, tokenizer.end());
        assertThat(tokenizer.row("", 4, false)).containsExactly(tokenizer.start(), tokenizer.end(), 0, 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokenizer.row("cat cat cat", 4, false))
                .withMessageContaining("3 tokens")
                .withMessageContaining("reads 2");
        assertThat(tokenizer.decoded(tokenizer.tokens("cat of a photo"))).isEqualTo("cat of a photo ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tokenizer.tokens("caf\u00e9"))
                .withMessageContaining("no token");
    }

    @Test
    void the_original_form_numbers_its_tokens_by_their_order(@TempDir Path folder) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(("header\n" + String.join("\n", SmallVocabulary.MERGES) + "\n").getBytes(StandardCharsets.UTF_8));
        }
        Files.write(folder.resolve(ClipTokenizer.ORIGINAL), bytes.toByteArray());
        ClipTokenizer tokenizer = ClipTokenizer.beside(folder);
        int merges = SmallVocabulary.MERGES.size();
        assertThat(tokenizer.size()).isEqualTo(514 + merges);
        assertThat(tokenizer.tokens("cat \u00e9!")).hasSize(4).startsWith(513);
        assertThat(tokenizer.decoded(tokenizer.tokens("cat \u00e9!"))).isEqualTo("cat \u00e9 ! ");
        assertThat(tokenizer.end()).isEqualTo(513 + merges);
        assertThat(tokenizer.tokens("<|endoftext|>x")).containsExactly(513 + merges, 256 + 'x' - 33);
    }

    @Test
    void what_is_no_vocabulary_is_refused_by_name(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> ClipTokenizer.beside(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("vocab.json")
                .hasMessageContaining(ClipTokenizer.ORIGINAL);
        Path file = folder.resolve("merges");
        Files.writeString(file, "header\na b c\n");
        assertThatThrownBy(() -> ClipTokenizer.of(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("line 2");
        Files.writeString(folder.resolve("vocab.json"), "{\"a\": 0}");
        assertThatThrownBy(() -> ClipTokenizer.of(folder.resolve("vocab.json"), file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("startoftext");
        Files.write(file, new byte[] {0x1f, (byte) 0x8b, 1, 2, 3});
        assertThatThrownBy(() -> ClipTokenizer.of(file)).isInstanceOf(IOException.class);
    }
}
