package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.Activation;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.Dense;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The mapping of a style-based generator from z, and a label where there are classes, to w: both are normalised, joined and
 * sent through dense layers with leaky rectifiers.
 *
 * @param size numbers of z
 * @param layers dense layers, in order
 * @param embedding from a label to the numbers that are joined to z
 */
public record StyleMapping(int size, List<Dense> layers, Optional<Dense> embedding) {
    public StyleMapping {
        Objects.requireNonNull(layers, "layers");
        Objects.requireNonNull(embedding, "embedding");
        layers = List.copyOf(layers);
    }

    /** w before truncation. */
    SDVariable mapped(SameDiff graph) {
        ModulatedLayers build = new ModulatedLayers(graph);
        SDVariable x = normalised(graph, graph.placeHolder(LatentSampler.LATENT, DataType.FLOAT, -1, size));
        if (embedding.isPresent()) {
            Dense dense = embedding.get();
            SDVariable label = graph.placeHolder(
                    LatentSampler.LABEL, DataType.FLOAT, -1, dense.weight().size(0));
            x = graph.concat(1, x, normalised(graph, dense(graph, label, dense)));
        }
        for (Dense dense : layers) {
            x = build.activate(dense.name(), dense(graph, x, dense), Activation.STYLEGAN2);
        }
        return x;
    }

    /**
     * w' = mean + psi (w - mean).
     *
     * @param name of the result
     * @param mean [1, numbers of w]
     */
    public SDVariable truncated(SameDiff graph, String name, INDArray mean) {
        Objects.requireNonNull(graph, "graph");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(mean, "mean");
        SDVariable psi = graph.placeHolder(LatentSampler.TRUNCATION, DataType.FLOAT, -1, 1);
        SDVariable x = mapped(graph);
        SDVariable middle = graph.constant("w_mean", mean);
        return graph.math.add(name, middle, x.sub(middle).mul(psi));
    }

    /** x / sqrt(mean of x^2 + 1e-8), row by row. */
    private static SDVariable normalised(SameDiff graph, SDVariable x) {
        return x.mul(graph.math.rsqrt(graph.mean(graph.math.square(x), true, 1).add(1e-8)));
    }

    /** x W + b with fixed weights. */
    public static SDVariable dense(SameDiff graph, SDVariable x, Dense dense) {
        Objects.requireNonNull(graph, "graph");
        Objects.requireNonNull(x, "x");
        return graph.mmul(x, graph.constant(dense.name() + ".weight", dense.weight()))
                .add(graph.constant(dense.name() + ".bias", dense.bias()));
    }
}
