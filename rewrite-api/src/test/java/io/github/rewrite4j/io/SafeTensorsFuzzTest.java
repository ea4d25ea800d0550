package io.github.rewrite4j.io;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.rewrite4j.fuzz.Fuzzing;
import org.junit.jupiter.params.provider.MethodSource;

class SafeTensorsFuzzTest {
    @MethodSource("io.github.rewrite4j.io.WeightFiles#safetensors")
    @FuzzTest(maxDuration = Fuzzing.TIME)
    void isReadOrRefused(byte[] file) {
        WeightFiles.SAFETENSORS.read(file);
    }
}
