package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a rule is foreseen to lose of its success when another patch is added, before a generator carries both. With B what is drawn
 * without either, A and J what each draws alone, G the goal of the rule, and M the pixels under its object, changes that are small
 * enough for all later layers to be linear in them add up in the image too:
 *
 * <pre>{@code S = clip(A + J - B),   success(X) = 1 - sum_M |X - G| / sum_M |B - G|,   loss = 1 - success(S) / success(A)}</pre>
 *
 * That knows what an overlap of keys in the weights ({@link KeyOverlap}) does not: where in the image both act, and whether the other
 * one pushes away from the goal or towards it. Negative: the other one helps. Nothing in it was fitted. Over 90 ordered pairs of ten edits
 * it correlates with the measured loss by more than .8 where the overlap of keys does by .4
 * (rewrite-examples/docs/compose.md).
 *
 * @param alone success of the rule alone
 * @param together success that is foreseen with both
 */
public record ConflictForecast(double alone, double together) {

    /**
     * Of a rule and another patch. Cost: one drawing of the preview's images with the other patch; none with both.
     *
     * @param base that carries neither
     * @param rule what the rule does alone, on images that are samples or inputs of the generator
     * @param other the patch that is to be added, with its strength
     */
    public static ConflictForecast of(Generator base, EditPreview rule, AppliedPatch other) {
        Objects.requireNonNull(base, "base");
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(other, "other");
        try (Generator with = base.with(other.patch(), other.strength());
                Inputs inputs = Subject.inputs(rule.subjects(), base.sampler());
                INDArray drawn = with.generate(inputs)) {
            return of(rule, drawn);
        }
    }

    /**
     * The same where it is known what the other patch draws.
     *
     * @param otherAlone images of the preview's subjects with the other patch alone, [N, C, H, W]
     */
    public static ConflictForecast of(EditPreview rule, INDArray otherAlone) {
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(otherAlone, "otherAlone");
        float[] before = HostArrays.of(rule.before());
        float[] after = HostArrays.of(rule.after());
        float[] goal = HostArrays.of(rule.goal());
        float[] mask = HostArrays.of(rule.mask());
        float[] other = HostArrays.of(otherAlone);
        if (other.length != before.length) {
            throw new IllegalArgumentException("The other patch has to draw the "
                    + rule.subjects().size()
                    + " images of the preview, but there are " + other.length + " numbers instead of " + before.length
                    + ".");
        }
        double way = 0;
        double left = 0;
        double leftTogether = 0;
        for (int i = 0; i < before.length; i++) {
            if (mask[i % mask.length] > 0) {
                double wanted = clipped(goal[i]);
                double without = clipped(before[i]);
                double with = clipped(after[i]);
                way += Math.abs(without - wanted);
                left += Math.abs(with - wanted);
                leftTogether += Math.abs(clipped(with + clipped(other[i]) - without) - wanted);
            }
        }
        return way == 0 ? new ConflictForecast(0, 0) : new ConflictForecast(1 - left / way, 1 - leftTogether / way);
    }

    private static double clipped(double value) {
        return Math.max(-1, Math.min(1, value));
    }

    /** Share of its success that the rule is foreseen to lose; 0 where it has none. */
    public double loss() {
        return alone == 0 ? 0 : 1 - together / alone;
    }

    /** For JSON. */
    public Facts facts() {
        return Facts.builder()
                .put("alone", alone)
                .put("together", together)
                .put("loss", loss())
                .build();
    }
}
