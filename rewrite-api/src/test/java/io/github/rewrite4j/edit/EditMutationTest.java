package io.github.rewrite4j.edit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.fuzz.Fuzzing;
import io.github.rewrite4j.fuzz.Mutations;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class EditMutationTest {
    @Test
    void mutants_of_plans_are_read_or_refused() throws IOException {
        int count = Fuzzing.mutations();
        Mutations.Outcome outcome =
                Mutations.of(EditFiles.plans().toList(), 2026).run(count, EditFiles.PLANS);
        assertThat(outcome.read()).isGreaterThan(count / 100);
        assertThat(outcome.refused()).isGreaterThan(count / 2);
    }

    @Test
    void mutants_of_original_files_are_read_or_refused() throws IOException {
        Mutations.of(EditFiles.originals().toList(), 2026).run(Fuzzing.mutations(), EditFiles.ORIGINALS);
    }

    @Test
    void mutants_of_regions_are_drawn_or_refused() {
        int count = Fuzzing.mutations();
        Mutations.Outcome outcome =
                Mutations.of(EditFiles.regions().toList(), 15).run(count, EditFiles.REGIONS);
        assertThat(outcome.read()).isGreaterThan(count / 100);
    }
}
