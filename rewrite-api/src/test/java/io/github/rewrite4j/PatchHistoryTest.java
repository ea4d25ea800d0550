package io.github.rewrite4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.io.FileFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;

class PatchHistoryTest {
    private static final Patch LOW = new Patch(
            "base",
            List.of(new WeightDelta.LowRank(
                    "w", Nd4j.ones(2, 1, 1, 1).muli(3), Nd4j.createFromArray(new float[][] {{1, 2, 3}}))),
            Map.of("layer", "l", "samples", "1: 4"));
    private static final Patch DENSE =
            new Patch("base", List.of(new WeightDelta.Dense("a/b", Nd4j.ones(1, 2, 1, 1))), Map.of());

    @TempDir
    private Path folder;

    private static List<String> names(PatchHistory history) {
        return history.entries().stream()
                .map(entry -> entry.name() + " " + entry.strength())
                .toList();
    }

    @Test
    void patchesAreAddedWeakenedMovedAndTakenOff() {
        PatchHistory history =
                PatchHistory.empty().add("one", LOW, 1).add("two", DENSE, 1).add("three", LOW, 0.5);
        assertThat(names(history)).containsExactly("one 1.0", "two 1.0", "three 0.5");
        assertThat(names(history.strength(1, -2))).containsExactly("one 1.0", "two -2.0", "three 0.5");
        assertThat(names(history.move(0, 2))).containsExactly("two 1.0", "three 0.5", "one 1.0");
        assertThat(names(history.move(2, 0))).containsExactly("three 0.5", "one 1.0", "two 1.0");
        assertThat(names(history.remove(1))).containsExactly("one 1.0", "three 0.5");
        assertThat(history.strength(0, 0).applied())
                .containsExactly(new AppliedPatch(DENSE, 1), new AppliedPatch(LOW, 0.5));
        assertThatThrownBy(() -> history.move(0, 3)).hasMessageContaining("no patch at place 3");
        assertThatThrownBy(() -> history.strength(0, Double.NaN)).hasMessageContaining("finite");
        assertThatThrownBy(() -> history.add("x", new Patch("other", DENSE.deltas(), Map.of()), 1))
                .isInstanceOf(FingerprintMismatchException.class);
    }

    @Test
    void equalPatchesAreMovedByTheirPlaceAndNotByTheirContent() {
        PatchHistory history =
                PatchHistory.empty().add("x", LOW, 1).add("y", DENSE, 1).add("x", LOW, 1);
        assertThat(names(history.move(2, 0))).containsExactly("x 1.0", "x 1.0", "y 1.0");
    }

    @Test
    void everyStepIsUndoneAndDoneAgainUntilAnotherIsTaken() {
        Random random = new Random(5);
        for (int draw = 0; draw < 100; draw++) {
            List<PatchHistory> steps = new ArrayList<>(List.of(PatchHistory.empty()));
            for (int i = 0; i < 12; i++) {
                steps.add(step(steps.get(i), random));
            }
            PatchHistory history = steps.get(12);
            for (int i = 11; i >= 0; i--) {
                history = history.undo();
                assertThat(history.entries()).isEqualTo(steps.get(i).entries());
            }
            for (int i = 1; i <= 12; i++) {
                history = history.redo();
                assertThat(history.entries()).isEqualTo(steps.get(i).entries());
            }
            PatchHistory other = steps.get(12).undo().undo().add("new", LOW, 1);
            assertThat(other.redoable()).isZero();
            assertThat(other.undoable()).isEqualTo(11);
            assertThatThrownBy(other::redo).isInstanceOf(IllegalStateException.class);
        }
        assertThatThrownBy(() -> PatchHistory.empty().undo()).hasMessageContaining("nothing to undo");
    }

    private static PatchHistory step(PatchHistory history, Random random) {
        int size = history.entries().size();
        int kind = size == 0 ? 0 : random.nextInt(4);
        return switch (kind) {
            case 0 -> history.add("p" + random.nextInt(9), random.nextBoolean() ? LOW : DENSE, random.nextInt(3));
            case 1 -> history.strength(random.nextInt(size), random.nextInt(5) / 2.0);
            case 2 -> history.move(random.nextInt(size), random.nextInt(size));
            default -> history.remove(random.nextInt(size));
        };
    }

    @Test
    void oneFileHoldsAllStepsAndDamageIsNoticed() throws IOException {
        PatchHistory history = PatchHistory.empty()
                .add("one", LOW, 1)
                .add("two", DENSE, -0.25)
                .strength(0, 2)
                .undo();
        Path file = folder.resolve("history.safetensors");
        history.save(file);
        PatchHistory loaded = PatchHistory.load(file);
        assertThat(loaded).isEqualTo(history);
        assertThat(loaded.redo()).isEqualTo(history.redo());
        assertThat(loaded.entries().get(0).patch().notes()).isEqualTo(LOW.notes());
        PatchHistory.empty().save(file);
        assertThat(PatchHistory.load(file)).isEqualTo(PatchHistory.empty());

        history.save(file);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 4));
        assertThatThrownBy(() -> PatchHistory.load(file)).isInstanceOf(FileFormatException.class);
        LOW.save(file);
        assertThatThrownBy(() -> PatchHistory.load(file)).hasMessageContaining("no history");
    }
}
