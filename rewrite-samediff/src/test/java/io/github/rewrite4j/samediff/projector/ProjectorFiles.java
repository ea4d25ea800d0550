package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.ProjectorSpec;
import io.github.rewrite4j.fuzz.ReaderTrial;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A valid file of a projector to start fuzzing from, and reading such files to their end. */
final class ProjectorFiles {
    static final ReaderTrial PROJECTORS = ReaderTrial.of("projector", file -> {
        TrainedProjector projector = TrainedProjector.load(new ByteArrayInputStream(file), "fuzz.safetensors");
        if (projector.spec().layer().isEmpty()) {
            throw new AssertionError("a projector has a layer");
        }
    });

    private ProjectorFiles() {}

    static Stream<byte[]> projectors() throws IOException {
        FeatureShape value = new FeatureShape(3, 4, 4);
        ProjectorArchitecture architecture = new ProjectorArchitecture("small", 2, 1);
        ProjectorNetwork network = new ProjectorNetwork(
                architecture, 3, 8, value, new Standardisation(new float[3], new float[] {1, 2, 3}, false), 1);
        TreeMap<String, String> recipe =
                new TreeMap<>(Map.of("architecture", "small", "stemChannels", "2", "residualBlocks", "1", "seed", "7"));
        ProjectorSpec spec = new ProjectorSpec("a".repeat(64), "b".repeat(64), "layer5", value, 8, 8, recipe);
        Path file = Files.createTempFile("rewrite4j", ".safetensors");
        new TrainedProjector(spec, network).save(file);
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        return Stream.of(bytes);
    }
}
