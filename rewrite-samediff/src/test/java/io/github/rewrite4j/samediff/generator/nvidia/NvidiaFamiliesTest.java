package io.github.rewrite4j.samediff.generator.nvidia;

import io.github.rewrite4j.family.GeneratorFamily;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.io.torch.TorchCheckpoint;
import io.github.rewrite4j.testkit.GeneratorFamilyContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;
import org.nd4j.linalg.api.ndarray.INDArray;

/** NVIDIA's pickles keep the contract of families. */
class NvidiaFamiliesTest {
    /** The weights of a pickle alone, without those that begin so. */
    private static Path weights(String pickle, Path to, String without) throws IOException {
        Map<String, INDArray> kept = new TreeMap<>();
        try (TorchCheckpoint file = TorchCheckpoint.open(NvidiaGolden.path(pickle))) {
            TensorSource state = file.state("G_ema");
            for (String name : state.names()) {
                if (!name.startsWith(without)) {
                    kept.put("G_ema." + name, state.load(name));
                }
            }
        }
        SafeTensors.write(to, kept, Map.of());
        return to;
    }

    @Nested
    class StyleGan2 extends GeneratorFamilyContract {
        @Override
        protected GeneratorFamily family() {
            return new NvidiaStyleGan2Family();
        }

        @Override
        protected Path write(Path into) throws IOException {
            return Files.copy(NvidiaGolden.path("nv_sg2_sg3repo.pkl"), into.resolve("network.pkl"));
        }

        @Override
        protected Path writeNearMiss(Path into) throws IOException {
            return weights("nv_sg2_sg3repo.pkl", into.resolve("near.safetensors"), "synthesis.b4.torgb");
        }
    }

    @Nested
    class StyleGan3 extends GeneratorFamilyContract {
        @Override
        protected GeneratorFamily family() {
            return new NvidiaStyleGan3Family();
        }

        @Override
        protected Path write(Path into) throws IOException {
            return Files.copy(NvidiaGolden.path("nv_sg3t.pkl"), into.resolve("network.pkl"));
        }

        @Override
        protected Path writeNearMiss(Path into) throws IOException {
            return weights("nv_sg3t.pkl", into.resolve("near.safetensors"), "nothing");
        }
    }
}
