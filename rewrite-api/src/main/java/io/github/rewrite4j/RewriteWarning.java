package io.github.rewrite4j;

import io.github.rewrite4j.io.Facts;
import java.util.Objects;

/**
 * Something about a rewrite that its user should know before trusting it, with what to do.
 *
 * @param kind for programs
 * @param finding what was found, with its numbers; a sentence without its full stop
 * @param advice what to do; the same
 */
public record RewriteWarning(Kind kind, String finding, String advice) {
    /** What there is to warn of. */
    public enum Kind {
        /** Before the rewrite the memory obeyed the rule already. */
        NOTHING_TO_LEARN,
        /** The rewrite changes the pictures by nothing that an eye could see. */
        NO_EFFECT,
        /** Less than {@link RewriteReport#LOW_SUCCESS} of the way to the goal on the pictures that the edit is meant for. */
        LOW_SUCCESS,
        /** A region selects so many more pixels on the layer's grid than on the image that its surroundings go along. */
        REGION_SWELLS,
        /** The change is larger than the weight, so that little of what the layer knew is left. */
        LARGE_CHANGE,
        /** Pictures change much outside the region too. */
        SIDE_EFFECTS,
        /** The goals that the report compares with are those that the rewrite learnt from. */
        LEARNT_GOALS,
        /** A picture of an exemplar, its mask or its size was understood in a way that it does not state itself. */
        PICTURE_AS_READ,
        /** What was learnt was shown on too few samples to spread to others. */
        FEW_CONTEXTS,
        /** Nothing but the context directions protects other rules. */
        UNPROTECTED,
        /** The keys' second moment is ill-conditioned. */
        ILL_CONDITIONED,
        /** Fresh pictures could not be measured. */
        NOT_MEASURED,
        /** A patch was learnt on top of another that is not in force, or not at the strength that it had. */
        PATCH_MISSING,
        /** Of what one patch draws, others take a part away. */
        PATCH_UNDONE,
        /** Of what one patch draws, others cover a part, since they draw in the same place. */
        PATCH_COVERED,
        /** Two patches that were learnt apart change one weight on the same keys. */
        PATCHES_MEET,
        /** Most of the object lies where an inpainter's pictures are known and stay as they are. */
        OUTSIDE_HOLES
    }

    public RewriteWarning {
        Objects.requireNonNull(kind, "kind");
        if (finding.isBlank() || advice.isBlank()) {
            throw new IllegalArgumentException("A warning says what was found and what to do about it.");
        }
    }

    /** For JSON. */
    public Facts facts() {
        Facts.Builder map = Facts.builder();
        map.put("kind", kind.name());
        map.put("finding", finding);
        map.put("advice", advice);
        return map.build();
    }

    /** For reading. */
    @Override
    public String toString() {
        return finding + ". " + Character.toUpperCase(advice.charAt(0)) + advice.substring(1) + ".";
    }
}
