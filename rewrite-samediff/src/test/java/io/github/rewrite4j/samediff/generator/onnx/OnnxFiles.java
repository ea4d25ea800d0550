package io.github.rewrite4j.samediff.generator.onnx;

import io.github.rewrite4j.fuzz.ReaderTrial;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import onnx.Onnx.ValueInfoProto;

/** Valid networks to start fuzzing from, and reading such files until the graph stands. */
final class OnnxFiles {
    static final ReaderTrial NETWORK = ReaderTrial.of("onnx", bytes -> {
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

    private OnnxFiles() {}

    /** Networks of PyTorch's exporter, and one of many operators. */
    static Stream<byte[]> networks() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        for (String name : List.of("espcn13-free", "decoder13", "srresnet17-free")) {
            try (InputStream in =
                    Objects.requireNonNull(OnnxFiles.class.getResourceAsStream("/onnx/" + name + ".onnx"))) {
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
        return seeds.stream();
    }
}
