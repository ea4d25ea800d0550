package io.github.rewrite4j.samediff.expansion;

import java.util.Random;

/**
 * An objective that can say for every old picture what is to be drawn instead. Such domains can be mixed in the training
 * ({@link DomainExpansion#mixtures}): what two of them at once are to draw is the target of one made from the target of the
 * other.
 */
public interface TargetObjective extends AdaptationObjective {
    /**
     * What is to be drawn instead of a picture.
     *
     * @param picture [3, height, width] in about [-1, 1]; it is not changed
     * @param random decides where there are several
     * @return a new picture of the same size
     */
    float[] target(float[] picture, int height, int width, Random random);

    /**
     * Whether the whole picture is drawn in another way, as a sketch is. Things that are put into pictures come first in
     * mixtures: a sketch of somebody with glasses.
     */
    boolean redrawsAll();
}
