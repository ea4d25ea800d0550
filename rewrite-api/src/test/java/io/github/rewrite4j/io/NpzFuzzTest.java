package io.github.rewrite4j.io;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.rewrite4j.fuzz.Fuzzing;
import org.junit.jupiter.params.provider.MethodSource;

class NpzFuzzTest {
    @MethodSource("io.github.rewrite4j.io.WeightFiles#npz")
    @FuzzTest(maxDuration = Fuzzing.TIME)
    void isReadOrRefused(byte[] file) {
        WeightFiles.NPZ.read(file);
    }
}
