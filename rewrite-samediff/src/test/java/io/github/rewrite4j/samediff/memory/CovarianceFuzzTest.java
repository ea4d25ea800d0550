package io.github.rewrite4j.samediff.memory;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.rewrite4j.fuzz.Fuzzing;
import org.junit.jupiter.params.provider.MethodSource;

class CovarianceFuzzTest {
    @MethodSource("io.github.rewrite4j.samediff.memory.CovarianceFiles#covariances")
    @FuzzTest(maxDuration = Fuzzing.TIME)
    void isReadOrRefused(byte[] file) {
        CovarianceFiles.COVARIANCES.read(file);
    }
}
