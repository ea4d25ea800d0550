package io.github.rewrite4j.samediff.inversion;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.io.NearestNames;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Divergence;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import io.github.rewrite4j.samediff.tape.TrainingLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Tunes a generator around pivots, one picture and some samples a step. */
final class PivotRun {
    private static final Stage STAGE = Stage.TUNING;

    /** Samples that the generator is held to. */
    private static final int POOL = 64;

    /** How near to the pivot those are at most, as a share of the way from it to a sample. */
    private static final double NEAREST = 0.25;

    private final Generator generator;
    private final LatentNetwork network;
    private final PivotalTuning settings;
    private final Map<String, Parameter> weights = new HashMap<>();
    private final List<LowRankChange> changes = new ArrayList<>();
    private final SplittableRandom random;

    PivotRun(Generator generator, LatentNetwork network, PivotalTuning settings) {
        this.generator = generator;
        this.network = network;
        this.settings = settings;
        this.random = new SplittableRandom(settings.seed());
        network.parameters().forEach(parameter -> weights.put(parameter.name(), parameter));
        for (String weight : editable()) {
            changes.add(new LowRankChange(parameter(weight), settings.rank(), random));
        }
    }

    /** Weights of the layers that change, in the order of the generator. */
    private List<String> editable() {
        List<String> names = generator.layers().stream().map(Layer::name).toList();
        for (String wanted : settings.layers()) {
            if (!names.contains(wanted)) {
                throw new IllegalArgumentException(
                        "There is no layer '" + wanted + "'. " + NearestNames.hint(wanted, names));
            }
        }
        return generator.layers().stream()
                .filter(layer ->
                        settings.layers().isEmpty() || settings.layers().contains(layer.name()))
                .map(Layer::weight)
                .toList();
    }

    private Parameter parameter(String name) {
        Parameter found = weights.get(name);
        if (found == null) {
            throw new IllegalStateException("There is no weight '" + name + "'.");
        }
        return found;
    }

    Pivot of(InvertedPictures inverted, Wanted wanted, RewriteListener listener) {
        float[] pivots = HostArrays.of(inverted.latents());
        Replay replay = settings.replayed() == 0 ? Replay.NONE : replay(pivots, listener.part(0, 0.15));
        ProgressListener tuning = listener.part(0.15, 1);
        Adam adam = new Adam(0.9, 0.99);
        changes.forEach(change -> change.trainedBy(adam, settings.rate()));
        Set<String> trained = new HashSet<>(editable());
        Divergence divergence =
                new Divergence("The tuning", settings.iterations(), "Lower the learning rate, now " + settings.rate());
        try (Tape tape = new Tape()) {
            TrainingLoop.of(STAGE, divergence)
                    .descend(
                            step -> {
                                changes.forEach(LowRankChange::apply);
                                int picture = (int) (step % wanted.size());
                                Node loss = loss(tape, trained, pivots, wanted, picture, replay);
                                double value = loss.scalar();
                                tape.backward(loss);
                                tape.addGradients();
                                changes.forEach(LowRankChange::chain);
                                adam.step(Math.min(1, 2 * (1 - (double) step / settings.iterations())));
                                tape.clear();
                                return value;
                            },
                            tuning);
        }
        return measured(inverted, wanted);
    }

    private Node loss(Tape tape, Set<String> trained, float[] pivots, Wanted wanted, int k, Replay replay) {
        int length = pivots.length / wanted.size();
        Node drawn = drawn(tape, trained, pivots, k * length, 1);
        Node total = Losses.squares(drawn, tape.constant(wanted.picture(k), drawn.shape()));
        if (replay.count() == 0) {
            return total;
        }
        int first = random.nextInt(replay.count() - settings.replayed() + 1);
        Node same = drawn(tape, trained, replay.latents(), first * length, settings.replayed());
        int row = wanted.row();
        float[] before = tape.array(settings.replayed() * row);
        System.arraycopy(replay.images(), first * row, before, 0, before.length);
        Node kept = Losses.squares(same, tape.constant(before, same.shape()));
        return Arithmetic.weightedSum(new float[] {1, (float) settings.locality()}, total, kept);
    }

