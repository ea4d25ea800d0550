package io.github.rewrite4j.samediff.generator.progan;

import io.github.rewrite4j.family.GeneratorFamily;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.generator.nvidia.NvidiaGolden;
import io.github.rewrite4j.testkit.GeneratorFamilyContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

class ProGanFamilyTest extends GeneratorFamilyContract {
    @Override
    protected GeneratorFamily family() {
        return new ProGanFamily();
    }

    @Override
    protected Path write(Path into) throws IOException {
        return Files.copy(NvidiaGolden.path("proggan_zip.pth"), into.resolve("proggan.pth"));
    }

    @Override
    protected Path writeNearMiss(Path into) throws IOException {
        Map<String, INDArray> kept = new TreeMap<>();
        try (TensorSource file = TensorSource.open(NvidiaGolden.path("proggan_zip.pth"))) {
            for (String name : file.names()) {
                kept.put(name, file.load(name));
            }
        }
        kept.remove(kept.keySet().stream()
                .filter(name -> name.contains("layer3"))
                .findFirst()
                .orElseThrow());
        Path file = into.resolve("near.safetensors");
        SafeTensors.write(file, kept, Map.of());
        return file;
    }
}
