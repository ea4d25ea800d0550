package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.MovingAverage;
import io.github.rewrite4j.samediff.tape.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All that changes during a training: weights, their averages, moments of both optimisers, the step and the curve. */
final class TrainingState {
    private static final long CRITIC_SEED = 7919;

    final ProjectorNetwork network;
    final Optional<FeatureDiscriminator> critic;
    final Adam optimiser = new Adam(ProjectorSettings.BETA_1, ProjectorSettings.BETA_2);
    final Adam criticOptimiser = new Adam(ProjectorSettings.BETA_1, ProjectorSettings.BETA_2);
    final MovingAverage average;
    final List<CurvePoint> curve = new ArrayList<>();
    private final Map<String, Parameter> averages = new LinkedHashMap<>();
    long step;

    TrainingState(ProjectorSettings settings, ImageShape image, FeatureShape value, Standardisation standardisation) {
        network = new ProjectorNetwork(
                settings.architecture(),
                image.channels(),
                image.smallerSide(),
                value,
                standardisation,
                settings.seed());
        critic = settings.losses().adversarial() > 0
                ? Optional.of(new FeatureDiscriminator(value, settings.seed() + CRITIC_SEED))
                : Optional.empty();
        optimiser.add(network.parameters(), settings.learningRate());
        critic.ifPresent(c -> criticOptimiser.add(c.parameters(), settings.criticRate()));
        average = new MovingAverage(network.parameters(), ProjectorSettings.AVERAGE);
        average.averages().forEach(p -> averages.put(p.name(), p));
    }

    /** The averaged weights of a parameter. */
    Parameter averaged(Parameter parameter) {
        Parameter found = averages.get(parameter.name());
        if (found == null) {
            throw new IllegalStateException("There is no average of '" + parameter.name() + "'.");
        }
        return found;
    }

    /** Every array that a checkpoint holds, by its name there. */
    Map<String, Parameter> arrays() {
        Map<String, Parameter> all = new LinkedHashMap<>();
        network.parameters().forEach(p -> all.put("projector/" + p.name(), p));
        averages.forEach((name, p) -> all.put("average/" + name, p));
        optimiser.state().forEach((name, p) -> all.put("moments/" + name, p));
        critic.ifPresent(c -> c.parameters().forEach(p -> all.put("critic/" + p.name(), p)));
        critic.ifPresent(c -> c.directions().forEach(p -> all.put("critic/" + p.name(), p)));
        criticOptimiser.state().forEach((name, p) -> all.put("criticMoments/" + name, p));
        Standardisation scale = network.standardisation();
        all.put("mean", new Parameter("mean", scale.mean(), scale.mean().length));
        all.put("deviation", new Parameter("deviation", scale.deviation(), scale.deviation().length));
        return all;
    }

    /** Held-out measurements since the best one. */
    int sinceBest() {
        int best = 0;
        for (int i = 1; i < curve.size(); i++) {
            if (curve.get(i).psnr() > curve.get(best).psnr()) {
                best = i;
            }
        }
        return curve.isEmpty() ? 0 : curve.size() - 1 - best;
    }
}
