package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.latent.Domain;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.latent.LatentBasis;
import io.github.rewrite4j.latent.LatentSpace;
import io.github.rewrite4j.latent.LatentSubspaces;
import io.github.rewrite4j.samediff.latent.LatentExpansion;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.latent.LatentReader;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Parameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which domains there are and will be.
 *
 * @param earlier domains that the source already has, which stay
 * @param added new domains, one for each objective
 */
record ExpansionPlan(
        LatentSpace space,
        LatentBasis basis,
        List<Domain> earlier,
        List<Domain> added,
        List<AdaptationObjective> objectives) {
    ExpansionPlan {
        earlier = List.copyOf(earlier);
        added = List.copyOf(added);
        objectives = List.copyOf(objectives);
        if (added.size() != objectives.size() || added.isEmpty()) {
            throw new IllegalArgumentException("There are " + added.size() + " new domains for " + objectives.size()
                    + " objectives: each objective takes one, and at least one is needed.");
        }
        new LatentSubspaces(basis, space.mean(), union(earlier, added));
        for (AdaptationObjective objective : objectives) {
            objective.anchors().ifPresent(anchors -> {
                if (anchors.isEmpty()
                        || anchors.rank() != 2
                        || anchors.size(1) != space.dimension()
                        || anchors.size(0) < 1) {
                    throw new RewriteException("The anchors of '" + objective.name() + "' have the shape "
                            + java.util.Arrays.toString(anchors.shape()) + ", but expected was [k, "
                            + space.dimension() + "] with k from 1.");
                }
                EmbeddedPictures.requireFinite("anchors of '" + objective.name() + "'", HostArrays.of(anchors));
            });
        }
    }

    /** The domains of an expansion of this very source, to be learnt further. */
    static ExpansionPlan goingOn(
            ExpandedGenerator earlier, LatentNetwork source, List<AdaptationObjective> objectives) {
        List<String> there = earlier.domains().stream().map(Domain::name).toList();
        List<String> wanted = objectives.stream().map(AdaptationObjective::name).toList();
        if (!there.equals(wanted)) {
            throw new RewriteException("The expansion to go on from has the domains " + there
                    + ", but the objectives are " + wanted + ": give one for each, in their order.");
        }
        String fingerprint = source.spec().fingerprint();
        if (!earlier.basis().generator().equals(fingerprint)
                || source.expansion().isPresent()) {
            throw new RewriteException("The expansion to go on from is one of another generator (fingerprint "
                    + earlier.basis().generator() + ") than the one to expand (" + fingerprint
                    + "): give the generator that it was expanded from.");
        }
        return new ExpansionPlan(earlier.space(), earlier.basis(), List.of(), earlier.domains(), objectives);
    }

    private static List<Domain> union(List<Domain> earlier, List<Domain> added) {
        List<Domain> all = new ArrayList<>(earlier);
        all.addAll(added);
        return all;
    }

    /** All domains, earlier ones first. */
    List<Domain> domains() {
        return union(earlier, added);
    }

    LatentSubspaces subspaces() {
        return new LatentSubspaces(basis, space.mean(), domains());
    }

    LatentExpansion expansion(Map<String, String> notes) {
        return new LatentExpansion(space, basis, domains(), notes);
    }

    /**
     * Writes the styles of the new domains into the maps that read the latent: with A' = A + sum_i a_i d_i' / s_i and
     * b' = b - sum_i a_i (mean d_i) / s_i, the base has the style that it had, and domain i that and a_i.
     *
     * @param weights by name, with the styles a [channels, domains] apart
     * @return the weights of the network alone
     */
    List<Parameter> folded(Map<String, Parameter> weights, LatentNetwork network) {
        Map<String, Parameter> all = new HashMap<>();
        weights.forEach((name, p) -> all.put(name, new Parameter(name, p.value().clone(), p.shape())));
        List<LatentReader> apart = network.readsLinearly() ? network.readers() : List.of();
        for (LatentReader reader : apart) {
            Parameter styles = take(all, reader.domainsName());
            float[] a = styles.value();
            double[] matrix = doubles(take(all, reader.weightName()).value());
            double[] bias = doubles(take(all, reader.biasName()).value());
            int d = space.dimension();
            double[] mean = space.mean();
            for (int i = 0; i < added.size(); i++) {
                Domain domain = added.get(i);
                double[] direction = basis.direction(domain.direction());
                double centre = 0;
                for (int j = 0; j < d; j++) {
                    centre += mean[j] * direction[j];
                }
                for (int c = 0; c < bias.length; c++) {
                    double amount = a[c * added.size() + i] / domain.distance();
                    bias[c] -= amount * centre;
                    for (int j = 0; j < d; j++) {
                        matrix[c * d + j] += amount * direction[j];
                    }
                }
            }
            all.put(reader.weightName(), new Parameter(reader.weightName(), floats(matrix), bias.length, d));
            all.put(reader.biasName(), new Parameter(reader.biasName(), floats(bias), bias.length));
            all.remove(reader.domainsName());
        }
        return List.copyOf(all.values());
    }

    private static Parameter take(Map<String, Parameter> all, String name) {
        Parameter parameter = all.get(name);
        if (parameter == null) {
            throw new IllegalStateException("There is no weight '" + name + "'.");
        }
        return parameter;
    }

    private static double[] doubles(float[] values) {
        double[] result = new double[values.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = values[i];
        }
        return result;
    }

    private static float[] floats(double[] values) {
        float[] result = new float[values.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = (float) values[i];
        }
        return result;
    }
}
