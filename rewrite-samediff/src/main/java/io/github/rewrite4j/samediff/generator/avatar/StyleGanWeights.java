package io.github.rewrite4j.samediff.generator.avatar;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.samediff.generator.internal.CheckpointReader;
import io.github.rewrite4j.samediff.tape.Parameter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** All weights of a style-based generator by the names of its file, and how fast each learns. */
final class StyleGanWeights {
    /** The mapping learns slower than the rest, as in the published networks, though not as much. */
    private static final double MAPPING = 0.1;

    private static final String MEAN = "w_mean";
    private static final String BIAS = ".bias";

    private final Map<String, Parameter> all = new LinkedHashMap<>();
    private final Map<String, Double> scales = new LinkedHashMap<>();
    private final int mapping;

    private StyleGanWeights(int mapping) {
        this.mapping = mapping;
    }

    /** Normal weights over the root of the numbers that each sums over; styles start at 1. */
    static StyleGanWeights initial(StyleGanRecipe recipe, Random random) {
        StyleGanWeights weights = new StyleGanWeights(recipe.mapping());
        int latent = recipe.latent();
        for (int k = 0; k < recipe.mapping(); k++) {
            weights.dense("mapping." + k, latent, latent, 0, MAPPING, random);
        }
        int in = recipe.widths().get(0);
        weights.normal("const", 1, 1, random, 1, in, 4, 4);
        for (int k = 0; k < recipe.convolutions(); k++) {
            int out = recipe.widths().get(k + 1);
            weights.normal("layer" + k + ".conv.weight", 1 / Math.sqrt(9.0 * in), 1, random, out, in, 3, 3);
            weights.add("layer" + k + ".conv.bias", new float[out], 1, out);
            weights.dense("layer" + k + ".style", latent, in, 1, 1, random);
            in = out;
        }
        weights.normal("torgb.weight", 1 / Math.sqrt(in), 1, random, 3, in, 1, 1);
        weights.add("torgb.bias", new float[3], 1, 3);
        return weights;
    }

    private void dense(String name, int in, int out, float bias, double rate, Random random) {
        normal(name + ".weight", 1 / Math.sqrt(in), rate, random, out, in);
        float[] start = new float[out];
        Arrays.fill(start, bias);
        add(name + BIAS, start, rate, out);
    }

    private void normal(String name, double deviation, double rate, Random random, int... shape) {
        float[] values = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        add(name, values, rate * deviation, shape);
    }

    private void add(String name, float[] values, double scale, int... shape) {
        all.put(name, new Parameter(name, values, shape));
        scales.put(name, scale);
    }

    /** Starts at the numbers of a file. */
    void fill(SafeTensors tensors) throws IOException {
        for (Parameter p : all.values()) {
            float[] found = tensors.floats(p.name());
            if (found.length != p.value().length) {
                throw new IllegalArgumentException("'" + p.name() + "' has " + found.length + " numbers in "
                        + tensors.label() + ", but " + p.value().length
                        + " in the recipe: take the recipe of that generator's sizes.");
            }
            System.arraycopy(found, 0, p.value(), 0, found.length);
        }
    }

    List<Parameter> parameters() {
        return new ArrayList<>(all.values());
    }

    int mapping() {
        return mapping;
    }

    double scale(Parameter p) {
        return scales.getOrDefault(p.name(), 1.0);
    }

    Parameter get(String name) {
        Parameter found = all.get(name);
        if (found == null) {
            throw new IllegalStateException("There is no weight '" + name + "'.");
        }
        return found;
    }

    /** By the name that the network's trainable form has for it. */
    Parameter inForm(String name) {
        boolean bias = name.startsWith("layer") && name.endsWith(BIAS) && !name.contains(".style.");
        return get(bias ? name.substring(0, name.length() - BIAS.length()) + ".conv" + BIAS : name);
    }

    /** The file of these weights, some of them replaced by their averages. */
    SafeTensorsWriter file(List<Parameter> averages, float[] mean) {
        SafeTensorsWriter writer = new SafeTensorsWriter();
        for (Parameter p : averages) {
            int[] shape = p.shape();
            int from = p.name().equals("const") ? 1 : 0;
            writer.add(
                    p.name(),
                    p.value(),
                    Arrays.stream(shape, from, shape.length).asLongStream().toArray());
        }
        return writer.add(MEAN, mean, mean.length);
    }

    /** The generator of such a file. */
    static Generator generator(SafeTensorsWriter file) {
        try (SafeTensors tensors = SafeTensors.read(new ByteArrayInputStream(file.toBytes()), "a trained generator")) {
            return AvatarCheckpoint.in(new CheckpointReader(tensors))
                    .orElseThrow(() -> new IllegalStateException("A trained generator is no file of its layout."))
                    .generator();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
