package io.github.rewrite4j.examples;

import io.github.rewrite4j.avatars.AvatarParts;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.perception.PartArchitecture;
import io.github.rewrite4j.samediff.perception.PartNetwork;
import io.github.rewrite4j.samediff.perception.PartRecipe;
import io.github.rewrite4j.samediff.perception.PartTraining;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Trains the part network that comes with the examples on 400 of the {@link AvatarParts} and measures it on the other 100.
 * Writes it into {@code target/rewrite} or the directory given as first argument. A few minutes on one core.
 */
public final class TrainPartNetwork {
    private TrainPartNetwork() {}

    /** How the bundled network is made. */
    public static PartRecipe recipe() {
        return PartRecipe.of("part network", new PartArchitecture(64, List.of(16, 24, 32, 48)), 7);
    }

    /** Trains and writes it. */
    public static void main(String[] args) throws IOException {
        Path file = Path.of(args.length > 0 ? args[0] : "target/rewrite").resolve(BundledNetworks.PARTS);
        ComputeThreads.use(ComputeThreads.configured());
        ProgressDisplay progress = ProgressDisplay.on(System.out);
        PartNetwork network = new PartTraining(recipe()).train(AvatarParts.load(), progress);
        progress.done();
        network.save(file);
        System.out.println(network);
        network.scores().ifPresent(scores -> System.out.println("  " + scores + "\n  " + file));
    }
}
