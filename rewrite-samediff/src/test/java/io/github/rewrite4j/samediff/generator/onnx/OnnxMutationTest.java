package io.github.rewrite4j.samediff.generator.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.fuzz.Fuzzing;
import io.github.rewrite4j.fuzz.Mutations;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Files of PyTorch's exporter, damaged and forged: read to the graph, or refused in a sentence, within the readers' budgets. */
class OnnxMutationTest {
    @Test
    void mutantsAreReadOrRefusedAndNothingElse() throws IOException {
        int count = Fuzzing.mutations();
        Mutations.Outcome outcome =
                Mutations.of(OnnxFiles.networks().toList(), 2026).run(count, OnnxFiles.NETWORK);
        // Most bytes are those of weights.
        assertThat(outcome.refused()).isGreaterThan(count / 20);
        assertThat(outcome.read()).isGreaterThan(count / 20);
    }
}
