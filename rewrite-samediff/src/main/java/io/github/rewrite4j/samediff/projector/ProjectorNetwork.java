package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Channels;
import io.github.rewrite4j.samediff.tape.Convolutions;
import io.github.rewrite4j.samediff.tape.Grids;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/**
 * The network of a projector: a convolution at full resolution, one halving convolution per step down to the grid of the
 * values, residual blocks there, a head, and the fixed scale of the values.
 *
 * <p>Branches of residual blocks start at a tenth of their usual size. Nothing is normalised: the absolute scale is part
 * of what is asked for.
 */
final class ProjectorNetwork {
    private static final float SLOPE = 0.2f;
    private static final double SMALL_BRANCH = 0.1;
    private static final int LARGEST_BRANCH = 256;
    private static final int SMALL_IMAGE = 64;

    private final ProjectorArchitecture architecture;
    private final FeatureShape value;
    private final int imageChannels;
    private final int halvings;
    private final Standardisation standardisation;
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();

    /**
     * @param imageChannels of the generator
     * @param imageSide smaller side of its images in pixels
     * @param value shape of one sample's values
     * @param seed of the first weights
     */
    ProjectorNetwork(
            ProjectorArchitecture architecture,
            int imageChannels,
            int imageSide,
            FeatureShape value,
            Standardisation standardisation,
            long seed) {
        this.architecture = architecture;
        this.value = value;
        this.imageChannels = imageChannels;
        this.standardisation = standardisation;
        this.halvings = halvings(imageSide, value);
        Random random = new Random(seed);
        weights(architecture, imageChannels, imageSide, value).forEach((name, shape) -> {
            double size = name.startsWith("block") && name.endsWith(".out") ? SMALL_BRANCH : 1;
            convolution(name, shape, size, random);
        });
    }

    private static int halvings(int imageSide, FeatureShape value) {
        double steps = Math.log((double) imageSide / Math.min(value.height(), value.width())) / Math.log(2);
        return Math.max(0, (int) Math.round(steps));
    }

    /**
     * The shapes of all convolutions by their names [out, in, kernel, kernel], without making them; each also has a bias
     * [out].
     */
    static Map<String, int[]> weights(
            ProjectorArchitecture architecture, int imageChannels, int imageSide, FeatureShape value) {
        Map<String, int[]> weights = new LinkedHashMap<>();
        int width = architecture.stemChannels();
        weights.put("stem", square(width, imageChannels, imageSide <= SMALL_IMAGE ? 3 : 7));
        for (int i = 1; i <= halvings(imageSide, value); i++) {
            int next = (int) Math.min((long) architecture.stemChannels() << i, value.channels());
            weights.put("down" + i, square(next, width, 4));
            width = next;
        }
        int channels = value.channels();
        int branch = Math.min(channels, LARGEST_BRANCH);
        weights.put("width", square(channels, width, 3));
        for (int i = 1; i <= architecture.residualBlocks(); i++) {
            weights.put("block" + i + ".in", square(branch, channels, 3));
            weights.put("block" + i + ".out", square(channels, branch, 3));
        }
        weights.put("head", square(channels, channels, 3));
        return weights;
    }

    private static int[] square(int out, int in, int kernel) {
        return new int[] {out, in, kernel, kernel};
    }

    private void convolution(String name, int[] shape, double size, Random random) {
        int kernel = shape[2];
        double deviation = size * Math.sqrt(2 / ((1 + SLOPE * SLOPE) * shape[1] * kernel * kernel));
        float[] weights = new float[shape[0] * shape[1] * kernel * kernel];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (deviation * random.nextGaussian());
        }
        put(new Parameter(name + ".weight", weights, shape));
        put(new Parameter(name + ".bias", new float[shape[0]], shape[0]));
    }

    private void put(Parameter parameter) {
        parameters.put(parameter.name(), parameter);
    }

    /** Height of the images that go in. */
    int inputHeight() {
        return value.height() << halvings;
    }

    /** Width of the images that go in. */
    int inputWidth() {
        return value.width() << halvings;
    }

    int imageChannels() {
        return imageChannels;
    }

    ProjectorArchitecture architecture() {
        return architecture;
    }

    Standardisation standardisation() {
        return standardisation;
    }

    List<Parameter> parameters() {
        return new ArrayList<>(parameters.values());
    }

    /**
     * The values of images.
     *
     * @param images [N, C, inputHeight, inputWidth]
     * @param use puts a parameter on the tape, for training or frozen
     */
    Node values(Node images, Function<Parameter, Node> use) {
        Pass pass = new Pass(use);
        int kernel = pass.node("stem.weight").size(2);
        Node padded = Grids.reflected(images, kernel / 2);
        Node x = pass.rectified("stem", Convolutions.convolve(padded, pass.node("stem.weight"), 1, 0));
        for (int i = 1; i <= halvings; i++) {
            x = pass.rectified("down" + i, Convolutions.convolve(x, pass.node("down" + i + ".weight"), 2, 1));
        }
        x = pass.linear("width", x);
        for (int i = 1; i <= architecture.residualBlocks(); i++) {
            String in = "block" + i + ".in";
            Node inner = pass.rectified(in, Convolutions.convolve(x, pass.node(in + ".weight"), 1, 1));
            x = Arithmetic.add(x, pass.linear("block" + i + ".out", inner));
        }
        Node result = standardisation.toValues(pass.linear("head", x));
        if (!standardisation.nonNegative()) {
            return result;
        }
        Node zero = result.tape().constant(new float[value.channels()], value.channels());
        return Channels.biasedLeakyRelu(result, zero, 0, 1);
    }

    /** One use of the parameters. */
    private final class Pass {
        private final Function<Parameter, Node> use;

        Pass(Function<Parameter, Node> use) {
            this.use = use;
        }

        Node node(String name) {
            Parameter parameter = parameters.get(name);
            if (parameter == null) {
                throw new IllegalStateException("The network has no parameter '" + name + "'.");
            }
            return use.apply(parameter);
        }

        Node rectified(String name, Node x) {
            return Channels.biasedLeakyRelu(x, node(name + ".bias"), SLOPE, 1);
        }

        Node linear(String name, Node x) {
            return Channels.bias(Convolutions.convolve(x, node(name + ".weight"), 1, 1), node(name + ".bias"));
        }
    }
}
