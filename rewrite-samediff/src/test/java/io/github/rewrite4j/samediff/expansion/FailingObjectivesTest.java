package io.github.rewrite4j.samediff.expansion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.latent.Domain;
import io.github.rewrite4j.latent.LatentBasis;
import io.github.rewrite4j.latent.LatentSpace;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import io.github.rewrite4j.samediff.tape.TrainingFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user's objective may do wrong ends with a sentence that names it and says what to do. */
class FailingObjectivesTest {
    private static Generator avatars = Avatars.load();
    private static LatentSpace space = Quick.space(LatentNetwork.of(avatars));
    private static LatentBasis basis = Quick.principal(LatentNetwork.of(avatars));

    @TempDir
    private Path folder;

    @BeforeAll
    static void useOneThread() {
        ComputeThreads.use(1);
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    private record Objective(BiFunction<Tape, AdaptationBatch, Node> function) implements AdaptationObjective {
        @Override
        public String name() {
            return "mine";
        }

        @Override
        public Node loss(Tape tape, AdaptationBatch batch) {
            return function.apply(tape, batch);
        }
    }

    private static ExpansionRun run(
            BiFunction<Tape, AdaptationBatch, Node> function, int steps, Optional<TrainingFile> checkpoints) {
        ExpansionPlan plan = new ExpansionPlan(
                space, basis, List.of(), List.of(new Domain("mine", 63, 4)), List.of(new Objective(function)));
        return new ExpansionRun(
                LatentNetwork.of(avatars), plan, Quick.settings(steps), checkpoints, RewriteListener.SILENT);
    }

    private static RewriteException failure(BiFunction<Tape, AdaptationBatch, Node> function) {
        try (ExpansionRun run = run(function, 2, Optional.empty())) {
            return assertThatExceptionOfType(RewriteException.class)
                    .isThrownBy(() -> run.train(false))
                    .withMessageContaining("'mine'")
                    .actual();
        }
    }

    @Test
    void nothing() {
        assertThat(failure((tape, batch) -> null))
                .hasMessageContaining("returned nothing as its loss: return a scalar");
    }

    @Test
    void aLossOfTheWrongShape() {
        assertThat(failure((tape, batch) -> Arithmetic.subtract(batch.edit(), batch.source())))
                .hasMessageContaining("returned node [1, 3, 64, 64] tracked")
                .hasMessageContaining("the mean over the samples");
    }

    @Test
    void aConstant() {
        assertThat(failure((tape, batch) -> Losses.l1(batch.base(), batch.source())))
                .hasMessageContaining("has no gradient")
                .hasMessageContaining("batch.edit()");
        assertThat(failure((tape, batch) -> tape.constant(new float[] {1}))).hasMessageContaining("has no gradient");
    }

    @Test
    void notANumber() {
        assertThat(failure((tape, batch) -> Arithmetic.scale(Losses.l1(batch.edit(), batch.source()), Float.NaN, 0)))
                .hasMessageContaining("is NaN at step 1 of 2")
                .hasMessageContaining("look at the objective for divisions by 0");
    }

    @Test
    void notANumberSaysWhereTheLastCheckpointIs() {
        AtomicInteger calls = new AtomicInteger();
        BiFunction<Tape, AdaptationBatch, Node> later = (tape, batch) -> Arithmetic.scale(
                Losses.l1(batch.edit(), batch.source()), calls.getAndIncrement() < 4 ? 1 : Float.POSITIVE_INFINITY, 0);
        TrainingFile file = new TrainingFile(folder, "expansion-checkpoint");
        try (ExpansionRun run = run(later, 2, Optional.of(file))) {
            run.train(false).close();
        }
        try (ExpansionRun run = run(later, 2, Optional.of(file))) {
            assertThatExceptionOfType(RewriteException.class)
                    .isThrownBy(() -> run.train(false))
                    .withMessageContaining("is Infinity at step 1 of 2")
                    .withMessageContaining("The last checkpoint is in " + folder);
        }
        assertThat(folder.resolve("checkpoint.safetensors")).exists();
    }

    @Test
    void anExceptionKeepsItsCause() {
        RewriteException thrown = failure((tape, batch) -> {
            throw new IndexOutOfBoundsException("no such picture");
        });
        assertThat(thrown)
                .hasMessageContaining("failed")
                .hasMessageContaining("no such picture")
                .hasMessageContaining("Look at its loss(tape, batch)")
                .hasCauseInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void aLossOfAnotherTape() {
        try (Tape other = new Tape()) {
            Node stray = other.variable(new float[] {1});
            assertThat(failure((tape, batch) -> stray)).hasMessageContaining("another tape");
        }
    }
}
