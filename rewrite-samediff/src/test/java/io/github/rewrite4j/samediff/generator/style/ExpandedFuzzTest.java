package io.github.rewrite4j.samediff.generator.style;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.rewrite4j.fuzz.Fuzzing;
import org.junit.jupiter.params.provider.MethodSource;

class ExpandedFuzzTest {
    @MethodSource("io.github.rewrite4j.samediff.generator.style.ExpandedFiles#expanded")
    @FuzzTest(maxDuration = Fuzzing.TIME)
    void isReadOrRefused(byte[] file) {
        ExpandedFiles.EXPANDED.read(file);
    }
}
