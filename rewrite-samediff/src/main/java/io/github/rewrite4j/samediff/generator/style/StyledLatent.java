package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.generator.internal.GraphGenerator;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.Dense;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.StyledLayer;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.ToRgb;
import io.github.rewrite4j.samediff.latent.LatentExpansion;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.latent.LatentReader;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A style-based generator seen from w. */
final class StyledLatent implements LatentNetwork {
    private final StyledNetwork network;
    private final Optional<LatentExpansion> expansion;
    private final GraphGenerator generator;
    private final TapedSynthesis synthesis;

    StyledLatent(StyledNetwork network, Optional<LatentExpansion> expansion, GraphGenerator generator) {
        this.network = network;
        this.expansion = expansion;
        this.generator = generator;
        this.synthesis = new TapedSynthesis(network);
    }

    @Override
    public GeneratorSpec spec() {
        return generator.spec();
    }

    @Override
    public InputSampler sampler() {
        return generator.sampler();
    }

    @Override
    public String latent() {
        return StyledGraph.STYLE;
    }

    @Override
    public double[] mean() {
        return network.latentMean()
                .castTo(DataType.DOUBLE)
                .reshape(network.latent())
                .toDoubleVector();
    }

    @Override
    public INDArray latents(Inputs inputs) {
        return generator.compute(inputs, expansion.isPresent() ? StyledGraph.TRUNCATED : StyledGraph.STYLE);
    }

    @Override
    public int places() {
        return network.places();
    }

    @Override
    public Inputs at(INDArray latents) {
        long n = latents.size(0);
        int d = network.latent();
        if (latents.rank() != 3 || latents.size(1) != places() || latents.size(2) != d) {
            throw new IllegalArgumentException("The latents have the shape " + Arrays.toString(latents.shape())
                    + ", but expected was [N, " + places() + ", " + d + "].");
        }
        INDArray mean = network.latentMean().reshape(1, d);
        INDArray common = latents.mean(1);
        Map<String, INDArray> inputs = new HashMap<>();
        // At psi 0 the latent is the mean, whatever z is.
        inputs.put(LatentSampler.LATENT, Nd4j.zeros(DataType.FLOAT, n, d));
        inputs.put(LatentSampler.TRUNCATION, Nd4j.zeros(DataType.FLOAT, n, 1));
        INDArray around = expansion.isPresent() ? common : Nd4j.tile(mean, (int) n, 1);
        if (expansion.isPresent()) {
            inputs.put(ExpandedGenerator.OFFSET, common.sub(mean));
        }
        INDArray offsets = Nd4j.create(DataType.FLOAT, n, places(), d);
        for (int i = 0; i < places(); i++) {
            INDArray moved = latents.get(NDArrayIndex.all(), NDArrayIndex.point(i), NDArrayIndex.all())
                    .sub(around);
            offsets.put(
                    new INDArrayIndex[] {NDArrayIndex.all(), NDArrayIndex.point(i), NDArrayIndex.all()},
                    expansion
                            .map(LatentProjection::of)
                            .map(onto -> moved.sub(moved.mmul(onto.columns()).mmul(onto.directions())))
                            .orElse(moved));
        }
        inputs.put(LatentSampler.OFFSETS, offsets);
        return generator.sampler().complete(Inputs.of(inputs));
    }

    @Override
    public INDArray placed(Inputs given) {
        Inputs inputs = generator.sampler().complete(given);
        int d = network.latent();
        INDArray latents = Nd4j.create(DataType.FLOAT, inputs.size(), places(), d);
        try (INDArray w = generator.compute(inputs, StyledGraph.STYLE)) {
            for (int i = 0; i < places(); i++) {
                latents.put(new INDArrayIndex[] {NDArrayIndex.all(), NDArrayIndex.point(i), NDArrayIndex.all()}, w);
            }
        }
        return inputs.arrays().containsKey(LatentSampler.OFFSETS)
                ? latents.addi(inputs.get(LatentSampler.OFFSETS))
                : latents;
    }

    @Override
    public List<LatentReader> readers() {
        List<LatentReader> readers = new ArrayList<>();
        for (StyledLayer layer : network.layers()) {
            readers.add(reader(layer.name(), LatentReader.Kind.CONVOLUTION, layer.modulation()));
            layer.toRgb()
                    .flatMap(ToRgb::modulation)
                    .ifPresent(dense -> readers.add(
                            reader(layer.toRgb().map(ToRgb::name).orElse(""), LatentReader.Kind.COLOUR, dense)));
        }
        return readers;
    }

    private static LatentReader reader(String layer, LatentReader.Kind kind, Dense dense) {
        return new LatentReader(
                StyledParameters.style(layer),
                kind,
                Matrix.of(dense.weight().castTo(DataType.DOUBLE)).transpose());
    }

    @Override
    public List<Parameter> parameters() {
        return StyledParameters.of(network, generator.canonicalWeights());
    }

    @Override
    public Node images(Tape tape, List<Node> latents, Function<String, Node> weights, @Nullable Node entered) {
        return synthesis.images(tape, latents, weights, entered);
    }

    @Override
    public Optional<LatentExpansion> expansion() {
        return expansion;
    }

    @Override
    public ExpandedGenerator expanded(Collection<Parameter> weights, LatentExpansion more) {
        StyledParameters.Replaced replaced = StyledParameters.replace(network, weights);
        return new ExpandedStyleGan2(replaced.network(), replaced.editable(), more);
    }
}
