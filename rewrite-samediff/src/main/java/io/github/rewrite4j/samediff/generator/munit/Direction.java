package io.github.rewrite4j.samediff.generator.munit;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Which domain a picture comes from and which it goes to. */
public enum Direction {
    /** Content of a, drawn as b. */
    A_TO_B("a", "b"),
    /** Content of b, drawn as a. */
    B_TO_A("b", "a"),
    /** A picture of a from its own content and style. */
    A_TO_A("a", "a"),
    /** A picture of b from its own content and style. */
    B_TO_B("b", "b");

    private final String source;
    private final String target;

    Direction(String source, String target) {
        this.source = source;
        this.target = target;
    }

    /** The domain whose content encoder reads the picture. */
    public String source() {
        return source;
    }

    /** The domain whose decoder draws. */
    public String target() {
        return target;
    }

    /** Whether a picture is drawn again from its own style. */
    public boolean isReconstruction() {
        return source.equals(target);
    }

    /** The direction of this text. */
    static Direction parse(String text) {
        return Arrays.stream(values())
                .filter(direction -> direction.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("expected is one of "
                        + Arrays.stream(values()).map(Direction::toString).collect(Collectors.joining(", "))));
    }

    /** Such as {@code a-b}. */
    @Override
    public String toString() {
        return source + "-" + target;
    }
}
