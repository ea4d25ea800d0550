package io.github.rewrite4j.io;

import io.github.rewrite4j.fuzz.Fuzzing;
import io.github.rewrite4j.fuzz.Mutations;
import org.junit.jupiter.api.Test;

class NpzMutationTest {
    @Test
    void mutants_are_read_or_refused_and_nothing_else() {
        Mutations.of(WeightFiles.npz().toList(), 2026).run(Fuzzing.mutations(), WeightFiles.NPZ);
    }
}
