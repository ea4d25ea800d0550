package io.github.rewrite4j.samediff.expansion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.nio.file.Path;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user's objective may do wrong ends with a sentence that names it and says what to do. */
class FailingObjectivesTest {
    private static Generator avatars = Avatars.load();

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

    private static RewriteException failure(BiFunction<Tape, AdaptationBatch, Node> function) {
        return assertThatExceptionOfType(RewriteException.class)
                .isThrownBy(() ->
                        Quick.expansion(new Objective(function)).iterations(2).train(avatars))
                .withMessageContaining("'mine'")
                .actual();
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
        int[] calls = {0};
        BiFunction<Tape, AdaptationBatch, Node> later = (tape, batch) -> Arithmetic.scale(
                Losses.l1(batch.edit(), batch.source()), calls[0]++ < 4 ? 1 : Float.POSITIVE_INFINITY, 0);
        assertThatExceptionOfType(RewriteException.class)
                .isThrownBy(() -> Quick.expansion(new Objective(later))
                        .threads(1)
                        .reportEvery(1)
                        .checkpoints(folder)
                        .train(avatars))
                .withMessageContaining("at step 3 of 8")
                .withMessageContaining("The last checkpoint is in " + folder);
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
