package io.github.rewrite4j.samediff.graph.internal;

import io.github.rewrite4j.RewriteException;
import java.util.Map;

/** Looks up things that must be there. */
public final class Named {
    private Named() {}

    /**
     * The entry of this name.
     *
     * @throws RewriteException listing the names there are
     */
    public static <T> T in(Map<String, T> map, String name) {
        T found = map.get(name);
        if (found == null) {
            throw new RewriteException("There is nothing named '" + name + "' among " + map.keySet() + ".");
        }
        return found;
    }
}
