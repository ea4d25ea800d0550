package io.github.rewrite4j.samediff.tape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.rewrite4j.NotFiniteException;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Stage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules that all trainings share: checkpoints, progress, cancelling and numbers that are none. */
class TrainingLoopTest {
    @TempDir
    private Path folder;

    /** Halves a number at each step, and notes what it measured. */
    private static final class Halving implements TrainingLoop.Trained {
        private final Parameter number = new Parameter("number", new float[] {1024}, 1);
        private final List<String> heard = new ArrayList<>();
        private double worst = Double.NEGATIVE_INFINITY;
        private String noted = "nothing";

        @Override
        public Map<String, Parameter> arrays() {
            return Map.of("weights/number", number);
        }

        @Override
        public Map<String, String> notes() {
            return Map.of("noted", noted);
        }

        @Override
        public void resumeAt(long step) {
            heard.add("resumed at " + step);
        }

        @Override
        public void recall(TrainingFile.Stored stored) throws IOException {
            noted = stored.fact("noted");
        }

        @Override
        public double step(long step) {
            number.value()[0] /= 2;
            return number.value()[0] < worst ? Double.NaN : number.value()[0];
        }

        @Override
        public void measure(long done) {
            noted = "after " + done;
        }

        @Override
        public void rest(long done) {
            heard.add("rested after " + done);
        }

        @Override
        public boolean enough() {
            return number.value()[0] == 1;
        }
    }

    private TrainingLoop loop(int steps, String fact) {
        return new TrainingLoop(
                Stage.TRAINING,
                new Divergence("The training of a number", steps, "Halve less often"),
                2,
                Optional.of(new TrainingFile(folder, "number")),
                new TreeMap<>(Map.of("fact", fact)));
    }

    private static ProgressListener stoppingAt(int step) {
        return progress -> progress.step() < step;
    }

    @Test
    void what_was_cancelled_goes_on_from_its_last_checkpoint_and_ends_alike() {
        Halving first = new Halving();
        assertThatExceptionOfType(RewriteCancelledException.class)
                .isThrownBy(() -> loop(7, "a").run(first, stoppingAt(5)));
        assertThat(first.heard).containsExactly("rested after 2", "rested after 4");

        Halving second = new Halving();
        List<Integer> steps = new ArrayList<>();
        loop(7, "a").run(second, progress -> steps.add(progress.step()));
        assertThat(second.heard).containsExactly("resumed at 4", "rested after 6", "rested after 7");
        assertThat(steps).containsExactly(5, 6, 7);
        assertThat(second.number.value()).containsExactly(8);

        Halving third = new Halving();
        assertThat(loop(7, "a").resume(third)).isEqualTo(7);
        assertThat(third.noted).isEqualTo("after 7");
        assertThat(third.number.value()).containsExactly(8);
    }

    @Test
    void a_checkpoint_of_other_facts_is_refused() {
        loop(2, "a").run(new Halving(), ProgressListener.SILENT);
        assertThatExceptionOfType(RewriteException.class)
                .isThrownBy(() -> loop(2, "b").run(new Halving(), ProgressListener.SILENT))
                .withMessageContaining("fact (a there, b now)");
    }

    @Test
    void a_loss_that_is_no_number_ends_it_and_leaves_the_last_checkpoint() {
        Halving halving = new Halving();
        halving.worst = 200;
        assertThatExceptionOfType(NotFiniteException.class)
                .isThrownBy(() -> loop(6, "a").run(halving, ProgressListener.SILENT))
                .withMessageContaining("The training of a number diverged: the loss is NaN at step 3 of 6")
                .withMessageContaining("Halve less often. The last checkpoint is in " + folder);
        Halving before = new Halving();
        assertThat(loop(6, "a").resume(before)).isEqualTo(2);
        assertThat(before.number.value()).containsExactly(256);
    }

    @Test
    void what_has_learnt_enough_ends_early_and_says_that_it_is_done() {
        List<Double> shares = new ArrayList<>();
        Halving halving = new Halving();
        loop(30, "a").run(halving, progress -> shares.add(progress.share()));
        assertThat(halving.number.value()).containsExactly(1);
        assertThat(shares).hasSize(11).isSorted().endsWith(1.0);
    }

    @Test
    void the_curve_is_the_mean_of_the_first_and_of_the_last_tenth() {
        TrainingLoop steps = TrainingLoop.of(Stage.TRAINING, new Divergence("It", 20, "Do less"));
        TrainingLoop.Curve curve = steps.descend(step -> 20 - step, ProgressListener.SILENT);
        assertThat(curve).isEqualTo(new TrainingLoop.Curve(19.5, 1.5));
        assertThatIllegalStateException().isThrownBy(() -> loop(2, "a").descend(step -> 0, ProgressListener.SILENT));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TrainingLoop.of(Stage.TRAINING, new Divergence("It", 0, "Do less")))
                .withMessageContaining("from 1");
    }
}
