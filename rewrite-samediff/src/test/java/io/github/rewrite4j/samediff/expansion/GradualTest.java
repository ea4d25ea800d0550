package io.github.rewrite4j.samediff.expansion;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.latent.LatentSubspaces;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What an objective sees of samples that enter their domain only partly. */
class GradualTest {
    private static final Generator AVATARS = Avatars.load();
    private static final LatentNetwork NETWORK = LatentNetwork.of(AVATARS);
    private static final LatentSubspaces SUBSPACES =
            Quick.plan(NETWORK, new Witness()).subspaces();

    @BeforeAll
    static void useOneThread() {
        ComputeThreads.use(1);
    }

    @AfterAll
    static void close() {
        AVATARS.close();
    }

    /** Keeps what it is shown. */
    private static final class Witness implements AdaptationObjective {
        private final List<INDArray> latents = Collections.synchronizedList(new ArrayList<>());
        private final List<INDArray> images = Collections.synchronizedList(new ArrayList<>());
        private final List<INDArray> sources = Collections.synchronizedList(new ArrayList<>());

        @Override
        public String name() {
            return "witness";
        }

        @Override
        public synchronized Node loss(Tape tape, AdaptationBatch batch) {
            latents.add(batch.latents().toArray());
            images.add(batch.edit().toArray());
            sources.add(batch.source().toArray());
            return Losses.l1(batch.edit(), batch.source());
        }
    }

    private static Witness shown(double gradual) {
        Witness witness = new Witness();
        ExpansionPlan plan = Quick.plan(NETWORK, witness);
        try (ExpansionStep step = new ExpansionStep(NETWORK, plan, Quick.settings(8, 1e-3, gradual))) {
            ExpansionState state = new ExpansionState(NETWORK, 1, Quick.settings(8, 1e-3, gradual));
            for (state.step = 0; state.step < 8; state.step++) {
                step.run(state);
            }
        }
        return witness;
    }

    /** |I(t) - source - t (shown - source)| relative to |shown - source|; 0 where shown was made of the image at t. */
    private static double misfit(Witness witness, int i, double t) {
        double[] latent = witness.latents.get(i).toDoubleVector();
        double[] at = SUBSPACES.along(latent, 0, t);
        float[][] row = new float[1][at.length];
        for (int j = 0; j < at.length; j++) {
            row[0][j] = (float) at[j];
        }
        INDArray image = Quick.images(NETWORK, NETWORK.parameters(), row, null);
        INDArray way = witness.images.get(i).sub(witness.sources.get(i));
        return image.sub(witness.sources.get(i)).sub(way.mul(t)).norm2Number().doubleValue()
                / way.norm2Number().doubleValue();
    }

    /** Where the misfit is least, by golden sections: it has one valley, at the amount that was drawn. */
    private static double amount(Witness witness, int i) {
        double section = (Math.sqrt(5) - 1) / 2;
        double low = 0.25;
        double high = 1;
        double a = high - section * (high - low);
        double b = low + section * (high - low);
        double atA = misfit(witness, i, a);
        double atB = misfit(witness, i, b);
        while (high - low > 1e-4) {
            if (atA < atB) {
                high = b;
                b = a;
                atB = atA;
                a = high - section * (high - low);
                atA = misfit(witness, i, a);
            } else {
                low = a;
                a = b;
                atA = atB;
                b = low + section * (high - low);
                atB = misfit(witness, i, b);
            }
        }
        return (low + high) / 2;
    }

    @Test
    void withoutItEverySampleIsWhollyInItsDomain() {
        Witness witness = shown(0);
        assertThat(witness.images).hasSize(16);
        for (int i = 0; i < witness.images.size(); i++) {
            assertThat(misfit(witness, i, 1)).isLessThan(1e-4);
        }
    }

    @Test
    void someSamplesAreShownAsTheEndOfAStraightWay() {
        Witness witness = shown(0.5);
        int wholly = 0;
        int partly = 0;
        for (int i = 0; i < witness.images.size(); i++) {
            if (misfit(witness, i, 1) < 1e-4) {
                wholly++;
                continue;
            }
            double amount = amount(witness, i);
            assertThat(misfit(witness, i, amount)).as("at amount %s", amount).isLessThan(1e-3);
            assertThat(amount).isBetween(0.25, 1.0);
            partly++;
        }
        assertThat(wholly).isPositive();
        assertThat(partly).isPositive();
    }
}
