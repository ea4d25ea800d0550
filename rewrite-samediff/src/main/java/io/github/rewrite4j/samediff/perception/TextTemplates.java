package io.github.rewrite4j.samediff.perception;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Sentences that a text is put into before it is embedded, {@code {}} standing for the text: the mean over many ways to say
 * a thing is closer to the thing than a single one (Radford et al. 2021, section 3.1.4).
 *
 * @param sentences each with one {@code {}}
 */
public record TextTemplates(List<String> sentences) {
    private static final String PLACE = "{}";
    private static final int MOST = 1000;

    public TextTemplates {
        Objects.requireNonNull(sentences, "sentences");
        sentences = List.copyOf(sentences);
        if (sentences.isEmpty() || sentences.size() > MOST) {
            throw new IllegalArgumentException(
                    "There are " + sentences.size() + " templates: give 1 to " + MOST + ", such as 'a photo of {}.'.");
        }
        for (String sentence : sentences) {
            if (sentence.indexOf(PLACE) < 0 || sentence.indexOf(PLACE) != sentence.lastIndexOf(PLACE)) {
                throw new IllegalArgumentException(
                        "The template '" + sentence + "' must have {} once, where the text goes.");
            }
        }
    }

    /** The text as it is. */
    public static TextTemplates none() {
        return new TextTemplates(List.of(PLACE));
    }

    /** Sentences about pictures of all kinds; ours, not the published list, which {@link #read} takes from a file. */
    public static TextTemplates pictures() {
        return new TextTemplates(List.of(
                "a photo of {}.",
                "a picture of {}.",
                "an image of {}.",
                "a drawing of {}.",
                "a painting of {}.",
                "a rendering of {}.",
                "a close-up of {}.",
                "a small picture of {}.",
                "a large picture of {}.",
                "a bright picture of {}.",
                "a dark picture of {}.",
                "a blurry photo of {}.",
                "a sharp photo of {}.",
                "a good photo of {}.",
                "a bad photo of {}.",
                "a cropped photo of {}.",
                "a black and white photo of {}.",
                "a colourful picture of {}.",
                "one of many pictures of {}.",
                "a picture that shows {}.",
                "here is {}.",
                "this is {}.",
                "{}, seen from the front.",
                "{} in the middle of a picture."));
    }

    /**
     * Templates from a file, one a line; empty lines and lines that begin with # are left out.
     *
     * @throws IOException when it cannot be read
     */
    public static TextTemplates read(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        return new TextTemplates(Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList());
    }

    /** A text in each of the sentences. */
    public List<String> of(String text) {
        Objects.requireNonNull(text, "text");
        return sentences.stream().map(sentence -> sentence.replace(PLACE, text)).toList();
    }
}
