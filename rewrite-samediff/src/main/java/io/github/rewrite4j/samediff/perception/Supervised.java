package io.github.rewrite4j.samediff.perception;

import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.Divergence;
import io.github.rewrite4j.samediff.tape.MovingAverage;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import io.github.rewrite4j.samediff.tape.TrainingLoop;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * How a network that looks is trained on labelled pictures: Adam with clipped gradients, a rate that falls along half a
 * cosine, and an exponential moving average of the weights, which is what counts in the end.
 *
 * @param name of what is trained, for messages
 * @param steps in all
 * @param rate that it begins with
 * @param clip largest norm of all gradients together
 * @param averaged share of the average that stays at each step
 */
public record Supervised(String name, int steps, double rate, double clip, double averaged) {
    public Supervised {
        Objects.requireNonNull(name, "name");
    }

    /**
     * Number of pictures that are trained on: all but those that are held out.
     *
     * @param pictures in all
     * @param side of each
     * @param heldOut number that is measured on
     * @param batch of a step
     * @param takes side of the pictures that the network takes
     * @throws IllegalArgumentException if less than a batch is left, or sides differ
     */
    public static int trained(int pictures, int side, int heldOut, int batch, int takes) {
        if (pictures - heldOut < batch) {
            throw new IllegalArgumentException("Of " + pictures + " pictures " + heldOut
                    + " are held out, which leaves less than one batch of " + batch + ": give more pictures.");
        }
        if (side != takes) {
            throw new IllegalArgumentException(
                    "The pictures have the side " + side + ", the architecture takes " + takes + ".");
        }
        return pictures - heldOut;
    }

    /**
     * Trains.
     *
     * @param parameters what is changed
     * @param loss draws the next batch and gives its loss
     * @return the averages
     * @throws io.github.rewrite4j.RewriteCancelledException when the listener says stop
     * @throws io.github.rewrite4j.NotFiniteException when the loss is no longer finite
     */
    public MovingAverage train(List<Parameter> parameters, Function<Tape, Node> loss, ProgressListener listener) {
        Objects.requireNonNull(parameters, "parameters");
        Objects.requireNonNull(loss, "loss");
        Objects.requireNonNull(listener, "listener");
        Adam adam = new Adam(0.9, 0.99).add(parameters, rate);
        MovingAverage average = new MovingAverage(parameters, averaged);
        Divergence divergence =
                new Divergence("The training of " + name, steps, "Take a smaller learning rate than " + rate);
        Stage stage = Stage.TRAINING.saying("training " + name);
        try (Tape tape = new Tape()) {
            TrainingLoop.of(stage, divergence)
                    .descend(
                            step -> {
                                Node now = loss.apply(tape);
                                double value = now.scalar();
                                tape.backward(now);
                                tape.addGradients();
                                adam.clip(clip).step(0.5 * (1 + Math.cos(Math.PI * step / steps)));
                                average.update(step + 1);
                                tape.clear();
                                return value;
                            },
                            listener);
        }
        return average;
    }
}
