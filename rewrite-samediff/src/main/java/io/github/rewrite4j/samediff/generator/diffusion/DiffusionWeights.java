package io.github.rewrite4j.samediff.generator.diffusion;

import io.github.rewrite4j.samediff.tape.Parameter;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * All that a diffusion autoencoder has learnt.
 *
 * @param architecture its sizes
 * @param parameters of both networks by name
 * @param noise x_T [3, H, W], where all pictures begin that are given none
 * @param latents where the vectors z of pictures lie
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record DiffusionWeights(
        DiffusionArchitecture architecture, Map<String, Parameter> parameters, float[] noise, LatentCloud latents) {
    DiffusionWeights {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /** Weights to begin with: as PyTorch's, the last convolutions of blocks being zero. */
    static Map<String, Parameter> initial(Map<String, long[]> shapes, Random random) {
        Map<String, Parameter> all = new LinkedHashMap<>();
        shapes.forEach((name, sizes) -> all.put(name, initial(name, sizes, random)));
        return all;
    }

    private static Parameter initial(String name, long[] sizes, Random random) {
        int[] shape = new int[sizes.length];
        int length = 1;
        for (int i = 0; i < shape.length; i++) {
            shape[i] = Math.toIntExact(sizes[i]);
            length *= shape[i];
        }
        float[] value = new float[length];
        boolean zero = name.contains(".out_layers.3.") || name.contains(".proj_out.") || name.startsWith("out.2.");
        if (shape.length > 1 && !zero) {
            double bound = Math.sqrt((double) shape[0] / length);
            for (int i = 0; i < length; i++) {
                value[i] = (float) ((2 * random.nextDouble() - 1) * bound);
            }
        } else if (isScale(name)) {
            java.util.Arrays.fill(value, 1);
        }
        return new Parameter(name, value, shape);
    }

    private static boolean isScale(String name) {
        return name.endsWith(".weight")
                && List.of("in_layers.0", "out_layers.0", "norm", "out.0").stream()
                        .anyMatch(norm -> name.equals(norm + ".weight") || name.endsWith("." + norm + ".weight"));
    }

    DiffusionWeights with(Collection<Parameter> changed) {
        Map<String, Parameter> all = new LinkedHashMap<>(parameters);
        changed.forEach(p -> all.put(p.name(), p));
        return new DiffusionWeights(architecture, all, noise, latents);
    }

    long count() {
        return parameters.values().stream().mapToLong(p -> p.value().length).sum();
    }
}
