package io.github.rewrite4j.samediff.generator.rosinality;

import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.generator.internal.CheckpointReader;
import io.github.rewrite4j.samediff.generator.style.StyledEstimate;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The layout of github.com/rosinality/stylegan2-pytorch: which tensors a generator of a size has, and under which names.
 * Size, channels and depth of the mapping follow from the names and shapes that are there.
 *
 * @param reader the state dict, names without what precedes them in the file
 * @param latent dimensions of z and w
 * @param mappingLayers dense layers from z to w
 * @param doublings times that the 4x4 constant is doubled
 */
record RosinalityLayout(CheckpointReader reader, long latent, int mappingLayers, int doublings) {
    private static final int KERNEL = 3;
    private static final int BLUR = 4;
    private static final List<String> MARKS =
            List.of("conv1.conv.weight", "input.input", "to_rgb1.conv.weight", "convs.0.conv.weight", "style.1.weight");
    private static final List<String> SPACES =
            List.of("style.", "input.", "conv1.", "convs.", "to_rgb1.", "to_rgbs.", "noises.");

    /** What precedes the names of the generator in this file: nothing, or for instance {@code g_ema.}; none if no generator is there. */
    static Optional<String> prefix(TensorSource tensors) {
        Map<String, Long> marks = tensors.names().stream()
                .flatMap(name -> MARKS.stream()
                        .filter(mark -> name.equals(mark) || name.endsWith("." + mark))
                        .map(mark -> name.substring(0, name.length() - mark.length())))
                .collect(Collectors.groupingBy(prefix -> prefix, LinkedHashMap::new, Collectors.counting()));
        // Training checkpoints hold the generator twice; its running mean draws the better images.
        return marks.entrySet().stream()
                .max(Map.Entry.<String, Long>comparingByValue()
                        .thenComparing(entry -> entry.getKey().contains("ema") ? 1 : 0)
                        .thenComparing(entry -> -entry.getKey().length()))
                .filter(best -> best.getValue() >= 2)
                .map(Map.Entry::getKey);
    }

    static RosinalityLayout of(CheckpointReader reader) throws IOException {
        int doublings =
                Math.max(reader.count("to_rgbs.", ".conv.weight"), (reader.count("convs.", ".conv.weight") + 1) / 2);
        long latent = reader.size("style.1.weight", 0);
        if (latent < 0) {
            latent = reader.size("conv1.conv.modulation.weight", 1);
        }
        return new RosinalityLayout(
                reader, latent, Math.max(1, reader.count("style.", ".weight") - 1), Math.min(doublings, 10));
    }

    int imageSize() {
        return 4 << doublings;
    }

    int convolutions() {
        return 1 + 2 * doublings;
    }

    String architecture() {
        return "StyleGAN2 " + imageSize() + "x" + imageSize() + ", latent " + latent + ", mapping of " + mappingLayers
                + ", " + convolutions() + " layers";
    }

    /** Name of a convolution, from the constant on. */
    static String convolution(int k) {
        return k == 0 ? "conv1" : "convs." + (k - 1);
    }

    static boolean isUp(int k) {
        return k % 2 == 1;
    }

    /** Side of the maps that leave a convolution. */
    static int grid(int k) {
        return 4 << ((k + 1) / 2);
    }

    static boolean hasRgb(int k) {
        return k % 2 == 0;
    }

    static String rgb(int k) {
        return k == 0 ? "to_rgb1" : "to_rgbs." + (k / 2 - 1);
    }

    static String noise(int k) {
        return "noises.noise_" + k;
    }

    /** Whether the file holds noise maps; some hold none, those that hold some must hold all. */
    boolean hasNoiseMaps() {
        return reader.count("noises.noise_", "") > 0;
    }

    /** Latents that an image can be made of: one a convolution and one for the last conversion to RGB. */
    long latents() {
        return convolutions() + 1L;
    }

    /** Output channels of a convolution; -1 if its weight is not there. */
    long channels(int k) throws IOException {
        return k < 0 ? reader.size("input.input", 1) : reader.size(convolution(k) + ".conv.weight", 1);
    }

    /** All tensors of the generator with their shapes; -1 where a size follows from a tensor that is missing. */
    Map<String, long[]> expected() throws IOException {
        Map<String, long[]> expected = new LinkedHashMap<>();
        for (int k = 1; k <= mappingLayers; k++) {
            expected.put("style." + k + ".weight", new long[] {latent, latent});
            expected.put("style." + k + ".bias", new long[] {latent});
        }
        expected.put("input.input", new long[] {1, -1, 4, 4});
        for (int k = 0; k < convolutions(); k++) {
            String name = convolution(k);
            long in = channels(k - 1);
            long out = channels(k);
            expected.put(name + ".conv.weight", new long[] {1, out, in, KERNEL, KERNEL});
            modulation(expected, name, in);
            if (isUp(k)) {
                expected.put(name + ".conv.blur.kernel", new long[] {BLUR, BLUR});
            }
            expected.put(name + ".noise.weight", new long[] {1});
            expected.put(name + ".activate.bias", new long[] {out});
            if (hasNoiseMaps()) {
                expected.put(noise(k), new long[] {1, 1, grid(k), grid(k)});
            }
            if (hasRgb(k)) {
                expected.put(rgb(k) + ".conv.weight", new long[] {1, 3, out, 1, 1});
                expected.put(rgb(k) + ".bias", new long[] {1, 3, 1, 1});
                modulation(expected, rgb(k), out);
                if (k > 0) {
                    expected.put(rgb(k) + ".upsample.kernel", new long[] {BLUR, BLUR});
                }
            }
        }
        return expected;
    }

    private void modulation(Map<String, long[]> expected, String name, long channels) {
        expected.put(name + ".conv.modulation.weight", new long[] {channels, latent});
        expected.put(name + ".conv.modulation.bias", new long[] {channels});
    }

    /** Holds the file against {@link #expected()}. */
    void requireComplete() throws IOException {
        reader.requireMatches(expected(), SPACES);
    }

    /** Tensors that are given and not trained. */
    static boolean isBuffer(String name) {
        return name.startsWith("noises.") || name.endsWith(".kernel");
    }

    GeneratorEstimate estimate() throws IOException {
        requireComplete();
        Set<String> names = expected().keySet();
        long parameters = 0;
        for (String name : names) {
            parameters += isBuffer(name) ? 0 : reader.length(name);
        }
        long largest = 0;
        for (int k = 0; k < convolutions(); k++) {
            largest = Math.max(largest, channels(k) * grid(k) * grid(k));
        }
        return StyledEstimate.of(architecture(), latent, imageSize(), convolutions(), parameters, largest);
    }
}
