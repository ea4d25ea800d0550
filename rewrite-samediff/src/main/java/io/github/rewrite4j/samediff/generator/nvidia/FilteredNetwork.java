package io.github.rewrite4j.samediff.generator.nvidia;

import io.github.rewrite4j.samediff.generator.style.StyleMapping;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.Dense;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A StyleGAN3 as a description: waves, then modulated convolutions whose leaky rectifiers lie between an enlarging and a
 * reducing filter, so that nothing of the grid is seen (Karras et al. 2021).
 *
 * @param architecture human-readable name and size
 * @param mapping from z to w
 * @param latentMean [1, numbers of w], what truncation pulls w to
 * @param input the waves
 * @param layers in order; all but the last can be rewritten, the last makes colours
 * @param outputScale factor on what the last makes
 */
record FilteredNetwork(
        String architecture,
        StyleMapping mapping,
        INDArray latentMean,
        FourierFeatures input,
        List<FilteredLayer> layers,
        double outputScale) {
    FilteredNetwork {
        layers = List.copyOf(layers);
    }

    int latent() {
        return Math.toIntExact(latentMean.length());
    }

    /** Latents that an image can be made of: one for the waves and one for each layer. */
    int rows() {
        return layers.size() + 1;
    }

    int imageSize() {
        return layers.get(layers.size() - 1).valueGrid().size();
    }

    int classes() {
        return mapping.embedding()
                .map(dense -> Math.toIntExact(dense.weight().size(0)))
                .orElse(0);
    }

    long parameters() {
        long sum = input.parameters()
                + mapping.embedding().map(Dense::parameters).orElse(0L)
                + mapping.layers().stream().mapToLong(Dense::parameters).sum();
        return sum + layers.stream().mapToLong(FilteredLayer::parameters).sum();
    }

    /**
     * Maps that reach beyond the picture.
     *
     * @param size cells of a side
     * @param margin of these, cells at each side that lie outside of the picture
     */
    record Grid(int size, int margin) {}

    /**
     * One layer.
     *
     * @param name layer name
     * @param in input channels
     * @param out output channels
     * @param kernel side of the kernel
     * @param keyGrid grid of the input
     * @param valueGrid grid of the output
     * @param style from w to one factor for each input channel
     * @param gain on the convolution after demodulation: 1 / sqrt(mean energy of the input in training)
     * @param bias [out]
     * @param clamp where values are cut off between the filters; infinite for nowhere
     * @param filters what surrounds the rectifier; none in the layer of colours, which has no rectifier either
     */
    record FilteredLayer(
            String name,
            int in,
            int out,
            int kernel,
            Grid keyGrid,
            Grid valueGrid,
            Dense style,
            double gain,
            INDArray bias,
            double clamp,
            Optional<Filters> filters) {
        String weight() {
            return name + ".weight";
        }

        /** Cells of a side behind the convolution, which reaches over the edge with all but one tap. */
        int convolved() {
            return keyGrid.size() + kernel - 1;
        }

        long parameters() {
            return (long) in * out * kernel * kernel + bias.length() + style.parameters();
        }
    }

    /**
     * Enlarging and reducing.
     *
     * @param up enlarging filter
     * @param enlargement how
     * @param down reducing filter
     * @param factor times that the grid becomes smaller
     */
    record Filters(FirFilter up, FirFilter.Enlargement enlargement, FirFilter down, int factor) {}
}
