package io.github.rewrite4j;

import io.github.rewrite4j.fuzz.ReaderTrial;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.nd4j.linalg.factory.Nd4j;

/** Valid patches to start fuzzing from, and reading such files to their end. */
final class PatchFiles {
    static final ReaderTrial PATCHES = ReaderTrial.of("patch", file -> {
        Path written = Files.createTempFile("rewrite4j", ".safetensors");
        try {
            Patch patch = Patch.load(Files.write(written, file));
            if (patch.id().isEmpty()
                    || patch.toString().isEmpty()
                    || patch.deltas().isEmpty()) {
                throw new AssertionError("a patch has an id, a text and changes");
            }
            patch.learntOn();
            patch.deltas().forEach(WeightDelta::shape);
        } finally {
            Files.delete(written);
        }
    });

    private PatchFiles() {}

    static Stream<byte[]> patches() throws IOException {
        WeightDelta lowRank = new WeightDelta.LowRank("a.weight", Nd4j.ones(4, 2, 3, 3), Nd4j.ones(2, 3));
        WeightDelta dense = new WeightDelta.Dense("b.weight", Nd4j.ones(2, 3, 1, 1));
        Patch patch =
                new Patch("0123456789abcdef".repeat(4), List.of(lowRank, dense), Map.of("layer", "a", "rank", "2"));
        Path file = Files.createTempFile("rewrite4j", ".safetensors");
        patch.save(file);
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        return Stream.of(bytes);
    }
}
