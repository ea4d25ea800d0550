package io.github.rewrite4j.samediff.generator.diffusion;

import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.GraphFunction;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Both networks and the steps between noise and picture, on tapes. Steps follow Song et al. 2021 without chance (eta = 0): the
 * picture that the network sees in the mixture is clipped to [-1, 1], and the noise that is left follows from it.
 */
final class DiffusionNetwork implements AutoCloseable {
    private final DiffusionArchitecture architecture;
    private final DiffusionGraph unet;
    private final DiffusionGraph encoder;
    private final GraphFunction denoising;
    private final GraphFunction encoding;
    private final NoiseSchedule schedule;

    DiffusionNetwork(DiffusionArchitecture architecture) {
        this.architecture = architecture;
        this.unet = DiffusionGraph.unet(architecture);
        this.encoder = DiffusionGraph.encoder(architecture);
        this.denoising = GraphFunction.of("the U-Net", unet.graph());
        this.encoding = GraphFunction.of("the encoder", encoder.graph());
        this.schedule = NoiseSchedule.linear(architecture.times());
    }

    DiffusionArchitecture architecture() {
        return architecture;
    }

    NoiseSchedule schedule() {
        return schedule;
    }

    List<String> conditions() {
        return unet.conditions();
    }

    /** Shapes of the U-Net's weights. */
    Map<String, long[]> unetWeights() {
        return unet.weights();
    }

    /** Shapes of the encoder's weights. */
    Map<String, long[]> encoderWeights() {
        return encoder.weights();
    }

    /** Shapes of all weights by name. */
    Map<String, long[]> weights() {
        Map<String, long[]> all = new LinkedHashMap<>(unet.weights());
        all.putAll(encoder.weights());
        return all;
    }

    /** z of pictures [N, 3, H, W] in [-1, 1]. */
    Node encode(Tape tape, Node images, Function<String, Node> weights) {
        return inner(encoding, encoder, tape, Map.of(DiffusionGraph.IMAGE, images), weights, DiffusionGraph.OUTPUT);
    }

    Node encoderInner(Tape tape, Node images, Function<String, Node> weights, String variable) {
        return inner(encoding, encoder, tape, Map.of(DiffusionGraph.IMAGE, images), weights, variable);
    }

    /** The noise in mixtures, at one time for each. */
    Node noise(Tape tape, Node mixed, int[] times, Node z, Function<String, Node> weights) {
        return noiseInner(tape, mixed, times, z, weights, DiffusionGraph.OUTPUT);
    }

    Node noiseInner(Tape tape, Node mixed, int[] times, Node z, Function<String, Node> weights, String variable) {
        int channels = architecture.channels();
        float[] exact = new float[times.length * channels];
        for (int n = 0; n < times.length; n++) {
            DiffusionGraph.time(times[n], exact, n * channels, channels);
        }
        Map<String, Node> feeds = new HashMap<>(Map.of(
                DiffusionGraph.IMAGE,
                mixed,
                DiffusionGraph.TIME,
                tape.constant(exact, times.length, channels),
                DiffusionGraph.Z,
                z));
        return inner(denoising, unet, tape, feeds, weights, variable);
    }

    private static Node inner(
            GraphFunction function,
            DiffusionGraph graph,
            Tape tape,
            Map<String, Node> inputs,
            Function<String, Node> weights,
            String variable) {
        Map<String, Node> feeds = new LinkedHashMap<>(inputs);
        graph.weights().keySet().forEach(name -> feeds.put(name, weights.apply(name)));
        return function.apply(tape, feeds, variable);
    }

    /** One step towards the picture: from the mixture at a step to that at the one before. */
    Node stepDown(Tape tape, Node mixed, int step, NoiseSchedule steps, Node z, Function<String, Node> weights) {
        return step(tape, mixed, step, steps, z, weights, steps.kept(step - 1));
    }

    /** One step towards noise. */
    Node stepUp(Tape tape, Node mixed, int step, NoiseSchedule steps, Node z, Function<String, Node> weights) {
        return step(tape, mixed, step, steps, z, weights, steps.kept(step + 1));
    }

    private Node step(
            Tape tape, Node mixed, int step, NoiseSchedule steps, Node z, Function<String, Node> weights, double next) {
        int[] times = new int[mixed.size(0)];
        Arrays.fill(times, steps.time(step));
        Node noise = noise(tape, mixed, times, z, weights);
        double kept = steps.kept(step);
        float a = (float) Math.sqrt(1 / kept);
        float b = (float) Math.sqrt(1 / kept - 1);
        Node seen = Arithmetic.clamped(Arithmetic.addScaled(Arithmetic.scale(mixed, a, 0), noise, -b), 1);
        if (next >= 1) {
            return seen;
        }
        Node left = Arithmetic.scale(Arithmetic.addScaled(Arithmetic.scale(mixed, a, 0), seen, -1), 1 / b, 0);
        return Arithmetic.addScaled(
                Arithmetic.scale(seen, (float) Math.sqrt(next), 0), left, (float) Math.sqrt(1 - next));
    }

    /** From noise to a picture, all steps on this tape. */
    Node draw(Tape tape, Node noise, NoiseSchedule steps, Node z, Function<String, Node> weights) {
        Node mixed = noise;
        for (int i = steps.steps() - 1; i >= 0; i--) {
            mixed = stepDown(tape, mixed, i, steps, z, weights);
        }
        return mixed;
    }

    @Override
    public void close() {
        denoising.close();
        encoding.close();
    }
}
