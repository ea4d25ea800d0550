package io.github.rewrite4j.samediff.expansion;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Layout;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.assertj.core.data.Offset;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Batches without a training, of random pictures. */
record HandMade(INDArray latents, INDArray edit, INDArray base, INDArray source, List<Integer> anchors) {
    /** Random pictures of a size. */
    static HandMade random(int n, int size) {
        return new HandMade(
                Avatars.random(1, n, 5),
                Avatars.random(2, n, 3, size, size).muli(0.5),
                Avatars.random(3, n, 3, size, size).muli(0.5),
                Avatars.random(4, n, 3, size, size).muli(0.5),
                List.of());
    }

    HandMade withAnchors(Integer... numbers) {
        return new HandMade(latents, edit, base, source, List.of(numbers));
    }

    HandMade withEdit(INDArray pictures) {
        return new HandMade(latents, pictures, base, source, anchors);
    }

    HandMade withLatents(INDArray rows) {
        return new HandMade(rows, edit, base, source, anchors);
    }

    AdaptationBatch on(Tape tape, float[] pictures) {
        return new AdaptationBatch(
                tape.constant(latents),
                tape.variable(pictures, HostArrays.shape(edit)),
                tape.constant(base),
                tape.constant(source),
                anchors,
                new Random(1));
    }

    double value(AdaptationObjective objective) {
        return value(objective, HostArrays.of(edit));
    }

    private double value(AdaptationObjective objective, float[] pictures) {
        try (Tape tape = new Tape()) {
            return objective.loss(tape, on(tape, pictures)).scalar();
        }
    }

    float[] gradient(AdaptationObjective objective) {
        try (Tape tape = new Tape()) {
            AdaptationBatch batch = on(tape, HostArrays.of(edit));
            tape.backward(objective.loss(tape, batch));
            return batch.edit().gradient().clone();
        }
    }

    /** Holds the gradient by the pictures of the domain against central differences along a random direction. */
    void requireSlope(AdaptationObjective objective, double tolerance) {
        float[] gradient = gradient(objective);
        float[] direction = HostArrays.of(Avatars.random(77, gradient.length));
        double analytic = 0;
        double squares = 0;
        for (int i = 0; i < gradient.length; i++) {
            analytic += (double) gradient[i] * direction[i];
            squares += (double) gradient[i] * gradient[i];
        }
        float step = 2e-3f;
        double numeric =
                (value(objective, moved(direction, step)) - value(objective, moved(direction, -step))) / (2 * step);
        assertThat(analytic).isCloseTo(numeric, Offset.offset(tolerance * Math.sqrt(squares)));
        assertThat(squares).isPositive();
    }

    private float[] moved(float[] direction, float step) {
        float[] pictures = HostArrays.of(edit);
        for (int i = 0; i < pictures.length; i++) {
            pictures[i] += step * direction[i];
        }
        return pictures;
    }

    /** What a program makes of pictures. */
    static double[] seen(INDArray pictures, BiFunction<Tape, Node, Node> program) {
        try (Tape tape = new Tape()) {
            float[] values = Layout.CHANNELS_FIRST
                    .of(program.apply(tape, tape.constant(pictures)))
                    .value();
            double[] result = new double[values.length];
            for (int i = 0; i < result.length; i++) {
                result[i] = values[i];
            }
            return result;
        }
    }
}
