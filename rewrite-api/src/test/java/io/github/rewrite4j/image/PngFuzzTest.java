package io.github.rewrite4j.image;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.rewrite4j.fuzz.Fuzzing;
import org.junit.jupiter.params.provider.MethodSource;

class PngFuzzTest {
    @MethodSource("io.github.rewrite4j.image.PictureTrials#pngs")
    @FuzzTest(maxDuration = Fuzzing.TIME)
    void isReadOrRefused(byte[] file) {
        PictureTrials.REPAIRED_PNG.read(file);
    }
}
