package io.github.rewrite4j.samediff.generator.style;

import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A StyleGAN2 of random weights in rosinality's layout, of any size and few channels. */
public final class RandomCheckpoint {
    private static final int LATENT = 16;
    private static final int CHANNELS = 16;

    private final Random random;
    private final SortedMap<String, INDArray> state = new TreeMap<>();

    private RandomCheckpoint(long seed) {
        random = new Random(seed);
    }

    /**
     * All tensors by name.
     *
     * @param side of the picture: a power of two from 8 on
     */
    public static SortedMap<String, INDArray> of(int side, long seed) {
        RandomCheckpoint made = new RandomCheckpoint(seed);
        for (int i = 1; i <= 2; i++) {
            made.put("style." + i + ".weight", 100, LATENT, LATENT);
            made.put("style." + i + ".bias", 0, LATENT);
        }
        made.put("input.input", 1, 1, CHANNELS, 4, 4);
        made.layer("conv1", 3);
        made.rgb("to_rgb1");
        made.noise(0, 4);
        int layer = 0;
        for (int grid = 8; grid <= side; grid *= 2) {
            String up = "convs." + layer;
            made.layer(up, 3);
            made.state.put(up + ".conv.blur.kernel", blur());
            made.layer("convs." + (layer + 1), 3);
            made.rgb("to_rgbs." + layer / 2);
            made.state.put("to_rgbs." + layer / 2 + ".upsample.kernel", blur());
            made.noise(layer + 1, grid);
            made.noise(layer + 2, grid);
            layer += 2;
        }
        return made.state;
    }

    private void layer(String name, int kernel) {
        put(name + ".conv.weight", 1, 1, CHANNELS, CHANNELS, kernel, kernel);
        modulation(name);
        put(name + ".noise.weight", 0.1, 1);
        put(name + ".activate.bias", 0.1, CHANNELS);
    }

    private void rgb(String name) {
        put(name + ".conv.weight", 1, 1, 3, CHANNELS, 1, 1);
        modulation(name);
        put(name + ".bias", 0.1, 1, 3, 1, 1);
    }

    private void modulation(String name) {
        put(name + ".conv.modulation.weight", 1, CHANNELS, LATENT);
        state.put(name + ".conv.modulation.bias", Nd4j.ones(CHANNELS));
    }

    private void noise(int number, int grid) {
        put("noises.noise_" + number, 1, 1, 1, grid, grid);
    }

    private static INDArray blur() {
        INDArray row = Nd4j.createFromArray(1f, 3f, 3f, 1f).reshape(1, 4);
        return row.transpose().mmul(row).divi(16);
    }

    private void put(String name, double size, long... shape) {
        INDArray array = Nd4j.create(shape);
        for (long i = 0; i < array.length(); i++) {
            array.putScalar(i, size * random.nextGaussian());
        }
        state.put(name, array);
    }
}
