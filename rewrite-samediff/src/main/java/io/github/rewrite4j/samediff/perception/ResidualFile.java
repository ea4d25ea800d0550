package io.github.rewrite4j.samediff.perception;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.NearestNames;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.io.torch.TorchCheckpoint;
import io.github.rewrite4j.samediff.perception.ResidualNames.Block;
import io.github.rewrite4j.samediff.perception.ResidualNames.Layer;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Parameter;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;

/** Finds and reads a residual discriminator in a file of somebody's training. */
final class ResidualFile {
    private static final String ROSINALITY = "final_linear.1.weight";
    private static final String NVIDIA = "b4.out.weight";
    private static final int MOST_BLOCKS = 10;
    private static final int FILTER = 4;

    private final TensorSource tensors;
    private final String prefix;
    private final ResidualNames names;
    private final Map<String, Parameter> weights = new LinkedHashMap<>();
    private final Map<String, float[]> filters = new HashMap<>();
    private final Map<String, Float> clamps = new HashMap<>();

    private ResidualFile(TensorSource tensors, String prefix, ResidualNames names) {
        this.tensors = tensors;
        this.prefix = prefix;
        this.names = names;
    }

    static ResidualDiscriminator read(TensorSource tensors) throws IOException {
        Optional<String> rosinality = prefix(tensors, ROSINALITY);
        if (rosinality.isPresent()) {
            int count = 0;
            while (count < MOST_BLOCKS
                    && tensors.contains(rosinality.get() + "convs." + (count + 1) + ".conv1.0.weight")) {
                count++;
            }
            return new ResidualFile(tensors, rosinality.get(), ResidualNames.rosinality(count)).read();
        }
        Optional<String> nvidia = prefix(tensors, NVIDIA);
        if (nvidia.isPresent()) {
            int count = 0;
            while (count < MOST_BLOCKS && tensors.contains(nvidia.get() + "b" + (8 << count) + ".conv1.weight")) {
                count++;
            }
            return new ResidualFile(tensors, nvidia.get(), ResidualNames.nvidia(count)).read();
        }
        throw new FileFormatException(
                tensors.label(),
                "tensor names",
                "there is no discriminator in this file. Expected '" + ROSINALITY
                        + "' and so on under 'd', as in training"
                        + " checkpoints of rosinality's StyleGAN2, or '" + NVIDIA
                        + "' under 'D', as in NVIDIA's pickles. "
                        + NearestNames.hint(ROSINALITY, tensors.names()));
    }

    private static Optional<String> prefix(TensorSource tensors, String mark) {
        return tensors.names().stream()
                .filter(name -> name.equals(mark) || name.endsWith("." + mark))
                .map(name -> name.substring(0, name.length() - mark.length()))
                .findFirst();
    }

    private ResidualDiscriminator read() throws IOException {
        if (names.blocks().isEmpty()) {
            throw new FileFormatException(tensors.label(), "tensor names", "the discriminator has no blocks");
        }
        int channels = layer(names.fromColours(), 3, 1);
        for (Block block : names.blocks()) {
            channels = block(block, channels);
        }
        int last = layer(names.last(), channels + 1, 3);
        int hidden = linear(names.hidden(), last * 16);
        int logits = linear(names.logit(), hidden);
        if (logits != 1) {
            throw FileFormatException.atKey(
                    tensors.label(),
                    prefix + names.logit().weight(),
                    "the discriminator compares with " + logits
                            + " numbers of a label; read are those of networks without classes");
        }
        return new ResidualDiscriminator(names, weights, filters, clamps);
    }

    private int block(Block block, int channels) throws IOException {
        if (!tensors.contains(prefix + block.skip())) {
            throw FileFormatException.atKey(
                    tensors.label(),
                    prefix + block.skip(),
                    "there is no way around the block; read are discriminators of the architecture 'resnet'");
        }
        int same = layer(block.same(), channels, 3);
        int halved = layer(block.halving(), same, 3);
        weight(block.skip(), halved, channels, 1, 1);
        clamp(block.skip());
        filter(block.halvingBlur());
        filter(block.skipBlur());
        return halved;
    }

    /** A convolution; gives the channels that it makes. */
    private int layer(Layer layer, int in, int kernel) throws IOException {
        int out = rows(layer.weight());
        weight(layer.weight(), out, in, kernel, kernel);
        weight(layer.bias(), out);
        clamp(layer.weight());
        return out;
    }

    private int linear(Layer layer, int in) throws IOException {
        int out = rows(layer.weight());
        weight(layer.weight(), out, in);
        weight(layer.bias(), out);
        return out;
    }

    private int rows(String name) throws IOException {
        long[] shape = tensors.shape(prefix + name);
        return shape.length == 0 ? 0 : Math.toIntExact(shape[0]);
    }

    private void weight(String name, int... shape) throws IOException {
        weights.put(name, new Parameter(name, numbers(name, shape), shape));
    }

    private float[] numbers(String name, int... shape) throws IOException {
        long[] found = tensors.shape(prefix + name);
        if (!Arrays.equals(found, Arrays.stream(shape).asLongStream().toArray())) {
            throw FileFormatException.atKey(
                    tensors.label(),
                    prefix + name,
                    "its shape is " + Arrays.toString(found) + ", expected " + Arrays.toString(shape));
        }
        float[] numbers = HostArrays.of(tensors.loadAs(prefix + name, DataType.FLOAT));
        for (float number : numbers) {
            if (!Float.isFinite(number)) {
                throw FileFormatException.atKey(
                        tensors.label(), prefix + name, "the weight holds " + number + ", expected finite numbers");
            }
        }
        return numbers;
    }

    /** A filter, turned so that cross-correlation with it is a true convolution. */
    private void filter(String name) throws IOException {
        float[] stored = numbers(name, FILTER, FILTER);
        float[] turned = new float[stored.length];
        for (int i = 0; i < turned.length; i++) {
            turned[i] = stored[stored.length - 1 - i];
        }
        filters.put(name, turned);
    }

    private void clamp(String weight) throws IOException {
        if (tensors instanceof TorchCheckpoint checkpoint) {
            String module = prefix + weight.substring(0, weight.lastIndexOf('.'));
            Optional<Object> clamp =
                    checkpoint.module(module).map(found -> found.attributes().get("conv_clamp"));
            if (clamp.isPresent() && clamp.get() instanceof Number number) {
                if (!(number.floatValue() > 0)) {
                    throw FileFormatException.atKey(
                            tensors.label(), module + ".conv_clamp", "is " + number + "; expected a positive number");
                }
                clamps.put(weight, number.floatValue());
            }
        }
    }
}
