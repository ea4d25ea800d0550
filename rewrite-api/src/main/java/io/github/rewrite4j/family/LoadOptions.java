package io.github.rewrite4j.family;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a family is told about a file. Immutable; each change gives new options. */
public final class LoadOptions {
    private static final LoadOptions NONE = new LoadOptions(new TreeMap<>(), null);

    private final Map<String, Object> values;
    private final @Nullable String family;

    private LoadOptions(Map<String, Object> values, @Nullable String family) {
        this.values = values;
        this.family = family;
    }

    /** Nothing said: each family's own defaults, and the one family that recognises the file. */
    public static LoadOptions none() {
        return NONE;
    }

    /** These options with one more, which takes the place of an earlier one of its name. */
    public <T> LoadOptions with(LoadOption<T> option, T value) {
        return put(option.name(), option.type().cast(Objects.requireNonNull(value, "value")));
    }

    /**
     * These options with one more as text, as command lines give it; the family that the file turns out to be of reads it.
     *
     * @param option name of an option of that family
     */
    public LoadOptions with(String option, String text) {
        Objects.requireNonNull(option, "option");
        Objects.requireNonNull(text, "text");
        return put(option, text);
    }

    private LoadOptions put(String option, Object value) {
        TreeMap<String, Object> more = new TreeMap<>(values);
        more.put(Objects.requireNonNull(option, "option"), Objects.requireNonNull(value, "value"));
        return new LoadOptions(more, family);
    }

    /** These options for one family, whatever others say of the file. */
    public LoadOptions family(String name) {
        return new LoadOptions(values, Objects.requireNonNull(name, "name"));
    }

    /** The family that was asked for, if one was. */
    public Optional<String> family() {
        return Optional.ofNullable(family);
    }

    /** Names of the options that were given. */
    public Set<String> names() {
        return Collections.unmodifiableSet(values.keySet());
    }

    /**
     * What was given for an option; empty if nothing was.
     *
     * @throws IllegalArgumentException if the value is not one of this option
     */
    public <T> Optional<T> get(LoadOption<T> option) {
        Object given = values.get(option.name());
        return given == null ? Optional.empty() : Optional.of(option.read(given));
    }

    @Override
    public String toString() {
        return (family == null ? "" : family + " ") + values;
    }
}
