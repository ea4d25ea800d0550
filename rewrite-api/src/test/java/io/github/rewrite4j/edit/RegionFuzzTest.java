package io.github.rewrite4j.edit;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.rewrite4j.fuzz.Fuzzing;
import org.junit.jupiter.params.provider.MethodSource;

class RegionFuzzTest {
    @MethodSource("io.github.rewrite4j.edit.EditFiles#regions")
    @FuzzTest(maxDuration = Fuzzing.TIME)
    void isReadOrRefused(byte[] file) {
        EditFiles.REGIONS.read(file);
    }
}
