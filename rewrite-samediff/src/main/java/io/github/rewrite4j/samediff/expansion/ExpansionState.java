package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.latent.LatentReader;
import io.github.rewrite4j.samediff.perception.Discriminator;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.MovingAverage;
import io.github.rewrite4j.samediff.tape.Parameter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All that changes during a training: weights, styles of the domains, averages, moments, step and curve. */
final class ExpansionState {
    /** Smaller weights are moved as if they had this size: biases begin near 0. */
    private static final double SMALLEST = 0.05;

    private static final double CRITIC_RATE = 1e-3;

    private final Map<String, Parameter> weights = new LinkedHashMap<>();
    private final Map<String, Parameter> averages = new LinkedHashMap<>();
    final Adam optimiser = new Adam(ExpansionSettings.BETA_1, ExpansionSettings.BETA_2);
    final Adam criticOptimiser = new Adam(ExpansionSettings.BETA_1, ExpansionSettings.BETA_2);
    final MovingAverage average;
    final Optional<Discriminator> critic;
    final List<ExpansionPoint> curve = new ArrayList<>();
    long step;

    ExpansionState(LatentNetwork network, int domains, ExpansionSettings settings) {
        this(network, network.parameters(), domains, settings);
    }

    /**
     * Begins with other weights than the source's.
     *
     * @param start by the names of the network's parameters
     */
    ExpansionState(LatentNetwork network, Collection<Parameter> start, int domains, ExpansionSettings settings) {
        for (Parameter parameter : start) {
            weights.put(parameter.name(), parameter);
            optimiser.add(parameter, settings.learningRate() * Math.max(SMALLEST, parameter.rms()));
        }
        List<LatentReader> apart = network.readsLinearly() ? network.readers() : List.of();
        for (LatentReader reader : apart) {
            int channels = reader.weight().rows();
            Parameter styles = new Parameter(reader.domainsName(), new float[channels * domains], channels, domains);
            weights.put(styles.name(), styles);
            optimiser.add(styles, settings.domainRate());
        }
        average = new MovingAverage(List.copyOf(weights.values()), settings.average());
        average.averages().forEach(p -> averages.put(p.name(), p));
        critic = settings.adversarial() ? settings.discriminator().map(Discriminator::copy) : Optional.empty();
        critic.ifPresent(c -> criticOptimiser.add(c.parameters(), CRITIC_RATE));
    }

    Parameter weight(String name) {
        return named(weights, name);
    }

    private static Parameter named(Map<String, Parameter> all, String name) {
        Parameter found = all.get(name);
        if (found == null) {
            throw new IllegalStateException("There is no weight '" + name + "'; there are " + all.keySet() + ".");
        }
        return found;
    }

    Map<String, Parameter> averages() {
        return averages;
    }

    /** Every array that a checkpoint holds, by its name there. */
    Map<String, Parameter> arrays() {
        Map<String, Parameter> all = new LinkedHashMap<>();
        weights.forEach((name, p) -> all.put("weights/" + name, p));
        averages.forEach((name, p) -> all.put("average/" + name, p));
        optimiser.state().forEach((name, p) -> all.put("moments/" + name, p));
        critic.ifPresent(c -> c.parameters().forEach(p -> all.put("critic/" + p.name(), p)));
        criticOptimiser.state().forEach((name, p) -> all.put("criticMoments/" + name, p));
        return all;
    }
}
