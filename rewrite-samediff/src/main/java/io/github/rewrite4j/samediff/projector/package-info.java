/**
 * Backward projectors: networks that answer which values a layer would need for the generator to draw a given image.
 *
 * <p>A rewrite copies values. Those of an object that the generator itself can draw are at hand; those of an object that
 * it has never drawn have to be found from a picture. {@link ProjectorTraining} teaches a small convolutional encoder to
 * do so from the generator's own samples, whose values are known, and from pictures that no sample gives, of which only
 * is asked that the frozen decoder draws them again (Gao et al. 2025, "Re-Generator", stage 1). The result, a
 * {@link TrainedProjector}, belongs to one layer of one generator.
 */
@NullMarked
package io.github.rewrite4j.samediff.projector;

import org.jspecify.annotations.NullMarked;
