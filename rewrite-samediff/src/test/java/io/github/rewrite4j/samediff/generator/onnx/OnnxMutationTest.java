package io.github.rewrite4j.samediff.generator.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.fuzz.Fuzzing;
import io.github.rewrite4j.fuzz.Mutations;
import io.github.rewrite4j.fuzz.ReaderTrial;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import onnx.Onnx.ValueInfoProto;
import org.junit.jupiter.api.Test;

/** Files of PyTorch's exporter, damaged and forged: read to the graph, or refused in a sentence, within the readers' budgets. */
class OnnxMutationTest {
    private static final ReaderTrial NETWORK = ReaderTrial.of("onnx", bytes -> {
        OnnxFile file = OnnxFile.parse(bytes, "fuzz.onnx", null);
        file.initialisers().forEach(file::initialiser);
        new OnnxEstimate(file, Optional.empty()).estimate(Optional.empty());
        Map<String, long[]> sizes = new LinkedHashMap<>();
        Map<String, Kind> kinds = new LinkedHashMap<>();
        for (ValueInfoProto input : file.inputs()) {
            long[] declared = OnnxFile.declared(input);
            if (declared.length > 0) {
                long[] tail = OnnxGraph.tail(declared);
                for (int i = 0; i < tail.length; i++) {
                    tail[i] = tail[i] == 0 ? 12 : tail[i];
                }
                sizes.put(input.getName(), tail);
                kinds.put(input.getName(), Kind.REAL);
            }
        }
        new OnnxGraph(file, sizes, kinds, Map.of(), 0, file.outputs().get(0).getName());
    });

    private static List<byte[]> seeds() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        for (String name : List.of("espcn13-free", "decoder13", "srresnet17-free")) {
            try (InputStream in =
                    Objects.requireNonNull(OnnxMutationTest.class.getResourceAsStream("/onnx/" + name + ".onnx"))) {
                seeds.add(in.readAllBytes());
            }
        }
        seeds.add(Net.opset(13)
                .input("x", 3, 8, 8)
                .wholes("pads", 0, 0, 1, 1, 0, 0, 1, 1)
                .then("Pad", List.of("pads"), a -> a.text("mode", "reflect"))
                .weight("w", 4, 3, 3, 3)
                .then("Conv", "w")
                .wholes("to", 0, -1)
                .then("Reshape", "to")
                .wholes("back", -1, 4, 8, 8)
                .then("Reshape", "back")
                .wholes("times", 1, 1, 2, 1)
                .then("Tile", "times")
                .then("Tanh")
                .file());
        return seeds;
    }

    @Test
    void mutantsAreReadOrRefusedAndNothingElse() throws IOException {
        int count = Fuzzing.mutations();
        Mutations.Outcome outcome = Mutations.of(seeds(), 2026).run(count, NETWORK);
        // Most bytes are those of weights.
        assertThat(outcome.refused()).isGreaterThan(count / 20);
        assertThat(outcome.read()).isGreaterThan(count / 20);
    }
}
