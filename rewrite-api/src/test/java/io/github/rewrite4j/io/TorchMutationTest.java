package io.github.rewrite4j.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.fuzz.Fuzzing;
import io.github.rewrite4j.fuzz.Mutations;
import org.junit.jupiter.api.Test;

class TorchMutationTest {
    @Test
    void mutants_of_both_layouts_are_read_or_refused() {
        Mutations.of(WeightFiles.torch().toList(), 2026).run(Fuzzing.mutations(), WeightFiles.TORCH);
    }

    @Test
    void mutants_of_pickles_are_read_or_refused() {
        int count = Fuzzing.mutations();
        Mutations.Outcome outcome =
                Mutations.of(WeightFiles.pickles().toList(), 15).run(count, WeightFiles.PICKLE);
        assertThat(outcome.read()).isGreaterThan(count / 50);
        assertThat(outcome.refused()).isGreaterThan(count / 4);
    }
}
