package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.perception.PerceptualLoss;
import io.github.rewrite4j.samediff.perception.TapedFeatures;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A domain that another generator draws of the same latents: a patch becomes a domain that can be entered, mixed and left.
 *
 * <pre>{@code
 * try (Generator withBuns = avatars.with(patch)) {
 *     ExpandedGenerator expanded = DomainExpansion.withDomains(TaughtByGenerator.of("bun", withBuns)).train(avatars);
 * }
 * }</pre>
 *
 * <p>The loss is mean |edit - G_teacher(P_base w)|, and where a network looks, its perceptual distance between the two
 * besides. The teacher must read the same latent as the source: the source with a patch does, or a fine-tuned copy of it.
 * Its weights are copied; it can be closed afterwards. Immutable. Cost: one more image forward for each sample.
 */
public final class TaughtByGenerator implements AdaptationObjective {
    private final String name;
    private final LatentNetwork network;
    private final GeneratorSpec spec;
    private final int dimension;
    private final Map<String, Parameter> weights;
    private final double perceptual;
    private final Optional<TapedFeatures> eye;

    private TaughtByGenerator(
            String name,
            LatentNetwork network,
            GeneratorSpec spec,
            int dimension,
            Map<String, Parameter> weights,
            double perceptual,
            Optional<TapedFeatures> eye) {
        this.name = name;
        this.network = network;
        this.spec = spec;
        this.dimension = dimension;
        this.weights = weights;
        this.perceptual = perceptual;
        this.eye = eye;
    }

    /**
     * The domain of what a teacher draws.
     *
     * @param name of the domain
     * @param teacher with the patches in force; copied
     * @throws RewriteException when it has no latent that layers read
     */
    public static TaughtByGenerator of(String name, Generator teacher) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(teacher, "teacher");
        LatentNetwork network = LatentNetwork.of(teacher);
        Map<String, Parameter> weights = new HashMap<>();
        network.parameters().forEach(parameter -> weights.put(parameter.name(), parameter));
        return new TaughtByGenerator(
                name, network, network.spec(), network.mean().length, weights, 0, Optional.empty());
    }

    /** Adds the distance that a network sees, times a weight. */
    public TaughtByGenerator seenBy(TapedFeatures look, double weight) {
        Objects.requireNonNull(look, "look");
        if (!(weight >= 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException("The perceptual weight is " + weight + ": it must be a number from 0.");
        }
        return new TaughtByGenerator(name, network, spec, dimension, weights, weight, Optional.of(look));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Node loss(Tape tape, AdaptationBatch batch) {
        Objects.requireNonNull(tape, "tape");
        Node edit = batch.edit();
        boolean reads = batch.latents().size(1) == dimension;
        boolean draws = spec.imageHeight() == edit.size(2) && spec.imageWidth() == edit.size(3);
        if (!reads || !draws) {
            throw new RewriteException("The teacher of '" + name + "' (" + spec.architecture() + ") draws pictures of "
                    + spec.imageHeight() + "x" + spec.imageWidth() + " from latents of " + dimension
                    + " numbers, but the source pictures of " + edit.size(2) + "x" + edit.size(3) + " from "
                    + batch.latents().size(1) + ": teach with a patched or fine-tuned copy of the source.");
        }
        Node target = network.images(tape, batch.latents(), name -> tape.frozen(weight(name)), null);
        Node pixels = Losses.l1(edit, target);
        if (eye.isEmpty() || perceptual == 0) {
            return pixels;
        }
        Node seen = new PerceptualLoss(eye.get()).between(tape, edit, target);
        return Arithmetic.weightedSum(new float[] {1, (float) perceptual}, pixels, seen);
    }

    private Parameter weight(String parameter) {
        Parameter found = weights.get(parameter);
        if (found == null) {
            throw new IllegalStateException("The teacher has no weight '" + parameter + "'.");
        }
        return found;
    }

    @Override
    public Map<String, String> recipe() {
        TreeMap<String, String> facts = new TreeMap<>(Map.of("kind", "teacher", "teacher", spec.fingerprint()));
        eye.ifPresent(look -> facts.put("perceptual", perceptual + " of " + look.name()));
        return facts;
    }
}
