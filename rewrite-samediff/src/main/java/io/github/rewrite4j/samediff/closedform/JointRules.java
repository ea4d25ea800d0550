package io.github.rewrite4j.samediff.closedform;

import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Several rules of one layer solved together. Written one after another, each rule changes what the earlier ones made of keys
 * that look alike; in one system of all pairs none comes first:
 *
 * <pre>{@code minimise  sum_i w_i |V_i - W K_i|^2 + gamma tr((W - W0) C (W - W0)')}</pre>
 *
 * which is MEMIT's batch of edits (Meng et al. 2023, equation 14) with a weight for each rule; exact forms meet all pairs
 * exactly and take no notice of weights. Where the keys of different rules are C-orthogonal, {@code K_i' C^-1 K_j = 0}, the joint
 * solution is the sum of those found apart, and only there.
 *
 * <p>All of it takes as many pairs as their keys allow: an exact form at most d pairs in all for keys of length d. Immutable.
 *
 * @param rules at least one, all of one layer
 */
public record JointRules(List<Rule> rules) {

    /**
     * A rule.
     *
     * @param keys K_i [in, S_i], one key per column
     * @param values V_i [out, S_i], the value wanted for each
     * @param weight w_i against the other rules and what is stored, positive
     */
    public record Rule(Matrix keys, Matrix values, double weight) {
        public Rule {
            Objects.requireNonNull(keys, "keys");
            Objects.requireNonNull(values, "values");
            Pairs.requirePositive(weight, "weight of a rule");
            if (keys.columns() != values.columns()) {
                throw new IllegalArgumentException("A rule has as many keys as values, but got keys " + keys.shape()
                        + " and values " + values.shape() + ".");
            }
        }

        /** A rule of weight 1. */
        public static Rule of(Matrix keys, Matrix values) {
            return new Rule(keys, values, 1);
        }
    }

    public JointRules {
        Objects.requireNonNull(rules, "rules");
        rules = List.copyOf(rules);
        if (rules.isEmpty()) {
            throw new IllegalArgumentException("At least one rule is solved, but there is none.");
        }
        for (Rule rule : rules) {
            if (rule.keys.rows() != rules.get(0).keys.rows()
                    || rule.values.rows() != rules.get(0).values.rows()) {
                throw new IllegalArgumentException("Rules that are solved together are of one layer, but keys have "
                        + rules.get(0).keys.rows() + " and " + rule.keys.rows() + " numbers, values "
                        + rules.get(0).values.rows() + " and " + rule.values.rows() + ".");
            }
        }
    }

    /** The change that writes all of them. */
    public LinearUpdate update(ClosedForm form, Matrix weights, KeyCovariance covariance) {
        Objects.requireNonNull(form, "form");
        Objects.requireNonNull(weights, "weights");
        Objects.requireNonNull(covariance, "covariance");
        return form.update(weights, covariance, Matrix.beside(keys()), Matrix.beside(values()));
    }

    /**
     * The same change, a part for each rule, in their order: part i asks for the values of rule i and for no change at the keys of
     * all others. The parts add up to {@link #update}, and each may be taken off or given another strength by itself; with an
     * exact form the others' keys keep their values exactly.
     */
    public List<LinearUpdate> parts(ClosedForm form, Matrix weights, KeyCovariance covariance) {
        Objects.requireNonNull(form, "form");
        Objects.requireNonNull(weights, "weights");
        Objects.requireNonNull(covariance, "covariance");
        Matrix all = Matrix.beside(keys());
        List<Matrix> kept = keys().stream().map(keys -> weights.multiply(keys)).toList();
        List<Matrix> wanted = values();
        List<LinearUpdate> parts = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            List<Matrix> values = new ArrayList<>(kept);
            values.set(i, wanted.get(i));
            parts.add(form.update(weights, covariance, all, Matrix.beside(values)));
        }
        return List.copyOf(parts);
    }

    private List<Matrix> keys() {
        return rules.stream()
                .map(rule -> rule.keys.times(Math.sqrt(rule.weight)))
                .toList();
    }

    private List<Matrix> values() {
        return rules.stream()
                .map(rule -> rule.values.times(Math.sqrt(rule.weight)))
                .toList();
    }
}
