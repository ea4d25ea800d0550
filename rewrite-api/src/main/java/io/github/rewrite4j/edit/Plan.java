package io.github.rewrite4j.edit;

import io.github.rewrite4j.Sample;
import java.util.Set;

/**
 * Something to learn together with the layer, the strategy and the settings that carry it out: all that a file needs to say
 * so that somebody else gets the same patch. {@link EditFile#plan} reads any.
 */
public sealed interface Plan permits EditPlan, ExemplarPlan, TransplantPlan, ErasurePlan {
    /** The strategy, as files spell it. */
    String strategy();

    /** Name of the layer to rewrite, or the first and the last of several as {@code layer5..layer8}. */
    String layer();

    /** Every sample that is looked at; evaluation must use others. */
    Set<Sample> samples();
}
