package io.github.rewrite4j.avatars.attribute;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * What a network sees on a picture.
 *
 * @param guesses the likeliest class of each attribute
 * @param colours the colour of each part
 */
public record ImageAttributes(Map<String, Guess> guesses, Map<String, Colour> colours) {
    public ImageAttributes {
        Objects.requireNonNull(guesses, "guesses");
        Objects.requireNonNull(colours, "colours");
        guesses = Collections.unmodifiableMap(new LinkedHashMap<>(guesses));
        colours = Collections.unmodifiableMap(new LinkedHashMap<>(colours));
    }

    /**
     * The likeliest class.
     *
     * @param probability by softmax
     */
    public record Guess(String value, double probability) {
        public Guess {
            Objects.requireNonNull(value, "value");
        }
    }

    /** A colour in [-1, 1]; guesses may lie a little outside. */
    public record Colour(float red, float green, float blue) {
        /** As in HTML: #rrggbb. */
        public String hex() {
            return String.format(Locale.ROOT, "#%02x%02x%02x", eightBits(red), eightBits(green), eightBits(blue));
        }

        private static int eightBits(float value) {
            return Math.max(0, Math.min(255, Math.round((value + 1) * 127.5f)));
        }
    }
}
