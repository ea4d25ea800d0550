package io.github.rewrite4j.family;

import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;

/**
 * Something that a family can be told. Programs give a value of its type, command lines and files give text, which the
 * option reads.
 *
 * @param name in lower case with hyphens
 * @param values what texts it takes, for people, such as {@code SEED|none}
 * @param description what it decides and what holds without it, in a sentence
 * @param type of its values
 * @param parser reads a text
 * @param <T> type of its values
 */
public record LoadOption<T>(String name, String values, String description, Class<T> type, Function<String, T> parser) {
    public LoadOption {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(values, "values");
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(parser, "parser");
        if (!name.matches("[a-z][a-z0-9-]*")) {
            throw new IllegalArgumentException(
                    "The name of an option is in lower case with hyphens, but got '" + name + "'.");
        }
    }

    /** An option that is any text. */
    public static LoadOption<String> text(String name, String values, String description) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(values, "values");
        Objects.requireNonNull(description, "description");
        return new LoadOption<>(name, values, description, String.class, text -> text);
    }

    /** An option that is {@code true} or {@code false}. */
    public static LoadOption<Boolean> flag(String name, String description) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(description, "description");
        return new LoadOption<>(name, "true|false", description, Boolean.class, text -> {
            String said = text.toLowerCase(Locale.ROOT);
            if (!said.equals("true") && !said.equals("false")) {
                throw new IllegalArgumentException("expected is true or false");
            }
            return said.equals("true");
        });
    }

    /**
     * The value that somebody gave.
     *
     * @throws IllegalArgumentException if it is neither of the option's type nor a text that it reads
     */
    T read(Object given) {
        if (type.isInstance(given)) {
            return type.cast(given);
        }
        if (given instanceof String text) {
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException(
                        "The option '" + name + "' takes " + values + ", but got '" + text + "': " + wrong.getMessage(),
                        wrong);
            }
        }
        throw new IllegalArgumentException("The option '" + name + "' takes a " + type.getSimpleName() + ", but got a "
                + given.getClass().getSimpleName() + ".");
    }

    @Override
    public String toString() {
        return name + "=" + values;
    }
}
