package io.github.rewrite4j.samediff.generator.style;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.fuzz.Fuzzing;
import io.github.rewrite4j.fuzz.Mutations;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ExpandedMutationTest {
    @Test
    void mutants_are_read_or_refused_and_nothing_else() throws IOException {
        int count = Fuzzing.mutations();
        Mutations.Outcome outcome =
                Mutations.of(ExpandedFiles.expanded().toList(), 2026).run(count, ExpandedFiles.EXPANDED);
        assertThat(outcome.refused()).isGreaterThan(count / 2);
    }
}
