package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.perception.Discriminator;
import io.github.rewrite4j.samediff.perception.TapedFeatures;
import io.github.rewrite4j.samediff.tape.TrainingFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a {@link DomainExpansion} was told, and what holds where it was told nothing; changed on a copy only. */
final class ExpansionChoices {
    DirectionChoice directions = DirectionChoice.leastLoss();
    double distance = Double.NaN;
    double replayPixels = 10;
    double replayPerceptual = 10;
    Optional<TapedFeatures> eye = Optional.empty();
    double expand = 1;
    double source = 1;
    Optional<Discriminator> discriminator = Optional.empty();
    Optional<INDArray> realImages = Optional.empty();
    int batch = 8;
    double learningRate = 0.006;
    double domainRate = 0.03;
    double average = 0.998;
    double gradual;
    double mixtures;
    int iterations = 4000;
    long seed = 7;
    int latents = 16384;
    OptionalInt evaluateEvery = OptionalInt.empty();
    int threads = Math.min(2, Runtime.getRuntime().availableProcessors());
    Optional<TrainingFile> checkpoints = Optional.empty();
    DomainSchedule schedule = DomainSchedule.EVEN;
    Optional<Path> snapshots = Optional.empty();
    Optional<ExpandedGenerator> beginning = Optional.empty();

    ExpansionChoices copy() {
        ExpansionChoices copy = new ExpansionChoices();
        copy.directions = directions;
        copy.distance = distance;
        copy.replayPixels = replayPixels;
        copy.replayPerceptual = replayPerceptual;
        copy.eye = eye;
        copy.expand = expand;
        copy.source = source;
        copy.discriminator = discriminator;
        copy.realImages = realImages;
        copy.batch = batch;
        copy.learningRate = learningRate;
        copy.domainRate = domainRate;
        copy.average = average;
        copy.gradual = gradual;
        copy.mixtures = mixtures;
        copy.iterations = iterations;
        copy.seed = seed;
        copy.latents = latents;
        copy.evaluateEvery = evaluateEvery;
        copy.threads = threads;
        copy.checkpoints = checkpoints;
        copy.schedule = schedule;
        copy.snapshots = snapshots;
        copy.beginning = beginning;
        return copy;
    }

    /** Of these domains, with what follows from the rest. */
    ExpansionSettings settings(List<AdaptationObjective> objectives) {
        return new ExpansionSettings(
                new ReplayLoss(replayPixels, replayPerceptual, eye),
                expand,
                source,
                discriminator,
                realImages,
                batch,
                learningRate,
                domainRate,
                average,
                gradual,
                iterations,
                seed,
                latents,
                evaluateEvery.orElse(Math.max(1, iterations / 40)),
                threads,
                schedule,
                DomainMixtures.of(mixtures, objectives));
    }
}
