package io.github.rewrite4j.samediff.latent;

import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.latent.LatentSamples;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.tape.Dense;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Images of 3 x 2 x 2 that are linear in a Gaussian latent: image = A w, so that J = A everywhere. */
record ToyNetwork(Matrix map) implements LatentNetwork {
    private static final int PIXELS = 12;

    private int dimension() {
        return map.columns();
    }

    @Override
    public GeneratorSpec spec() {
        return new GeneratorSpec("toy", "toy-fingerprint", "toy-fingerprint", 3, 2, 2, (long) PIXELS * dimension());
    }

    @Override
    public InputSampler sampler() {
        return new InputSampler() {
            @Override
            public Inputs at(List<Sample> samples) {
                int[] indices = samples.stream().mapToInt(Sample::index).toArray();
                return Inputs.of(
                        "z", LatentSamples.at(dimension(), samples.get(0).seed(), indices));
            }

            @Override
            public String id() {
                return "toy-gaussian";
            }
        };
    }

    @Override
    public String latent() {
        return "z";
    }

    @Override
    public double[] mean() {
        return new double[dimension()];
    }

    @Override
    public INDArray latents(Inputs inputs) {
        return inputs.get("z").dup();
    }

    @Override
    public List<LatentReader> readers() {
        return List.of(
                new LatentReader("first", LatentReader.Kind.CONVOLUTION, map.firstRows(5)),
                new LatentReader("colour", LatentReader.Kind.COLOUR, map.firstRows(2)),
                new LatentReader("second", LatentReader.Kind.CONVOLUTION, map.lastRows(7)),
                new LatentReader("lastColour", LatentReader.Kind.COLOUR, map.lastRows(1)));
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(Parameter.of("map", map.toArray()), Parameter.of("none", Nd4j.zeros(PIXELS)));
    }

    @Override
    public int places() {
        return 1;
    }

    @Override
    public INDArray placed(Inputs inputs) {
        return latents(inputs).reshape(inputs.size(), 1, map.columns());
    }

    @Override
    public Inputs at(INDArray latents) {
        throw new UnsupportedOperationException("A toy has no inputs but samples.");
    }

    @Override
    public Node images(Tape tape, List<Node> latents, Function<String, Node> weights, @Nullable Node entered) {
        Node flat = Dense.linear(latents.get(0), weights.apply("map"), weights.apply("none"));
        return tape.reshape(flat, latents.get(0).size(0), 3, 2, 2);
    }

    @Override
    public Optional<LatentExpansion> expansion() {
        return Optional.empty();
    }

    @Override
    public ExpandedGenerator expanded(Collection<Parameter> weights, LatentExpansion expansion) {
        throw new UnsupportedOperationException("A toy is not expanded.");
    }
}