    /** Images of latents [.., places, d] from a place in an array on. */
    private Node drawn(Tape tape, Set<String> trained, float[] latents, int from, int count) {
        int places = network.places();
        int d = network.mean().length;
        List<Node> each = new ArrayList<>();
        for (int place = 0; place < places; place++) {
            float[] rows = tape.array(count * d);
            for (int n = 0; n < count; n++) {
                System.arraycopy(latents, from + (n * places + place) * d, rows, n * d, d);
            }
            each.add(tape.constant(rows, count, d));
        }
        return network.images(
                tape,
                each,
                name -> trained.contains(name) ? tape.parameter(parameter(name)) : tape.frozen(parameter(name)),
                null);
    }

    /**
     * What the generator drew before.
     *
     * @param latents [count, places, d]
     * @param images [count, C, H, W]
     */
    @SuppressWarnings("ArrayRecordComponent") // Large, private, and never handed on.
    private record Replay(int count, float[] latents, float[] images) {
        static final Replay NONE = new Replay(0, new float[0], new float[0]);
    }

    /** Between the pivots and samples, all the way for half of them. */
    private Replay replay(float[] pivots, ProgressListener listener) {
        int places = network.places();
        int d = network.mean().length;
        int length = places * d;
        listener.report(Stage.DRAWING.saying("samples to keep"), 0, 1);
        float[] samples;
        try (INDArray drawn = network.latents(network.sampler().sample(POOL, settings.seed()))) {
            samples = HostArrays.of(drawn);
        }
        float[] latents = new float[POOL * length];
        for (int n = 0; n < POOL; n++) {
            double way = n % 2 == 0 ? 1 : NEAREST + (1 - NEAREST) * random.nextDouble();
            int pivot = n % (pivots.length / length) * length;
            for (int i = 0; i < length; i++) {
                float w = samples[n * d + i % d];
                latents[n * length + i] = (float) (way * w + (1 - way) * pivots[pivot + i]);
            }
        }
        INDArray all = Nd4j.createFromArray(latents).reshape(POOL, places, d);
        float[] images;
        try (INDArray drawn = generator.generate(network.at(all))) {
            images = HostArrays.of(drawn);
        }
        listener.report(Stage.DRAWING.saying("samples to keep"), 1, 1);
        return new Replay(POOL, latents, images);
    }

    private Pivot measured(InvertedPictures inverted, Wanted wanted) {
        List<WeightDelta> deltas = new ArrayList<>();
        changes.forEach(change -> deltas.add(change.delta()));
        List<Layer> layers = generator.layers();
        String last = layers.get(layers.size() - 1).name();
        Patch patch =
                Patch.learntAt(generator.memory(layers.get(0).name(), last).spec(), deltas, notes(wanted.size()));
        try (Generator tuned = generator.with(patch)) {
            INDArray images = tuned.generate(inverted.inputs());
            float[] before = HostArrays.of(inverted.images());
            float[] after = HostArrays.of(images);
            List<Double> psnrBefore = new ArrayList<>();
            List<Double> psnrAfter = new ArrayList<>();
            for (int k = 0; k < wanted.size(); k++) {
                psnrBefore.add(10 * Math.log10(4 / wanted.squares(k, before)));
                psnrAfter.add(10 * Math.log10(4 / wanted.squares(k, after)));
            }
            return new Pivot(patch, images, psnrBefore, psnrAfter);
        }
    }

    private Map<String, String> notes(int pictures) {
        return Map.of(
                "strategy", "pivotal-tuning",
                "rank", Integer.toString(settings.rank()),
                "iterations", Integer.toString(settings.iterations()),
                "locality", Double.toString(settings.locality()),
                "rate", Double.toString(settings.rate()),
                "seed", Long.toString(settings.seed()),
                "pictures", Integer.toString(pictures));
    }
}
