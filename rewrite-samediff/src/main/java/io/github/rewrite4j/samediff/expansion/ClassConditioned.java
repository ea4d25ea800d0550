package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.samediff.expansion.ClassHead.Classes;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What {@link ClassConditioning} made: a generator that draws a class. A view of its source; use it while that is open. */
public final class ClassConditioned {
    private final AdaptedNetwork network;
    private final ClassHead head;

    ClassConditioned(AdaptedNetwork network, ClassHead head) {
        this.network = network;
        this.head = head;
    }

    /**
     * Latents as a class moves them.
     *
     * @param latents one a row
     * @param number 0 for the old domain, then the objectives in their order
     */
    public double[][] latents(double[][] latents, int number) {
        Objects.requireNonNull(latents, "latents");
        if (number < 0 || number >= head.classes()) {
            throw new IllegalArgumentException(
                    "There is no class " + number + "; there are 0 to " + (head.classes() - 1) + ".");
        }
        int d = latents[0].length;
        float[] flat = new float[latents.length * d];
        int[] classes = new int[latents.length];
        Arrays.fill(classes, number);
        for (int i = 0; i < flat.length; i++) {
            flat[i] = (float) latents[i / d][i % d];
        }
        Map<String, Parameter> weights = new HashMap<>();
        head.parameters().forEach(p -> weights.put(p.name(), p));
        double[][] moved = new double[latents.length][d];
        try (Tape tape = new Tape()) {
            Node there = head.moved(
                    tape,
                    tape.constant(flat, latents.length, d),
                    new Classes(classes),
                    name -> tape.frozen(Objects.requireNonNull(weights.get(name), name)));
            for (int i = 0; i < flat.length; i++) {
                moved[i / d][i % d] = there.value()[i];
            }
        }
        return moved;
    }

    /** Images of latents in a class, [N, 3, H, W], not clipped. */
    public INDArray images(double[][] latents, int number) {
        return network.images(latents(latents, number));
    }
}
