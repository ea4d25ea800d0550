package io.github.rewrite4j.io;

import java.math.BigInteger;
import java.util.List;

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

    /** Stands for an object that is not built: all that is done to it is without effect. */
    enum Inert implements Pickled {
        INERT
    }

    /**
     * A run of elements that tensors view.
     *
     * @param key its name in the file
     * @param type type of its elements
     * @param length number of elements that the view may reach
     * @param begin first element of this view
     */
    record Storage(String key, StoredType type, long length, long begin) implements Pickled {}

    /** Whether a value can be a key of a dict or an element of a set: its hash costs little and cannot be forged. */
    static boolean isKey(Object value) {
        return value instanceof String
                || value instanceof Long
                || value instanceof Double
                || value instanceof Boolean
                || value instanceof BigInteger
                || value == None.NONE;
    }
}
