package io.github.rewrite4j.benchmarks;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.samediff.generator.export.onnx.OnnxExport;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A StyleGAN2 of configuration f (Karras et al. 2020) with random weights: noise, blur, RGB skips, up to 512 channels. Its
 * pictures show nothing; only its time and memory are of interest, which do not depend on what a network has learnt.
 */
final class RandomStyleGan2 {
    private static final int LATENT = 512;
    private static final int WIDEST = 512;
    private static final int MAPPING = 8;
    private static final int WIDE_UP_TO = 64;

    private final Random random = new Random(1);
    private final SafeTensorsWriter tensors = new SafeTensorsWriter();

    private RandomStyleGan2() {}

    /** A checkpoint and the same network for ONNX Runtime, in a folder. */
    record Files(Path checkpoint, Path network) {}

    /**
     * Writes both.
     *
     * @param side of the pictures, a power of two from 8 on
     */
    static Files write(int side, Path folder) throws IOException {
        Path checkpoint = folder.resolve("stylegan2-" + side + ".safetensors");
        Path network = folder.resolve("stylegan2-" + side + ".onnx");
        new RandomStyleGan2().fill(side).write(checkpoint);
        try (Generator generator = StyleGan2.load(checkpoint)) {
            OnnxExport.of(generator).truncated(1).write(network);
        }
        return new Files(checkpoint, network);
    }

    private SafeTensorsWriter fill(int side) {
        for (int i = 1; i <= MAPPING; i++) {
            put("style." + i + ".weight", 100, LATENT, LATENT);
            put("style." + i + ".bias", 0, LATENT);
        }
        put("latent_avg", 0, LATENT);
        put("input.input", 1, 1, WIDEST, 4, 4);
        layer("conv1", WIDEST, WIDEST);
        rgb("to_rgb1", WIDEST);
        noise(0, 4);
        int layer = 0;
        for (int grid = 8; grid <= side; grid *= 2) {
            int from = channels(grid / 2);
            int to = channels(grid);
            layer("convs." + layer, from, to);
            tensors.add("convs." + layer + ".conv.blur.kernel", blur());
            layer("convs." + (layer + 1), to, to);
            rgb("to_rgbs." + layer / 2, to);
            tensors.add("to_rgbs." + layer / 2 + ".upsample.kernel", blur());
            noise(layer + 1, grid);
            noise(layer + 2, grid);
            layer += 2;
        }
        return tensors;
    }

    private static int channels(int grid) {
        return Math.min(WIDEST, WIDEST * WIDE_UP_TO / grid);
    }

    private void layer(String name, int in, int out) {
        put(name + ".conv.weight", 1, 1, out, in, 3, 3);
        modulation(name, in);
        tensors.add(name + ".noise.weight", Nd4j.valueArrayOf(new long[] {1}, 0.1f));
        put(name + ".activate.bias", 0, out);
    }

    private void rgb(String name, int in) {
        put(name + ".conv.weight", 1, 1, 3, in, 1, 1);
        modulation(name, in);
        put(name + ".bias", 0, 1, 3, 1, 1);
    }

    private void modulation(String name, int in) {
        put(name + ".conv.modulation.weight", 1, in, LATENT);
        tensors.add(name + ".conv.modulation.bias", Nd4j.ones(in));
    }

    private void noise(int number, int grid) {
        put("noises.noise_" + number, 1, 1, 1, grid, grid);
    }

    private static INDArray blur() {
        INDArray row = Nd4j.createFromArray(1f, 3f, 3f, 1f).reshape(1, 4);
        return row.transpose().mmul(row).divi(16);
    }

    private void put(String name, double size, long... shape) {
        float[] numbers = new float[Math.toIntExact(product(shape))];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) (size * random.nextGaussian());
        }
        tensors.add(name, Nd4j.createFromArray(numbers).reshape(shape));
    }

    private static long product(long... shape) {
        long product = 1;
        for (long size : shape) {
            product *= size;
        }
        return product;
    }
}
