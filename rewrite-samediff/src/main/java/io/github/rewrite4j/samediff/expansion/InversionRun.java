package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.perception.PerceptualLoss;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Rows;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Finds the latents of pictures, one picture after the other, all starts of a picture in one batch. */
final class InversionRun {
    private static final int SPREAD_SAMPLES = 1024;

    private final LatentNetwork network;
    private final LatentInversion settings;
    private final Map<String, Parameter> weights = new HashMap<>();
    private final float[] mean;
    private final double spread;
    private final float[] starts;

    InversionRun(LatentNetwork network, LatentInversion settings) {
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
        double squares;
        double perceptual;
        int start;
        float[] latent = {};
        float[] image = {};
    }

    InvertedPictures of(float[] pictures, RewriteListener listener) {
        int height = network.spec().imageHeight();
        int width = network.spec().imageWidth();
        int row = 3 * height * width;
        int count = pictures.length / row;
        float[] anchors = new float[count * mean.length];
        float[] images = new float[pictures.length];
        List<InvertedPictures.Fit> fits = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            String stage = "inverting picture " + (k + 1) + " of " + count;
            Best best = picture(Arrays.copyOfRange(pictures, k * row, (k + 1) * row), stage, listener);
            System.arraycopy(best.latent, 0, anchors, k * mean.length, mean.length);
            System.arraycopy(best.image, 0, images, k * row, row);
            fits.add(new InvertedPictures.Fit(best.squares, best.perceptual, distance(best.latent), best.start));
        }
        return new InvertedPictures(array(anchors, count, mean.length), array(images, count, 3, height, width), fits);
    }

    private static INDArray array(float[] values, long... shape) {
        return Nd4j.createFromArray(values).reshape(shape);
    }

    private double distance(float[] latent) {
        double squares = 0;
        for (int i = 0; i < mean.length; i++) {
            squares += (double) (latent[i] - mean[i]) * (latent[i] - mean[i]);
        }
        return Math.sqrt(squares) / spread;
    }

    private Best picture(float[] wanted, String stage, RewriteListener listener) {
        Parameter latents = new Parameter("latents", starts.clone(), settings.starts(), mean.length);
        double unit = spread / Math.sqrt(mean.length);
        Adam adam = new Adam(0.9, 0.999).add(latents, settings.rate() * unit);
        Best best = new Best();
        try (Tape tape = new Tape()) {
            for (int step = 0; step <= settings.iterations(); step++) {
                Node total = losses(tape, latents, wanted, best);
                if (!Double.isFinite(total.scalar())) {
                    throw new RewriteException(
                            "The inversion diverged: the loss is " + total.scalar() + " at step " + step
                                    + " of " + settings.iterations() + " of " + stage
                                    + ": lower the learning rate, now " + settings.rate() + ".");
                }
                if (step < settings.iterations()) {
                    tape.backward(total);
                    tape.addGradients();
                    adam.step(Math.min(1, 2 * (1 - (double) step / settings.iterations())));
                }
                tape.clear();
                listener.report(stage, step, settings.iterations(), best.loss);
            }
        }
        return best;
    }

    /** The sum over starts, whose gradients do not mix; notes the best of them. */
    private Node losses(Tape tape, Parameter latents, float[] wanted, Best best) {
        Node w = tape.parameter(latents);
        Node images = network.images(tape, w, name -> tape.frozen(weight(name)), null);
        int[] one = images.shape();
        one[0] = 1;
        Node target = tape.constant(wanted, one);
        Node centre = tape.constant(mean, 1, mean.length);
        float[] pull = new float[mean.length];
        Arrays.fill(pull, (float) (settings.pull() / (spread * spread)));
        Node[] all = new Node[settings.starts()];
        float[] ones = new float[all.length];
        Arrays.fill(ones, 1);
        for (int i = 0; i < all.length; i++) {
            Node image = Rows.slice(images, i, i + 1);
            Node squares = Losses.squares(image, target);
            Node pulled = Losses.weightedSquares(Rows.slice(w, i, i + 1), centre, pull);
            Optional<Node> seen = settings.eye()
                    .filter(eye -> settings.perceptual() > 0)
                    .map(eye -> new PerceptualLoss(eye).between(tape, image, target));
            all[i] = Arithmetic.weightedSum(new float[] {(float) settings.pixels(), 1}, squares, pulled);
            if (seen.isPresent()) {
                all[i] = Arithmetic.weightedSum(new float[] {1, (float) settings.perceptual()}, all[i], seen.get());
            }
            if (all[i].scalar() < best.loss) {
                best.loss = all[i].scalar();
                best.squares = squares.scalar();
                best.perceptual = seen.map(node -> (double) node.scalar()).orElse(0.0);
                best.start = i;
                best.latent = Arrays.copyOfRange(latents.value(), i * mean.length, (i + 1) * mean.length);
                best.image = image.value().clone();
            }
        }
        return Arithmetic.weightedSum(ones, all);
    }

    private Parameter weight(String name) {
        Parameter found = weights.get(name);
        if (found == null) {
            throw new IllegalStateException("There is no weight '" + name + "'.");
        }
        return found;
    }
}
