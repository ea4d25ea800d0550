package io.github.rewrite4j;

import io.github.rewrite4j.io.NearestNames;
import java.util.Collection;
import java.util.Objects;

/** A layer was asked for that the generator does not have; the message lists the nearest names. */
public class UnknownLayerException extends RewriteException {
    private static final long serialVersionUID = 1L;

    public UnknownLayerException(String wanted, Collection<String> known) {
        super("There is no layer '" + wanted + "'. " + NearestNames.hint(wanted, known) + " The layers are "
                + String.join(", ", known) + ".");
        Objects.requireNonNull(wanted, "wanted");
    }
}
