package io.github.rewrite4j.edit;

import io.github.rewrite4j.Sample;
import java.util.Objects;
import java.util.Set;

/**
 * A rule that edited inputs show, and how it is solved for.
 *
 * @param edit inputs before and after
 * @param layer name of the layer to rewrite
 * @param method low-rank or closed-form
 */
public record TransplantPlan(TransplantEdit edit, String layer, Method method) implements Plan {
    static final String NAME = "transplant";

    public TransplantPlan {
        Objects.requireNonNull(edit, "edit");
        Objects.requireNonNull(layer, "layer");
        Objects.requireNonNull(method, "method");
        Plans.requireLayer(layer);
        if (!(method instanceof Method.LowRank || method instanceof Method.ClosedForm)) {
            throw new IllegalArgumentException(
                    method + " learns no rule from edited inputs: use low-rank or closed-form.");
        }
    }

    @Override
    public String strategy() {
        return NAME;
    }

    @Override
    public Set<Sample> samples() {
        return edit.samples();
    }
}
