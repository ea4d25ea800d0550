package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.fuzz.ReaderTrial;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.latent.Domain;
import io.github.rewrite4j.latent.LatentBasis;
import io.github.rewrite4j.latent.LatentSpace;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.Dense;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.StyledLayer;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.ToRgb;
import io.github.rewrite4j.samediff.latent.LatentExpansion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A valid file of a small expanded generator to start fuzzing from, and reading such files to their end. */
final class ExpandedFiles {
    static final ReaderTrial EXPANDED = ReaderTrial.of("expanded generator", file -> {
        try (SafeTensors tensors = SafeTensors.read(new ByteArrayInputStream(file), "fuzz.safetensors")) {
            if (ExpandedFile.read(tensors).network().layers().isEmpty()) {
                throw new AssertionError("a network has layers");
            }
        }
    });

    private ExpandedFiles() {}

    static Stream<byte[]> expanded() throws IOException {
        StyledLayer layer = new StyledLayer(
                "layer0",
                "layer0.conv.weight",
                2,
                2,
                4,
                4,
                1,
                dense("layer0.style", 2, 2),
                Nd4j.ones(2),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.of(new ToRgb(
                        "rgb", Nd4j.ones(1, 1, 2, 3), Nd4j.ones(1, 3, 1, 1), Optional.empty(), Optional.empty())));
        StyledNetwork network = new StyledNetwork(
                "small", Nd4j.zeros(1, 2), Nd4j.ones(1, 2, 4, 4), List.of(dense("mapping.0", 2, 2)), List.of(layer));
        Map<String, INDArray> editable = Map.of(layer.weight(), Nd4j.ones(2, 2, 3, 3));
        LatentExpansion expansion = new LatentExpansion(
                new LatentSpace("w", new double[2], 1.5, "gaussian", 100),
                new LatentBasis("svd", "source", new double[] {2, 1}, new double[][] {{1, 0}, {0, 1}}),
                List.of(new Domain("night", 1, 3)),
                Map.of("recipe", "none"));
        Path file = Files.createTempFile("rewrite4j", ".safetensors");
        ExpandedFile.save(new ExpandedFile.Contents(network, editable, expansion), file);
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        return Stream.of(bytes);
    }

    private static Dense dense(String name, int in, int out) {
        return new Dense(name, Nd4j.ones(in, out), Nd4j.ones(1, out));
    }
}
