package io.github.rewrite4j.edit;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.rewrite4j.fuzz.Fuzzing;
import org.junit.jupiter.params.provider.MethodSource;

class OriginalEditFileFuzzTest {
    @MethodSource("io.github.rewrite4j.edit.EditFiles#originals")
    @FuzzTest(maxDuration = Fuzzing.TIME)
    void isReadOrRefused(byte[] file) {
        EditFiles.ORIGINALS.read(file);
    }
}
