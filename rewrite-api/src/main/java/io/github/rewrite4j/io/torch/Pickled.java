package io.github.rewrite4j.io.torch;

import io.github.rewrite4j.io.TensorType;
import io.github.rewrite4j.io.internal.ByteSource;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** What an unpickled value is where Java has no type of its own for it. All of it is data, nothing of it runs. */
sealed interface Pickled {
    /** Python's None. */
    enum None implements Pickled {
        NONE
    }

    /** A tuple. */
    record Tuple(List<Object> items) implements Pickled {}

    /**
     * A name of something outside the pickle: a class or a function. Only its name is ever looked at.
     *
     * @param module such as {@code torch}
     * @param name such as {@code FloatStorage}
     */
    record Global(String module, String name) implements Pickled {
        String path() {
            return module + "." + name;
        }
    }

    /**
     * Stands for a value that is not built: all that is done to it is without effect.
     *
     * @param what words for it
     */
    record Inert(String what) implements Pickled {}

    /**
     * A longer string of bytes, which stays where it lies until somebody wants it.
     *
     * @param source the bytes of the pickle
     * @param begin where the string begins in them
     * @param length its bytes
     */
    record Embedded(ByteSource source, long begin, int length) implements Pickled {
        /** A string of bytes, copied or not. */
        static Optional<Embedded> of(Object value) {
            if (value instanceof byte[] copied) {
                return Optional.of(new Embedded(ByteSource.ofBytes(copied), 0, copied.length));
            }
            return value instanceof Embedded embedded ? Optional.of(embedded) : Optional.empty();
        }

        ByteBuffer bytes() throws IOException {
            return source.slice(begin, length);
        }

        long end() {
            return begin + length;
        }
    }

    /** An object of a class that is not built, with the attributes that it would get. */
    final class Thing implements Pickled {
        private static final String PARAMETERS = "_parameters";
        private static final String BUFFERS = "_buffers";
        private static final String MODULES = "_modules";
        private static final String NOT_SAVED = "_non_persistent_buffers_set";

        /** Where TorchScript puts the classes of a program. */
        private static final String PROGRAM = "__torch__.";

        private final Global type;
        private @Nullable Map<?, ?> attributes;

        Thing(Global type) {
            this.type = type;
        }

        Global type() {
            return type;
        }

        /** Whether an attribute of this name holds members of a module. */
        static boolean holdsMembers(String attribute) {
            return attribute.equals(PARAMETERS) || attribute.equals(BUFFERS) || attribute.equals(MODULES);
        }

        /** The first dict that it is given counts. */
        void give(Map<?, ?> given) {
            if (attributes == null) {
                attributes = given;
            }
        }

        /**
         * If it has the attributes of a torch.nn.Module: its parameters, buffers and inner modules by name, which together
         * are what its state_dict() holds. Objects of a TorchScript program have them among their attributes.
         */
        Optional<Map<Object, Object>> members() {
            Map<?, ?> given = attributes;
            if (given != null && (type.module() + ".").startsWith(PROGRAM)) {
                return Optional.of(new LinkedHashMap<>(given));
            }
            if (given == null
                    || !(given.get(PARAMETERS) instanceof Map<?, ?> parameters)
                    || !(given.get(MODULES) instanceof Map<?, ?> modules)) {
                return Optional.empty();
            }
            Map<Object, Object> members = new LinkedHashMap<>(parameters);
            if (given.get(BUFFERS) instanceof Map<?, ?> buffers) {
                members.putAll(buffers);
            }
            if (given.get(NOT_SAVED) instanceof Set<?> transientBuffers) {
                members.keySet().removeAll(transientBuffers);
            }
            members.putAll(modules);
            return Optional.of(members);
        }

        /** What it was given, members included; empty before it is given anything. */
        Map<?, ?> attributes() {
            Map<?, ?> given = attributes;
            return given == null ? Map.of() : given;
        }

        /** Number of members, without making them. */
        long size() {
            return attributes == null
                    ? 0
                    : attributes.size()
                            + attributes.values().stream()
                                    .mapToLong(value -> value instanceof Map<?, ?> map ? map.size() : 0)
                                    .sum();
        }
    }

    /** An array of numpy, which is made empty and then given its content. */
    final class Array implements Pickled {
        private Object content = new Inert("an empty array of numpy");

        /** A {@link TorchTensor}, or an {@link Inert} that says what it is instead. */
        Object content() {
            return content;
        }

        void fill(Object tensorOrInert) {
            content = tensorOrInert;
        }
    }

    /** A dtype of numpy, which is made of a code and then given an order of bytes. */
    final class ElementType implements Pickled {
        private String code;
        private boolean bigEndian;

        ElementType(String code) {
            this.code = code;
        }

        String code() {
            return code;
        }

        boolean bigEndian() {
            return bigEndian;
        }

        /** The state (version, order, base, names, ...); with names it is a type of records. */
        void give(List<Object> state) {
            bigEndian = state.size() > 1 && ">".equals(state.get(1));
            if (state.size() > 3 && state.get(3) != None.NONE) {
                code = "V";
            }
        }
    }

    /**
     * A run of elements that tensors view.
     *
     * @param key its name in the file
     * @param type type of its elements; none if they are not read
     * @param what words for a tensor of such elements that are not read
     * @param width bytes of an element
     * @param length number of elements that the view may reach
     * @param begin first element of this view
     * @param content the elements, if they are in the pickle itself
     */
    record Storage(
            String key,
            Optional<TensorType> type,
            String what,
            int width,
            long length,
            long begin,
            Optional<Content> content)
            implements Pickled {}

    /** Elements in the pickle itself. */
    record Content(Embedded bytes, ByteOrder order) {}

    /** Whether whatever is done to this value is without effect. */
    static boolean isInert(Object value) {
        return value instanceof Inert || value instanceof Thing;
    }

    /**
     * A key of a dict or an element of a set that is no text. Texts and numbers of equal hash in one table would make each
     * look-up a search through all of them, and a file can choose them so; the hash of a key is salted, and keys have an
     * order, which such a table makes use of.
     *
     * @param value a number, a truth value or None
     */
    record Key(Object value) implements Comparable<Key> {
        private static final int SALT = ThreadLocalRandom.current().nextInt();

        @Override
        public int hashCode() {
            return (value.hashCode() ^ SALT) * 0x9E3779B9;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && value.equals(key.value);
        }

        @Override
        public int compareTo(Key other) {
            if (value instanceof Long a && other.value instanceof Long b) {
                return a.compareTo(b);
            }
            if (value instanceof Double a && other.value instanceof Double b) {
                return a.compareTo(b);
            }
            if (value instanceof BigInteger a && other.value instanceof BigInteger b) {
                return a.compareTo(b);
            }
            if (value instanceof Boolean a && other.value instanceof Boolean b) {
                return a.compareTo(b);
            }
            return value.getClass().getName().compareTo(other.value.getClass().getName());
        }
    }

    /** A value as a key of a dict or an element of a set, if it can be one: a text, or a {@link Key}. */
    static Optional<Object> key(Object value) {
        if (value instanceof String || value instanceof Key) {
            return Optional.of(value);
        }
        boolean plain = value instanceof Long
                || value instanceof Double
                || value instanceof Boolean
                || value instanceof BigInteger
                || value == None.NONE;
        return plain ? Optional.of(new Key(value)) : Optional.empty();
    }
}
