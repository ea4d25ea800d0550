package io.github.rewrite4j.samediff.metric;

/**
 * Which pixels of a masked picture are measured. Between the two sides lies a margin of {@value #MARGIN} pixels that is
 * measured by neither: an edit has to blend into its surroundings somewhere.
 */
public enum MaskSide {
    /** The pixels whose mask value is greater than 0: where the edit was wanted. */
    INSIDE,

    /**
     * The pixels farther than {@value #MARGIN} pixels (Chebyshev distance) from every pixel inside: where no edit was
     * wanted.
     */
    OUTSIDE;

    /** The width of the margin that belongs to neither side, in pixels. */
    public static final int MARGIN = 4;
}
