package io.github.rewrite4j;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.rewrite4j.fuzz.Fuzzing;
import org.junit.jupiter.params.provider.MethodSource;

class PatchFuzzTest {
    @MethodSource("io.github.rewrite4j.PatchFiles#patches")
    @FuzzTest(maxDuration = Fuzzing.TIME)
    void isReadOrRefused(byte[] file) {
        PatchFiles.PATCHES.read(file);
    }
}
