package io.github.rewrite4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.fuzz.Fuzzing;
import io.github.rewrite4j.fuzz.Mutations;
import io.github.rewrite4j.fuzz.ReaderTrial;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PictureMutationTest {
    private static void mutate(Stream<byte[]> seeds, ReaderTrial trial, int oneInSoManyIsRead) {
        int count = Fuzzing.mutations();
        Mutations.Outcome outcome = Mutations.of(seeds.toList(), 2026).run(count, trial);
        // Both ways must have been taken, or the mutations are too tame or too wild to say anything.
        assertThat(outcome.read()).isGreaterThan(count / oneInSoManyIsRead);
        assertThat(outcome.refused()).isGreaterThan(count / 20);
    }

    @Test
    void mutants_of_jpeg_files_are_read_or_refused() {
        mutate(PictureTrials.jpegs(), PictureTrials.PICTURE, 20);
    }

    @Test
    void mutants_of_png_files_are_read_or_refused() {
        Mutations.of(PictureTrials.pngs().toList(), 2026).run(Fuzzing.mutations(), PictureTrials.PICTURE);
    }

    @Test
    void mutants_of_png_files_behind_their_checksums_are_read_or_refused() {
        mutate(PictureTrials.pngs(), PictureTrials.REPAIRED_PNG, 50);
    }

    @Test
    void mutants_of_headers_and_rows_of_png_files_are_read_or_refused() {
        mutate(PictureTrials.rows(), PictureTrials.ROWS, 20);
    }
}
