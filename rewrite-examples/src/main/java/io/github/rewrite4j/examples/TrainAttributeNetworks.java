package io.github.rewrite4j.examples;

import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.avatars.RealAvatars;
import io.github.rewrite4j.avatars.attribute.AttributeArchitecture;
import io.github.rewrite4j.avatars.attribute.AttributeNetwork;
import io.github.rewrite4j.avatars.attribute.AttributeRecipe;
import io.github.rewrite4j.avatars.attribute.AttributeTraining;
import io.github.rewrite4j.samediff.ComputeThreads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Trains the two attribute networks that come with the examples, from the pictures of {@link RealAvatars}: network A for
 * losses, network B for evaluation, which differ in widths, steps, seed and so in the order of the pictures. Writes
 * them into {@code target/rewrite} or the directory given as first argument; a second argument A or B trains only that
 * one. Some ten minutes each on one core.
 */
public final class TrainAttributeNetworks {
    private TrainAttributeNetworks() {}

    /** How network A is made. */
    public static AttributeRecipe training() {
        return AttributeRecipe.of(
                "attribute network A", new AttributeArchitecture(64, List.of(32, 64, 96, 128), 4, 64), 11);
    }

    /** How network B is made. */
    public static AttributeRecipe evaluation() {
        return AttributeRecipe.of(
                        "attribute network B", new AttributeArchitecture(64, List.of(28, 56, 88, 112), 4, 64), 2029)
                .withSteps(2000);
    }

    /** Trains and writes both, or one. */
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args.length > 0 ? args[0] : "target/rewrite");
        String which = args.length > 1 ? args[1].toUpperCase(Locale.ROOT) : "AB";
        ComputeThreads.use(ComputeThreads.configured());
        RealAvatars avatars = RealAvatars.load();
        if (which.contains("A")) {
            train(training(), avatars, directory.resolve(BundledNetworks.TRAINING));
        }
        if (which.contains("B")) {
            train(evaluation(), avatars, directory.resolve(BundledNetworks.EVALUATION));
        }
    }

    private static void train(AttributeRecipe recipe, RealAvatars avatars, Path file) throws IOException {
        ProgressDisplay progress = ProgressDisplay.on(System.out);
        AttributeNetwork network = new AttributeTraining(recipe).train(avatars, progress);
        progress.done();
        network.save(file);
        network.scores().ifPresent(scores -> System.out.println(network + "\n  " + scores + "\n  " + file));
    }
}
