package io.github.rewrite4j;

import java.util.Locale;
import java.util.Objects;

/**
 * What a long computation is doing: a name that programs may compare, store and translate, and a text for people. The names
 * of the stages below do not change between releases; texts may, and may say more, such as which of several networks is
 * being trained.
 *
 * @param name letters, digits and hyphens, such as {@code key-statistics}; stages are the same when their names are
 * @param text in English, such as "key statistics"
 */
public record Stage(String name, String text) {
    /** The second moment of a layer's keys. */
    public static final Stage KEY_STATISTICS = Stage.of("key statistics");

    /** The second moment of the patches that a kernel covers. */
    public static final Stage PATCH_STATISTICS = Stage.of("patch statistics");

    /** Keys of samples that an edit does not ask for. */
    public static final Stage ORDINARY_KEYS = Stage.of("ordinary keys");

    /** Exemplars drawn on the contexts of an edit. */
    public static final Stage CONTEXTS = Stage.of("contexts");

    /** What earlier patches draw, to be protected. */
    public static final Stage EARLIER_PATCHES = Stage.of("earlier patches");

    /** Pictures turned into features. */
    public static final Stage PROJECTING = Stage.of("projecting");

    /** A rule solved for. */
    public static final Stage INSERTING = Stage.of("inserting the rule");

    /** Weights trained until they draw what an edit shows. */
    public static final Stage REWRITING = Stage.of("rewriting");

    /** Weights trained against a discriminator. */
    public static final Stage FINE_TUNING = Stage.of("fine-tuning");

    /** How strongly each unit stands for something. */
    public static final Stage UNIT_SCORES = Stage.of("unit scores");

    /** Several patches made one. */
    public static final Stage COMPOSING = Stage.of("composing");

    /** Images drawn to learn from. */
    public static final Stage DRAWING = Stage.of("drawing");

    /** The report of what was reached. */
    public static final Stage MEASURING = Stage.of("measuring");

    /** Pictures drawn for people. */
    public static final Stage PICTURES = Stage.of("pictures");

    /** Pictures of an animation. */
    public static final Stage FRAMES = Stage.of("frames");

    /** Samples looked through. */
    public static final Stage SEARCH = Stage.of("search");

    /** Units compared with a concept. */
    public static final Stage DISSECTION = Stage.of("dissection");

    /** Latents of samples. */
    public static final Stage LATENTS = Stage.of("latents");

    /** What directions of a latent do. */
    public static final Stage DIRECTIONS = Stage.of("effects of directions");

    /** Domains trained beside the old one. */
    public static final Stage EXPANDING = Stage.of("expanding");

    /** A copy of a generator trained for one domain. */
    public static final Stage ADAPTING = Stage.of("adapting");

    /** A network trained that is no generator. */
    public static final Stage TRAINING = Stage.of("training");

    /** Latents fitted to pictures. */
    public static final Stage INVERTING = Stage.of("inverting");

    /** A generator fitted to pictures at their latents. */
    public static final Stage TUNING = Stage.of("tuning around the pivots");

    /** One method of a comparison on one task. */
    public static final Stage COMPARING = Stage.of("comparing");

    public Stage {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(text, "text");
        if (!name.matches("[a-z0-9]+(-[a-z0-9]+)*")) {
            throw new IllegalArgumentException(
                    "A stage's name is of small letters, digits and single hyphens, but was '" + name + "'.");
        }
    }

    /**
     * A stage that is named by its text: other characters than letters and digits become hyphens.
     *
     * @param text with at least one letter from a to z or digit
     */
    public static Stage of(String text) {
        Objects.requireNonNull(text, "text");
        String name =
                text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        return new Stage(name, text);
    }

    /** The same stage with a text that says more. */
    public Stage saying(String more) {
        Objects.requireNonNull(more, "more");
        return new Stage(name, more);
    }

    @Override
    public String toString() {
        return text;
    }
}
