package io.github.rewrite4j.examples;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.avatars.Accessories;
import io.github.rewrite4j.avatars.BundledExpansion;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.examples.domains.PictureEffects;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.expansion.AdaptationObjective;
import io.github.rewrite4j.samediff.expansion.DedicatedAdaptation;
import io.github.rewrite4j.samediff.expansion.DomainExpansion;
import io.github.rewrite4j.samediff.expansion.ImageTransform;
import io.github.rewrite4j.samediff.expansion.WornExemplars;
import io.github.rewrite4j.samediff.perception.TapedFeatures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes the expanded generator that comes with the examples: {@code avatar-expanded.safetensors} and its training curve,
 * {@code avatar-expanded-curve.csv}, in {@code target/rewrite} or the directory given as first argument; a second argument
 * is the number of steps. An interrupted training goes on where it was.
 */
public final class ExpandAvatars {
    /** Steps of the shipped generator. */
    public static final int STEPS = 5000;

    static final int BATCH = 8;
    static final double RATE = 0.006;

    private static final double DOMAIN_RATE = 0.03;
    private static final double GRADUAL = 0.2;

    /** Samples that are in two domains. */
    private static final double MIXED = 0.25;

    /** Of pixels and of what attribute network A sees, in old images. */
    private static final double REPLAY = 25;

    /** Of what is beside the sunglasses. */
    private static final double ELSEWHERE = 4;

    private static final int REPORTED = 200;
    private static final long SEED = 7;
    static final int PICTURES = 3;

    private ExpandAvatars() {}

    /** The five domains: four that a program draws, and one from three pictures of sunglasses. */
    public static List<AdaptationObjective> objectives() throws IOException {
        return List.of(
                ImageTransform.of("sketch", PictureEffects.pencilSketch()),
                ImageTransform.of("night", PictureEffects.night()),
                ImageTransform.of("8-bit", PictureEffects.eightBit(4)),
                WornExemplars.of(
                                "sunglasses",
                                Accessories.bundled().named("sunglasses").subList(0, PICTURES))
                        .elsewhere(ELSEWHERE),
                ImageTransform.of("pop-art", PictureEffects.popArt()));
    }

    /** How avatars are expanded by some domains; attribute network A looks at what should stay. */
    public static DomainExpansion training(List<? extends AdaptationObjective> domains) throws IOException {
        return training(domains, BundledNetworks.training());
    }

    /** As {@link #training(List)}, with another network that looks at what should stay. */
    public static DomainExpansion training(List<? extends AdaptationObjective> domains, TapedFeatures eye) {
        return DomainExpansion.withDomains(domains)
                .seenBy(eye)
                .iterations(STEPS)
                .batch(BATCH)
                .learningRates(RATE, DOMAIN_RATE)
                .replay(REPLAY, REPLAY)
                .gradual(GRADUAL)
                .mixtures(MIXED)
                .seed(SEED);
    }

    /** How avatars are adapted to one domain alone, for comparison. */
    public static DedicatedAdaptation plain(AdaptationObjective domain) {
        return DedicatedAdaptation.to(domain).batch(BATCH).learningRate(RATE).seed(SEED);
    }

    /** Trains and writes. */
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args.length > 0 ? args[0] : "target/rewrite");
        int steps = args.length > 1 ? Integer.parseInt(args[1]) : STEPS;
        ComputeThreads.use(ComputeThreads.configured());
        DomainExpansion training = training(objectives())
                .iterations(steps)
                .reportEvery(REPORTED)
                .checkpoints(directory.resolve("expansion-checkpoint"));
        ProgressDisplay progress = ProgressDisplay.on(System.out);
        try (Generator avatars = BundledGenerator.load();
                ExpandedGenerator expanded = training.resume(avatars, progress)) {
            progress.done();
            Path file = directory.resolve(BundledExpansion.RESOURCE);
            expanded.save(file);
            byte[] curve = expanded.notes().getOrDefault("curve", "").getBytes(StandardCharsets.UTF_8);
            AtomicFile.write(directory.resolve("avatar-expanded-curve.csv"), out -> out.write(curve));
            System.out.println(expanded + "\n  " + file);
        }
    }
}
