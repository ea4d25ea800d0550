package io.github.rewrite4j.samediff.memory;

import io.github.rewrite4j.fuzz.ReaderTrial;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.StreamedKeyCovariance;
import io.github.rewrite4j.stats.KeyCovariance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.nd4j.linalg.factory.Nd4j;

/** A valid file of statistics to start fuzzing from, and reading such files to their end. */
final class CovarianceFiles {
    private static final Map<String, String> KEY = Map.of("format", "rewrite4j", "layer", "layer5", "seed", "4");
    private static final int CHANNELS = 3;

    static final ReaderTrial COVARIANCES = ReaderTrial.of("covariance", file -> {
        Path written = Files.createTempFile("rewrite4j", ".safetensors");
        try {
            KeyCovariance covariance = CovarianceCache.read(Files.write(written, file), KEY, CHANNELS);
            if (covariance.count() != 12 || !(covariance.conditionNumber() >= 1)) {
                throw new AssertionError("numbers that were changed have passed their checksum");
            }
        } finally {
            Files.delete(written);
        }
    });

    private CovarianceFiles() {}

    static Stream<byte[]> covariances() throws IOException {
        Matrix matrix = Matrix.of(Nd4j.createFromArray(new double[][] {{2, 1, 0}, {1, 3, 0.5}, {0, 0.5, 1}}));
        Path file = Files.createTempFile("rewrite4j", ".safetensors");
        CovarianceCache.write(file, KEY, StreamedKeyCovariance.of(matrix, 12));
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        return Stream.of(bytes);
    }
}
