package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.PrintableText;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.Dense;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.StyledLayer;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.ToRgb;
import io.github.rewrite4j.samediff.graph.internal.Named;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Checks that the parts of a style-based network out of a file fit together: a hash says that a file is as it was written,
 * not that whoever wrote it meant well, and arrays of other shapes would end in native code or in wrong pictures.
 */
final class StyledNetworkCheck {
    private static final int LARGEST_GRID = 1 << 13;
    private static final int KERNEL_SIDE = 4;
    private static final int RGB = 3;

    private final String label;
    private final int latent;

    private StyledNetworkCheck(String label, int latent) {
        this.label = label;
        this.latent = latent;
    }

    /**
     * Checks a network.
     *
     * @param editable canonical weights by name
     * @param label what messages call the file
     * @throws FileFormatException naming the part at fault
     */
    static void check(StyledNetwork network, Map<String, INDArray> editable, String label) throws FileFormatException {
        new StyledNetworkCheck(label, network.latent()).check(network, editable);
    }

    private void check(StyledNetwork network, Map<String, INDArray> editable) throws FileFormatException {
        require("latentMean", network.latentMean(), 1, latent);
        long width = network.mapping().isEmpty()
                ? latent
                : network.mapping().get(0).weight().size(0);
        if (network.embedding().isPresent()) {
            Dense embedding = network.embedding().get();
            requireThat(embedding.weight().rank() == 2, "embedding", "is no matrix");
            long classes = embedding.weight().size(0);
            long embedded = embedding.weight().size(1);
            requireDense("embedding", embedding, classes, embedded);
            requireThat(
                    !network.mapping().isEmpty() && embedded < width,
                    "embedding",
                    "has " + embedded + " numbers; the mapping reads " + width + " with those of z");
        }
        for (Dense dense : network.mapping()) {
            long out = dense.weight().rank() == 2 ? dense.weight().size(1) : latent;
            requireDense("mapping of " + dense.name(), dense, width, out);
            width = out;
        }
        requireThat(width == latent, "mapping", "ends in " + width + " numbers; the latent has " + latent);
        INDArray constant = network.constant();
        requireThat(constant.rank() == 4, "constant", "has the shape " + Arrays.toString(constant.shape()));
        long channels = constant.size(1);
        long grid = constant.size(2);
        require("constant", constant, 1, channels, grid, grid);
        Set<String> names = new HashSet<>();
        for (StyledLayer layer : network.layers()) {
            requireThat(
                    !layer.name().isEmpty() && names.add(layer.name()) && names.add(layer.weight()),
                    layer.name(),
                    "has no name and weight of its own");
            requireThat(
                    layer.in() == channels && layer.keyGrid() == grid,
                    layer.name(),
                    "reads " + layer.in() + " channels on a grid of " + layer.keyGrid() + "; before it are " + channels
                            + " on " + grid);
            check(layer, Named.in(editable, layer.weight()));
            channels = layer.out();
            grid = layer.doubled() ? 2L * layer.valueGrid() : layer.valueGrid();
            requireThat(grid <= LARGEST_GRID, layer.name(), "has a grid of " + grid + "; at most " + LARGEST_GRID);
        }
        StyledLayer last = network.layers().get(network.layers().size() - 1);
        requireThat(last.toRgb().isPresent() && !last.doubled(), last.name(), "is the last and makes no image");
    }

    private void check(StyledLayer layer, INDArray weight) throws FileFormatException {
        String name = layer.name();
        int grid = layer.valueGrid();
        requireThat(layer.out() > 0, name, "has " + layer.out() + " channels");
        requireThat(Double.isFinite(layer.gain()), name, "has the gain " + layer.gain());
        requireThat(layer.clamp() > 0, name, "is cut off at " + layer.clamp());
        requireThat(
                grid == (layer.blur().isPresent() ? 2L : 1L) * layer.keyGrid(),
                name,
                "makes a grid of " + grid + " of one of " + layer.keyGrid());
        require(layer.weight(), weight, layer.out(), layer.in(), StyledLayer.KERNEL, StyledLayer.KERNEL);
        requireDense(name + " style", layer.modulation(), latent, layer.in());
        require(name + " bias", layer.bias(), layer.out());
        if (layer.noise().isPresent()) {
            require(name + " noise", layer.noise().get().map(), 1, 1, grid, grid);
            INDArray strength = layer.noise().get().strength();
            requireThat(
                    strength.length() == 1 && strength.dataType() == DataType.FLOAT,
                    name + " noise strength",
                    "is no single number");
        }
        if (layer.blur().isPresent()) {
            requireKernel(name + " blur", layer.blur().get());
        }
        if (layer.toRgb().isPresent()) {
            check(layer.toRgb().get(), layer.out());
        }
    }

    private void check(ToRgb toRgb, int channels) throws FileFormatException {
        require(toRgb.name() + " weight", toRgb.weight(), 1, 1, channels, RGB);
        require(toRgb.name() + " bias", toRgb.bias(), 1, RGB, 1, 1);
        requireThat(toRgb.clamp() > 0, toRgb.name(), "is cut off at " + toRgb.clamp());
        if (toRgb.modulation().isPresent()) {
            requireDense(toRgb.name() + " style", toRgb.modulation().get(), latent, channels);
        }
        if (toRgb.enlarge().isPresent()) {
            requireKernel(toRgb.name() + " enlarging kernel", toRgb.enlarge().get());
        }
    }

    private void requireDense(String what, Dense dense, long in, long out) throws FileFormatException {
        require(what + " weight", dense.weight(), in, out);
        require(what + " bias", dense.bias(), 1, out);
    }

    private void requireKernel(String what, INDArray kernel) throws FileFormatException {
        require(what, kernel, KERNEL_SIDE, KERNEL_SIDE);
    }

    private void require(String what, INDArray array, long... shape) throws FileFormatException {
        requireThat(
                array.dataType() == DataType.FLOAT && Arrays.equals(array.shape(), shape),
                what,
                "has the shape " + Arrays.toString(array.shape()) + " of " + array.dataType() + "; expected "
                        + Arrays.toString(shape) + " of FLOAT");
    }

    private void requireThat(boolean fits, String what, String otherwise) throws FileFormatException {
        if (!fits) {
            throw new FileFormatException(label, "the part '" + PrintableText.name(what) + "'", otherwise);
        }
    }
}
