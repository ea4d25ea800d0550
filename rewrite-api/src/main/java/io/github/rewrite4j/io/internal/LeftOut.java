package io.github.rewrite4j.io.internal;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.PrintableText;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Parts of a file that are no tensors of numbers: left out with one warning, refused when somebody asks for them. */
public final class LeftOut {
    private static final Logger log = LoggerFactory.getLogger(LeftOut.class);
    private static final int NAMED = 5;

    private LeftOut() {}

    /** One warning about all of them. */
    public static void warn(String file, Map<String, String> parts) {
        if (!parts.isEmpty()) {
            String named = parts.entrySet().stream()
                    .limit(NAMED)
                    .map(part ->
                            "'" + PrintableText.name(part.getKey()) + "' (" + PrintableText.name(part.getValue()) + ")")
                    .collect(Collectors.joining(", "));
            log.warn("'{}': left out, because it is not read: {}", PrintableText.of(file), named + rest(parts.size()));
        }
    }

    /** One warning of several sentences. */
    public static void warn(String file, Collection<String> sentences) {
        if (!sentences.isEmpty()) {
            String first = sentences.stream().limit(NAMED).collect(Collectors.joining("; "));
            log.warn("'{}': {}", PrintableText.of(file), first + rest(sentences.size()));
        }
    }

    /** Says why a part that is asked for is not there, if it was left out. */
    public static void refuse(String file, String name, Map<String, String> parts) throws FileFormatException {
        String what = parts.get(name);
        if (what != null) {
            throw FileFormatException.atKey(
                    file,
                    name,
                    "this is " + what + ", which is not read. Save it as a tensor of plain numbers if you need it");
        }
    }

    private static String rest(int count) {
        return count > NAMED ? " and " + (count - NAMED) + " more" : "";
    }
}
