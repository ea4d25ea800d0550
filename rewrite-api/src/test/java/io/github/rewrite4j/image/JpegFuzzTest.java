package io.github.rewrite4j.image;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.rewrite4j.fuzz.Fuzzing;
import org.junit.jupiter.params.provider.MethodSource;

class JpegFuzzTest {
    @MethodSource("io.github.rewrite4j.image.PictureTrials#jpegs")
    @FuzzTest(maxDuration = Fuzzing.TIME)
    void isReadOrRefused(byte[] file) {
        PictureTrials.PICTURE.read(file);
    }
}
