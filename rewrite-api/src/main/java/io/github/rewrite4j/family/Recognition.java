package io.github.rewrite4j.family;

import java.util.Objects;

/**
 * What a family says of a file.
 *
 * @param verdict whether the file is of the family
 * @param reason of a near miss, what is wrong and what to do about it; otherwise empty
 */
public record Recognition(Verdict verdict, String reason) {
    private static final Recognition YES = new Recognition(Verdict.YES, "");
    private static final Recognition NO = new Recognition(Verdict.NO, "");

    /** Whether a file is of a family. */
    public enum Verdict {
        /** It is. */
        YES,
        /** It bears the family's marks, but cannot be loaded as it is. */
        NEARLY,
        /** It is something else. */
        NO
    }

    public Recognition {
        Objects.requireNonNull(verdict, "verdict");
        if ((verdict == Verdict.NEARLY) == reason.isBlank()) {
            throw new IllegalArgumentException(
                    "A near miss has a reason and nothing else has, but got " + verdict + " and '" + reason + "'.");
        }
    }

    /** The file is of the family. */
    public static Recognition yes() {
        return YES;
    }

    /** The file is not of the family. */
    public static Recognition no() {
        return NO;
    }

    /**
     * The file is almost of the family.
     *
     * @param reason what is wrong and what to do about it, in a sentence
     */
    public static Recognition nearly(String reason) {
        return new Recognition(Verdict.NEARLY, reason);
    }

    /** Whether the file is of the family. */
    public boolean isYes() {
        return verdict == Verdict.YES;
    }
}
