package io.github.rewrite4j.samediff.layers;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.ErasurePlan;
import io.github.rewrite4j.edit.ExemplarPlan;
import io.github.rewrite4j.edit.Plan;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import java.util.Objects;

/**
 * A plan whose layer is {@link LayerChoice#AUTO}, with the layer that was chosen for it: edits by trying ({@link
 * LayerChoice}), erasures by their context ({@link ContextLayers}), objects from pictures by size ({@link
 * OutOfDomainRewrite#memoryOf}).
 *
 * @param plan the same at a layer of the generator
 * @param reason one sentence; empty where the plan named a layer itself
 * @param facts what the choice was measured by; none where there was no choice
 */
public record ChosenLayer(Plan plan, String reason, Facts facts) {
    public ChosenLayer {
        Objects.requireNonNull(plan, "plan");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(facts, "facts");
    }

    /**
     * Chooses, where the plan asks for it.
     *
     * @throws RewriteException when no layer will do, or the plan is of a kind for which none can be chosen
     */
    public static ChosenLayer of(Generator generator, Plan plan, RewriteListener listener) {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(plan, "plan");
        Objects.requireNonNull(listener, "listener");
        if (!LayerChoice.isWanted(plan.layer())) {
            return new ChosenLayer(plan, "", Facts.NONE);
        }
        if (plan instanceof EditPlan edit) {
            LayerChoice choice = LayerChoice.of(generator, edit, listener);
            return new ChosenLayer(choice.applied(edit), choice.reason(), choice.facts());
        }
        if (plan instanceof ErasurePlan erasure) {
            ContextLayers choice = ContextLayers.of(generator, erasure.erasure().effectiveContexts(), listener);
            return new ChosenLayer(
                    new ErasurePlan(erasure.erasure(), choice.layer(), erasure.share(), erasure.times()),
                    choice.reason(),
                    choice.facts());
        }
        if (plan instanceof ExemplarPlan shown) {
            String layers = (shown.exceptions().isEmpty()
                            ? OutOfDomainRewrite.memoryOf(generator)
                            : OutOfDomainRewrite.conditionalMemoryOf(generator))
                    .spec()
                    .name();
            String reason = reasonFor(layers);
            return new ChosenLayer(
                    new ExemplarPlan(
                            shown.exemplars(),
                            shown.goals(),
                            shown.contexts(),
                            shown.exceptions(),
                            layers,
                            shown.place(),
                            shown.steps(),
                            shown.freshSamples()),
                    reason,
                    Facts.builder().put("layer", layers).put("reason", reason).build());
        }
        throw new RewriteException("No layer is chosen for the strategy '" + plan.strategy()
                + "', whose pairs may say anything: name one; 'layers' lists them.");
    }

    /** Why an object from pictures is learnt in those layers. */
    public static String reasonFor(String layers) {
        Objects.requireNonNull(layers, "layers");
        return layers
                + ": around the first layer of half the size of the image, or behind the codes of a network of pictures"
                + " to pictures, where objects were learnt best";
    }
}
