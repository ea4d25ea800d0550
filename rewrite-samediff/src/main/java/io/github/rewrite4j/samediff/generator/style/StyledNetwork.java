package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.Activation;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A style-based generator as a description, whatever layout its checkpoint has: dense layers map z to w, modulated
 * convolutions turn a learnt constant into feature maps, conversions to RGB add up to the image. Factors of equalised
 * learning rates are multiplied into the fixed parameters; those of editable weights are {@link StyledLayer#gain}.
 *
 * @param architecture human-readable name and size
 * @param latentMean [1, latent], what truncation pulls w to
 * @param constant [1, channels, 4, 4]
 * @param mapping from z to w
 * @param layers from the constant to the image; the last one has a conversion to RGB
 * @param layerMeans [layers + 1, latent], what truncation pulls the w of each layer to where they differ; a conversion to
 *     RGB reads the w of the layer after it; {@code latentMean} is their mean then
 * @param embedding from a label [1, classes] to the numbers that are normalised and appended to the normalised z, where the
 *     network is conditional
 */
public record StyledNetwork(
        String architecture,
        INDArray latentMean,
        INDArray constant,
        List<Dense> mapping,
        List<StyledLayer> layers,
        Optional<INDArray> layerMeans,
        Optional<Dense> embedding) {
    /** A network with one mean latent and without labels. */
    public StyledNetwork(
            String architecture,
            INDArray latentMean,
            INDArray constant,
            List<Dense> mapping,
            List<StyledLayer> layers) {
        this(architecture, latentMean, constant, mapping, layers, Optional.empty(), Optional.empty());
    }

    public StyledNetwork {
        Objects.requireNonNull(architecture, "architecture");
        Objects.requireNonNull(latentMean, "latentMean");
        Objects.requireNonNull(constant, "constant");
        Objects.requireNonNull(mapping, "mapping");
        Objects.requireNonNull(layers, "layers");
        Objects.requireNonNull(layerMeans, "layerMeans");
        Objects.requireNonNull(embedding, "embedding");
        mapping = List.copyOf(mapping);
        layers = List.copyOf(layers);
    }

    /** Pixels of a side of the image. */
    int imageSize() {
        return layers.get(layers.size() - 1).valueGrid();
    }

    int latent() {
        return Math.toIntExact(latentMean.length());
    }

    /** Numbers of z. */
    public int inputSize() {
        if (mapping.isEmpty()) {
            return latent();
        }
        long embedded = embedding.map(dense -> dense.weight().size(1)).orElse(0L);
        return Math.toIntExact(mapping.get(0).weight().size(0) - embedded);
    }

    /** Numbers of a label; 0 where the network has no classes. */
    public int classes() {
        return embedding.map(dense -> Math.toIntExact(dense.weight().size(0))).orElse(0);
    }

    /** Places that read the latent, each after the other: a layer at its number, the conversion behind it one further. */
    int places() {
        boolean last =
                layers.get(layers.size() - 1).toRgb().flatMap(ToRgb::modulation).isPresent();
        return layers.size() + (last ? 1 : 0);
    }

    /**
     * x W + b.
     *
     * @param name of the layer in the checkpoint
     * @param weight [in, out]
     * @param bias [1, out]
     */
    public record Dense(String name, INDArray weight, INDArray bias) {
        public Dense {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(weight, "weight");
            Objects.requireNonNull(bias, "bias");
        }

        /** From [out, in] and [out] as checkpoints store them, with factors on both. */
        public static Dense of(String name, INDArray weight, double weightGain, INDArray bias, double biasGain) {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(weight, "weight");
            Objects.requireNonNull(bias, "bias");
            return new Dense(
                    name,
                    weight.transpose().dup('c').muli(weightGain),
                    bias.reshape(1, bias.length()).dup('c').muli(biasGain));
        }

        /** f (x W + b). */
        public Dense times(double factor) {
            return new Dense(name, weight.mul(factor), bias.mul(factor));
        }

        public long parameters() {
            return weight.length() + bias.length();
        }
    }

    /**
     * A modulated, demodulated and activated 3x3 convolution and what follows it.
     *
     * @param name layer name
     * @param weight name of its editable weight
     * @param in input channels
     * @param out output channels
     * @param keyGrid side of the input maps
     * @param valueGrid side of the output maps: twice the input's with {@code blur}
     * @param gain factor on the weight
     * @param modulation w to the style
     * @param bias [out]
     * @param noise added before the bias
     * @param blur kernel of the blur behind a transposed convolution of stride 2; without, the convolution keeps the grid
     * @param doubled whether pixels are doubled after the activation, outside of the layer
     * @param toRgb conversion that reads the value
     * @param clamp where the value is cut off, plus and minus; infinite for nowhere
     */
    public record StyledLayer(
            String name,
            String weight,
            int in,
            int out,
            int keyGrid,
            int valueGrid,
            double gain,
            Dense modulation,
            INDArray bias,
            Optional<Noise> noise,
            Optional<INDArray> blur,
            boolean doubled,
            Optional<ToRgb> toRgb,
            double clamp) {
        public static final int KERNEL = 3;

        public StyledLayer {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(weight, "weight");
            Objects.requireNonNull(modulation, "modulation");
            Objects.requireNonNull(bias, "bias");
            Objects.requireNonNull(noise, "noise");
            Objects.requireNonNull(blur, "blur");
            Objects.requireNonNull(toRgb, "toRgb");
        }

        /** A layer whose values are not cut off. */
        public StyledLayer(
                String name,
                String weight,
                int in,
                int out,
                int keyGrid,
                int valueGrid,
                double gain,
                Dense modulation,
                INDArray bias,
                Optional<Noise> noise,
                Optional<INDArray> blur,
                boolean doubled,
                Optional<ToRgb> toRgb) {
            this(
                    name,
                    weight,
                    in,
                    out,
                    keyGrid,
                    valueGrid,
                    gain,
                    modulation,
                    bias,
                    noise,
                    blur,
                    doubled,
                    toRgb,
                    Double.POSITIVE_INFINITY);
        }

        /** What follows the bias. */
        public Activation activation() {
            return Activation.STYLEGAN2.clamped(clamp);
        }

        long parameters() {
            long own = (long) in * out * KERNEL * KERNEL + bias.length() + modulation.parameters();
            return own + (noise.isPresent() ? 1 : 0);
        }
    }

    /**
     * Fixed noise, the same for all samples and channels.
     *
     * @param map [1, 1, h, w]
     * @param strength factor on it
     */
    public record Noise(INDArray map, INDArray strength) {
        public Noise {
            Objects.requireNonNull(map, "map");
            Objects.requireNonNull(strength, "strength");
        }
    }

    /**
     * A 1x1 convolution to RGB, without demodulation, added to the enlarged image of the conversion before.
     *
     * @param name layer name
     * @param weight [1, 1, in, 3]
     * @param bias [1, 3, 1, 1]
     * @param modulation w to the style, if it has one
     * @param enlarge kernel by which the image so far is enlarged; none where there is no image yet
     * @param clamp where the converted colours are cut off before they are added, plus and minus; infinite for nowhere
     */
    public record ToRgb(
            String name,
            INDArray weight,
            INDArray bias,
            Optional<Dense> modulation,
            Optional<INDArray> enlarge,
            double clamp) {
        public ToRgb {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(weight, "weight");
            Objects.requireNonNull(bias, "bias");
            Objects.requireNonNull(modulation, "modulation");
            Objects.requireNonNull(enlarge, "enlarge");
        }

        /** A conversion whose colours are not cut off. */
        public ToRgb(
                String name, INDArray weight, INDArray bias, Optional<Dense> modulation, Optional<INDArray> enlarge) {
            this(name, weight, bias, modulation, enlarge, Double.POSITIVE_INFINITY);
        }

        long parameters() {
            return weight.length()
                    + bias.length()
                    + modulation.map(Dense::parameters).orElse(0L);
        }
    }

    /** Number of trained weights; noise maps, blur kernels and the latent mean do not count. */
    long parameters() {
        long sum = constant.length() + embedding.map(Dense::parameters).orElse(0L);
        for (Dense dense : mapping) {
            sum += dense.parameters();
        }
        for (StyledLayer layer : layers) {
            sum += layer.parameters() + layer.toRgb().map(ToRgb::parameters).orElse(0L);
        }
        return sum;
    }
}
