package io.github.rewrite4j.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.fuzz.Fuzzing;
import io.github.rewrite4j.fuzz.Mutations;
import io.github.rewrite4j.fuzz.ReaderTrial;
import io.github.rewrite4j.io.internal.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SafeTensorsMutationTest {
    private static final int PREFIX = 8;

    @Test
    void mutants_are_read_or_refused_and_nothing_else() throws IOException {
        int count = Fuzzing.mutations();
        Mutations.Outcome outcome =
                Mutations.of(WeightFiles.safetensors().toList(), 2026).run(count, WeightFiles.SAFETENSORS);
        // Both ways must have been taken, or the mutations are too tame or too wild to say anything.
        assertThat(outcome.read()).isGreaterThan(count / 100);
        assertThat(outcome.refused()).isGreaterThan(count / 2);
    }

    @Test
    void headers_whose_length_was_corrected_are_read_or_refused() throws IOException {
        byte[] file = WeightFiles.safetensors().findFirst().orElseThrow();
        int end = PREFIX
                + Math.toIntExact(
                        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(0));
        byte[] values = Arrays.copyOfRange(file, end, file.length);
        ReaderTrial forger = ReaderTrial.of("safetensors header", header -> {
            byte[] whole = HandMade.file(header.length, header);
            byte[] forged = Arrays.copyOf(whole, whole.length + values.length);
            System.arraycopy(values, 0, forged, whole.length, values.length);
            WeightFiles.readAll(SafeTensors.open("a.safetensors", ByteSource.ofBytes(forged)));
        });
        Mutations.of(List.of(Arrays.copyOfRange(file, PREFIX, end)), 15).run(Fuzzing.mutations(), forger);
    }
}
