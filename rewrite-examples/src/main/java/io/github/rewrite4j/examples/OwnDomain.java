package io.github.rewrite4j.examples;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.expansion.AdaptationBatch;
import io.github.rewrite4j.samediff.expansion.AdaptationObjective;
import io.github.rewrite4j.samediff.expansion.DomainSheets;
import io.github.rewrite4j.samediff.tape.Channels;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A domain of one's own: an objective, a training of half a minute, a picture. Writes {@code golden-hour.png} and
 * {@code golden-hour.safetensors} into {@code target/rewrite} or the directory given as first argument; a second argument
 * is the number of steps.
 */
public final class OwnDomain {
    static final int STEPS = 150;

    private OwnDomain() {}

    /** Warm light: less of every colour, least of blue, and red on top. The loss is the mean distance from that. */
    static final class GoldenHour implements AdaptationObjective {
        private static final float[] FACTOR = {0.9f, 0.8f, 0.5f};
        private static final float[] OFFSET = {0.2f, 0, -0.3f};

        @Override
        public String name() {
            return "golden hour";
        }

        @Override
        public Node loss(Tape tape, AdaptationBatch batch) {
            Node wanted = Channels.affine(batch.source(), FACTOR, OFFSET);
            return Losses.l1(batch.edit(), wanted);
        }
    }

    /** Trains and draws. */
    public static void main(String[] args) throws IOException {
        Path out = Path.of(args.length > 0 ? args[0] : "target/rewrite");
        int steps = args.length > 1 ? Integer.parseInt(args[1]) : STEPS;
        ComputeThreads.use(ComputeThreads.configured());
        ProgressDisplay progress = ProgressDisplay.on(System.out);
        try (Generator avatars = BundledGenerator.load();
                ExpandedGenerator expanded = ExpandAvatars.training(List.of(new GoldenHour()))
                        .iterations(steps)
                        .train(avatars, progress)) {
            progress.done();
            expanded.save(out.resolve("golden-hour.safetensors"));
            DomainSheets.of(expanded)
                    .beside(avatars)
                    .aligned(expanded.sample(6, 2), List.of())
                    .write(out.resolve("golden-hour.png"));
        }
    }
}
