package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.latent.LatentExpansion;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.latent.LatentReader;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Tells of the latents whose images are drawn. */
record WatchedNetwork(LatentNetwork network, Consumer<Node> drawn) implements LatentNetwork {
    @Override
    public Node images(Tape tape, List<Node> latents, Function<String, Node> weights, @Nullable Node entered) {
        drawn.accept(latents.get(0));
        return network.images(tape, latents, weights, entered);
    }

    @Override
    public int places() {
        return network.places();
    }

    @Override
    public INDArray placed(Inputs inputs) {
        return network.placed(inputs);
    }

    @Override
    public Inputs at(INDArray latents) {
        return network.at(latents);
    }

    @Override
    public GeneratorSpec spec() {
        return network.spec();
    }

    @Override
    public InputSampler sampler() {
        return network.sampler();
    }

    @Override
    public String latent() {
        return network.latent();
    }

    @Override
    public double[] mean() {
        return network.mean();
    }

    @Override
    public INDArray latents(Inputs inputs) {
        return network.latents(inputs);
    }

    @Override
    public List<LatentReader> readers() {
        return network.readers();
    }

    @Override
    public List<Parameter> parameters() {
        return network.parameters();
    }

    @Override
    public Optional<LatentExpansion> expansion() {
        return network.expansion();
    }

    @Override
    public ExpandedGenerator expanded(Collection<Parameter> weights, LatentExpansion expansion) {
        return network.expanded(weights, expansion);
    }
}
