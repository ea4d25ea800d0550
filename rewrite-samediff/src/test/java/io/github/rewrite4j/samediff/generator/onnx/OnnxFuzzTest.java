package io.github.rewrite4j.samediff.generator.onnx;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.rewrite4j.fuzz.Fuzzing;
import org.junit.jupiter.params.provider.MethodSource;

class OnnxFuzzTest {
    @MethodSource("io.github.rewrite4j.samediff.generator.onnx.OnnxFiles#networks")
    @FuzzTest(maxDuration = Fuzzing.TIME)
    void isReadOrRefused(byte[] file) {
        OnnxFiles.NETWORK.read(file);
    }
}
