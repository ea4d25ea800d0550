package io.github.rewrite4j.samediff.expansion;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.tape.Channels;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.List;
import org.junit.jupiter.api.Test;

class UserObjectiveTest {
    /** Warm light: more red, less blue, as a program of a dozen lines says it. */
    private static final AdaptationObjective GOLDEN_HOUR = new AdaptationObjective() {
        private final float[] factor = {0.9f, 0.8f, 0.5f};
        private final float[] offset = {0.2f, 0, -0.3f};

        @Override
        public String name() {
            return "golden hour";
        }

        @Override
        public Node loss(Tape tape, AdaptationBatch batch) {
            return Losses.l1(batch.edit(), Channels.affine(batch.source(), factor, offset));
        }
    };

    @Test
    void aDomainIsADozenLinesOfTheUser() {
        ComputeThreads.use(1);
        try (Generator avatars = Avatars.load();
                ExpandedGenerator expanded = Quick.expansion(GOLDEN_HOUR)
                        .iterations(24)
                        .reportEvery(6)
                        .learningRates(0.003, 0.05)
                        .train(avatars)) {
            assertThat(expanded.domain("golden hour").name()).isEqualTo(GOLDEN_HOUR.name());
            List<ExpansionPoint> curve =
                    ExpansionPoint.parse(String.valueOf(expanded.notes().get("curve")));
            assertThat(curve.get(3).domains().get(0))
                    .isLessThan(0.7 * curve.get(0).domains().get(0));
        }
    }
}
