package io.github.rewrite4j.io;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What was measured, by name and in order. Every result says itself in facts, and this class writes them all: {@link
 * #write} as JSON, {@link #toString} as lines for people. Immutable.
 *
 * <p>A fact is a text, a number, a boolean, a list of such, or facts again. Numbers that could not be measured are left
 * out rather than written as something else.
 */
public final class Facts {
    /** No facts. */
    public static final Facts NONE = new Facts(Map.of());

    private final Map<String, Object> values;

    private Facts(Map<String, Object> values) {
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** Begins facts. */
    public static Builder builder() {
        return new Builder();
    }

    /** The same facts in a plain map, lists and facts within them as well. */
    public Map<String, Object> asMap() {
        Map<String, Object> plain = new LinkedHashMap<>();
        values.forEach((name, value) -> plain.put(name, unwrapped(value)));
        return Collections.unmodifiableMap(plain);
    }

    private static Object unwrapped(Object value) {
        if (value instanceof Facts facts) {
            return facts.asMap();
        }
        return value instanceof List<?> list
                ? list.stream().map(Facts::unwrapped).toList()
                : value;
    }

    /** Names in order. */
    public Set<String> names() {
        return values.keySet();
    }

    /** These facts and more after them; what both say is said as in {@code more}, at its old place. */
    public Facts with(Facts more) {
        Objects.requireNonNull(more, "more");
        return builder().putAll(this).putAll(more).build();
    }

    /** These facts but some. */
    public Facts without(String... names) {
        Objects.requireNonNull(names, "names");
        Map<String, Object> fewer = new LinkedHashMap<>(values);
        Arrays.asList(names).forEach(fewer::remove);
        return new Facts(fewer);
    }

    /** The text in JSON, see {@link Json}. */
    public String toJson() {
        return Json.pretty(this);
    }

    /** Writes a file of JSON, atomically; see {@link Json}. */
    public void write(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        Json.write(file, this);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Facts facts && values.equals(facts.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** A line for each fact, facts of facts indented below their name. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        lines(text, "");
        return text.toString().stripTrailing();
    }

    private void lines(StringBuilder text, String indent) {
        values.forEach((name, value) -> {
            text.append(indent).append(name).append(':');
            if (value instanceof Facts facts) {
                facts.lines(text.append('\n'), indent + "  ");
            } else {
                text.append(' ').append(value).append('\n');
            }
        });
    }

    /** Facts in the making. Used by one thread. */
    public static final class Builder {
        private final Map<String, Object> values = new LinkedHashMap<>();

        private Builder() {}

        private Builder add(String name, Object value) {
            values.put(Objects.requireNonNull(name, "name"), value);
            return this;
        }

        /** A text. */
        public Builder put(String name, String text) {
            Objects.requireNonNull(name, "name");
            return add(name, Objects.requireNonNull(text, "text"));
        }

        /** A whole number. */
        public Builder put(String name, int number) {
            return add(name, number);
        }

        /** A whole number. */
        public Builder put(String name, long number) {
            return add(name, number);
        }

        /** A number. */
        public Builder put(String name, double number) {
            return add(name, number);
        }

        /** Whether something is so. */
        public Builder put(String name, boolean so) {
            return add(name, so);
        }

        /** A number, left out where there is none. */
        public Builder put(String name, OptionalDouble number) {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(number, "number");
            return number.isPresent() ? add(name, number.getAsDouble()) : this;
        }

        /** A whole number, left out where there is none. */
        public Builder put(String name, OptionalInt number) {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(number, "number");
            return number.isPresent() ? add(name, number.getAsInt()) : this;
        }

        /** A whole number, left out where there is none. */
        public Builder put(String name, OptionalLong number) {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(number, "number");
            return number.isPresent() ? add(name, number.getAsLong()) : this;
        }

        /** Facts of their own. */
        public Builder put(String name, Facts facts) {
            Objects.requireNonNull(name, "name");
            return add(name, Objects.requireNonNull(facts, "facts"));
        }

        /**
         * Facts of their own, one for each component of a record; what is empty is left out.
         *
         * @throws IllegalArgumentException if a component is no fact
         */
        public Builder put(String name, Record record) {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(record, "record");
            return add(name, plain(name, record));
        }

        /**
         * A list of texts, numbers, booleans, facts, records or lists.
         *
         * @throws IllegalArgumentException if something else is in it
         */
        public Builder put(String name, Collection<?> list) {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(list, "list");
            return add(name, plain(name, list));
        }

        /**
         * Facts of their own, one for each entry.
         *
         * @throws IllegalArgumentException if a value is no fact
         */
        public Builder put(String name, Map<String, ?> facts) {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(facts, "facts");
            return add(name, plain(name, facts));
        }

        /** Facts after these; what both say is said as in {@code more}, at its old place. */
        public Builder putAll(Facts more) {
            Objects.requireNonNull(more, "more");
            values.putAll(more.values);
            return this;
        }

        /** A text under a name that says nothing yet. */
        public Builder putIfAbsent(String name, String text) {
            Objects.requireNonNull(name, "name");
            values.putIfAbsent(name, Objects.requireNonNull(text, "text"));
            return this;
        }

        /** The facts. */
        public Facts build() {
            return new Facts(values);
        }

        private static Object plain(String name, Object value) {
            if (value instanceof Collection<?> list) {
                return list.stream().map(one -> plain(name, one)).toList();
            }
            if (value instanceof Map<?, ?> map) {
                Builder facts = builder();
                map.forEach((key, one) -> facts.add(String.valueOf(key), plain(name, one)));
                return facts.build();
            }
            if (value instanceof Record record) {
                return ofRecord(name, record);
            }
            if (value instanceof Enum<?> constant) {
                return constant.name();
            }
            if (value instanceof String
                    || value instanceof Number
                    || value instanceof Boolean
                    || value instanceof Facts) {
                return value;
            }
            throw new IllegalArgumentException(
                    "The fact '" + name + "' holds a " + value.getClass().getSimpleName()
                            + "; facts are texts, numbers, booleans, lists, records and facts.");
        }

        private static Facts ofRecord(String name, Record record) {
            Builder facts = builder();
            for (RecordComponent component : record.getClass().getRecordComponents()) {
                Object value;
                try {
                    component.getAccessor().trySetAccessible();
                    value = component.getAccessor().invoke(record);
                } catch (ReflectiveOperationException e) {
                    throw new IllegalArgumentException(
                            "The fact '" + name + "' holds a record whose '" + component.getName()
                                    + "' cannot be read.",
                            e);
                }
                if (value instanceof OptionalDouble number) {
                    facts.put(component.getName(), number);
                } else if (value instanceof OptionalInt number) {
                    facts.put(component.getName(), number);
                } else if (value instanceof OptionalLong number) {
                    facts.put(component.getName(), number);
                } else if (value instanceof Optional<?> some) {
                    some.ifPresent(one -> facts.add(component.getName(), plain(component.getName(), one)));
                } else {
                    facts.add(component.getName(), plain(component.getName(), value));
                }
            }
            return facts.build();
        }
    }
}
