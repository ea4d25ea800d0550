package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.SafeTensorsWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A small StyleGAN2 with random weights and what its PyTorch implementation computes from them, in float64. */
public final class Stylegan2Golden {
    private static final String STATE = "sd.";

    private Stylegan2Golden() {}

    public static SafeTensors open() throws IOException {
        try (InputStream in = Objects.requireNonNull(
                Stylegan2Golden.class.getResourceAsStream("/golden/stylegan2_s32.safetensors"))) {
            return SafeTensors.read(in, "stylegan2_s32");
        }
    }

    public static Map<String, INDArray> state() throws IOException {
        Map<String, INDArray> state = new TreeMap<>();
        try (SafeTensors file = open()) {
            for (String name : file.names()) {
                if (name.startsWith(STATE)) {
                    state.put(name.substring(STATE.length()), file.load(name));
                }
            }
            state.put("latent_avg", file.load("latent_avg"));
        }
        return state;
    }

    public static INDArray tensor(String name) throws IOException {
        try (SafeTensors file = open()) {
            return file.load(name);
        }
    }

    public static Path write(Path file, Map<String, INDArray> state) throws IOException {
        SafeTensorsWriter writer = new SafeTensorsWriter();
        state.forEach(writer::add);
        writer.write(file);
        return file;
    }

    public static Inputs inputs(double psi) throws IOException {
        INDArray z = tensor("z");
        return Inputs.of(Map.of(
                LatentSampler.LATENT,
                z,
                LatentSampler.TRUNCATION,
                Nd4j.valueArrayOf(new long[] {z.size(0), 1}, psi, DataType.FLOAT)));
    }

    public static double maxAbs(INDArray array) {
        return array.amaxNumber().doubleValue();
    }
}
