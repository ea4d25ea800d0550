package io.github.rewrite4j.samediff.projector;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.fuzz.Fuzzing;
import io.github.rewrite4j.fuzz.Mutations;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ProjectorMutationTest {
    @Test
    void mutants_are_read_or_refused_and_nothing_else() throws IOException {
        int count = Fuzzing.mutations();
        Mutations.Outcome outcome =
                Mutations.of(ProjectorFiles.projectors().toList(), 2026).run(count, ProjectorFiles.PROJECTORS);
        assertThat(outcome.refused()).isGreaterThan(count / 2);
    }
}
