package io.github.rewrite4j.samediff.inversion;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.perception.PerceptualLoss;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Divergence;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Rows;
import io.github.rewrite4j.samediff.tape.Tape;
import io.github.rewrite4j.samediff.tape.TrainingLoop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Finds the latents of pictures, one picture after the other, all starts of a picture in one batch. */
final class InversionRun {
    private static final int SPREAD_SAMPLES = 1024;

    private final Generator generator;
    private final LatentNetwork network;
    private final Inversion settings;
    private final Map<String, Parameter> weights = new HashMap<>();
    private final float[] mean;
    private final double spread;
    private final float[] starts;

    InversionRun(Generator generator, LatentNetwork network, Inversion settings) {
        this.generator = generator;
        this.network = network;
        this.settings = settings;
        network.parameters().forEach(p -> weights.put(p.name(), p));
        double[] centre = network.mean();
        this.mean = new float[centre.length];
        float[] samples = HostArrays.of(network.latents(network.sampler().sample(SPREAD_SAMPLES, settings.seed())));
        double squares = 0;
        for (int i = 0; i < samples.length; i++) {
            double d = samples[i] - centre[i % centre.length];
            squares += d * d;
        }
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) centre[i];
        }
        this.spread = Math.sqrt(squares / SPREAD_SAMPLES);
        this.starts = new float[settings.starts() * mean.length];
        for (int i = 0; i < starts.length; i++) {
            float m = mean[i % mean.length];
            // Samples repeat where there are more starts than were drawn.
            starts[i] = i < mean.length ? m : m + 0.5f * (samples[(i - mean.length) % samples.length] - m);
        }
    }

    /** What was best so far. */
    private static final class Best {
        double loss = Double.POSITIVE_INFINITY;
        double perceptual;
        int start;
        float[] latent = {};
    }

    /**
     * Finds the latents.
     *
     * @param start latents [k, places, d] to take apart, instead of one w that is looked for
     */
    InvertedPictures of(Wanted wanted, Optional<InvertedPictures> start, ProgressListener listener) {
        int count = wanted.size();
        int length = network.places() * mean.length;
        float[] found = new float[count * length];
        List<Best> all = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            Stage stage = Stage.INVERTING.saying("inverting picture " + (k + 1) + " of " + count);
            ProgressListener here = listener.part(k / (double) count, (k + 1) / (double) count);
            float[] picture = wanted.picture(k);
            Best best = start.isPresent()
                    ? found(start.get(), k, length)
                    : everywhere(picture, stage, here.part(0, settings.isPerLayer() ? 0.5 : 1));
            float[] latents = best.latent.length == length ? best.latent : repeated(best.latent);
            if (settings.isPerLayer() || start.isPresent()) {
                Best apart = apart(
                        latents,
                        picture,
                        stage.saying(stage.text() + ", layer by layer"),
                        here.part(start.isPresent() ? 0 : 0.5, 1));
                apart.start = best.start;
                best = apart;
                latents = apart.latent;
            }
            System.arraycopy(latents, 0, found, k * length, length);
            all.add(best);
        }
        INDArray latents = Nd4j.createFromArray(found).reshape(count, network.places(), mean.length);
        Inputs inputs = network.at(latents);
        INDArray images = generator.generate(inputs);
        float[] drawn = HostArrays.of(images);
        List<InvertedPictures.Fit> fits = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            Best best = all.get(k);
            double distance = distance(Arrays.copyOfRange(found, k * length, (k + 1) * length));
            fits.add(new InvertedPictures.Fit(wanted.squares(k, drawn), best.perceptual, distance, best.start));
        }
        return new InvertedPictures(latents, inputs, images, fits);
    }

    private static Best found(InvertedPictures start, int picture, int length) {
        Best best = new Best();
        best.latent = Arrays.copyOfRange(HostArrays.of(start.latents()), picture * length, (picture + 1) * length);
        best.start = start.fits().get(picture).start();
        return best;
    }

    private float[] repeated(float[] latent) {
        float[] all = new float[network.places() * latent.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = latent[i % latent.length];
        }
        return all;
    }

    /** Of the mean over the places. */
    private double distance(float[] latents) {
        double squares = 0;
        for (int i = 0; i < mean.length; i++) {
            double sum = 0;
            for (int place = 0; place < network.places(); place++) {
                sum += latents[place * mean.length + i];
            }
            squares += Math.pow(sum / network.places() - mean[i], 2);
        }
        return Math.sqrt(squares) / spread;
    }

    /** One latent for all places, from all starts. */
    private Best everywhere(float[] picture, Stage stage, ProgressListener listener) {
        Parameter latents = new Parameter("latents", starts.clone(), settings.starts(), mean.length);
        float[] pull = weights(settings.pull(), 1);
        return descend(latents, stage, listener, (tape, best) -> {
            Node w = tape.parameter(latents);
            Node images = network.images(tape, w, name -> tape.frozen(weight(name)), null);
            Node centre = tape.constant(mean, 1, mean.length);
            Node[] all = new Node[settings.starts()];
            float[] ones = new float[all.length];
            Arrays.fill(ones, 1);
            for (int i = 0; i < all.length; i++) {
                Node pulled = Losses.weightedSquares(Rows.slice(w, i, i + 1), centre, pull);
                all[i] = loss(tape, Rows.slice(images, i, i + 1), picture, pulled, i, row(latents, i), best);
            }
            return Arithmetic.weightedSum(ones, all);
        });
    }

    private Supplier<float[]> row(Parameter latents, int row) {
        return () -> Arrays.copyOfRange(latents.value(), row * mean.length, (row + 1) * mean.length);
    }

    /** A latent for each place, from one for all. */
    private Best apart(float[] start, float[] picture, Stage stage, ProgressListener listener) {
        int places = network.places();
        Parameter latents = new Parameter("latents", start.clone(), places, mean.length);
        float[] pull = weights(settings.pull(), places);
        return descend(latents, stage, listener, (tape, best) -> {
            Node w = tape.parameter(latents);
            List<Node> each = new ArrayList<>();
            Node sum = tape.constant(new float[mean.length], 1, mean.length);
            for (int i = 0; i < places; i++) {
                each.add(Rows.slice(w, i, i + 1));
                sum = Arithmetic.addScaled(sum, each.get(i), 1f / places);
            }
            Node image = network.images(tape, each, name -> tape.frozen(weight(name)), null);
            Node pulled = Arithmetic.weightedSum(
                    new float[] {1, 1},
                    Losses.weightedSquares(sum, tape.constant(mean, 1, mean.length), weights(settings.pull(), 1)),
                    Losses.weightedSquares(w, Rows.repeat(sum, places), pull));
            return loss(tape, image, picture, pulled, 0, latents.value()::clone, best);
        });
    }

    /** The pull, divided by the spread and by the places that share it. */
    private float[] weights(double pull, int places) {
        float[] weights = new float[places * mean.length];
        Arrays.fill(weights, (float) (pull / (spread * spread * places)));
        return weights;
    }

    /** The loss of a step; notes what is best. */
    @FunctionalInterface
    private interface Step {
        Node loss(Tape tape, Best best);
    }

    private Best descend(Parameter latents, Stage stage, ProgressListener listener, Step step) {
        double unit = spread / Math.sqrt(mean.length);
        Adam adam = new Adam(0.9, 0.999).add(latents, settings.rate() * unit);
        Divergence divergence = new Divergence(
                "The inversion (" + stage + ")",
                settings.iterations(),
                "Lower the learning rate, now " + settings.rate());
        Best best = new Best();
        try (Tape tape = new Tape()) {
            TrainingLoop.of(stage, divergence)
                    .descend(
                            n -> {
                                Node total = step.loss(tape, best);
                                divergence.require(total.scalar(), (int) n);
                                tape.backward(total);
                                tape.addGradients();
                                adam.step(Math.min(1, 2 * (1 - (double) n / settings.iterations())));
                                tape.clear();
                                return best.loss;
                            },
                            listener);
            divergence.require(step.loss(tape, best).scalar(), settings.iterations() - 1);
        }
        return best;
    }

    /** Of one image; gradients of several starts do not mix. */
    private Node loss(
            Tape tape, Node image, float[] picture, Node pulled, int start, Supplier<float[]> rows, Best best) {
        Node target = tape.constant(picture, image.shape());
        Node squares = Losses.squares(image, target);
        Node total = Arithmetic.weightedSum(new float[] {(float) settings.pixels(), 1}, squares, pulled);
        Optional<Node> seen = settings.eye()
                .filter(eye -> settings.perceptual() > 0)
                .map(eye -> new PerceptualLoss(eye).between(tape, image, target));
        if (seen.isPresent()) {
            total = Arithmetic.weightedSum(new float[] {1, (float) settings.perceptual()}, total, seen.get());
        }
        if (total.scalar() < best.loss) {
            best.loss = total.scalar();
            best.perceptual = seen.map(node -> (double) node.scalar()).orElse(0.0);
            best.start = start;
            best.latent = rows.get();
        }
        return total;
    }

    private Parameter weight(String name) {
        Parameter found = weights.get(name);
        if (found == null) {
            throw new IllegalStateException("There is no weight '" + name + "'.");
        }
        return found;
    }
}
