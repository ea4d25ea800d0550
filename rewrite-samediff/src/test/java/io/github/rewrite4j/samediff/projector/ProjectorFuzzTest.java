package io.github.rewrite4j.samediff.projector;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.rewrite4j.fuzz.Fuzzing;
import org.junit.jupiter.params.provider.MethodSource;

class ProjectorFuzzTest {
    @MethodSource("io.github.rewrite4j.samediff.projector.ProjectorFiles#projectors")
    @FuzzTest(maxDuration = Fuzzing.TIME)
    void isReadOrRefused(byte[] file) {
        ProjectorFiles.PROJECTORS.read(file);
    }
}
