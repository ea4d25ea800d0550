package io.github.rewrite4j.samediff.generator.onnx;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** Normalisations, by mean and variance over the axes that each of them names (biased, as everywhere in the standard). */
final class Normalisation {
    private Normalisation() {}

    static void register(Map<String, Operator> all) {
        all.put("BatchNormalization", Normalisation::batch);
        all.put("InstanceNormalization", Normalisation::instance);
        all.put("LayerNormalization", Normalisation::layer);
        all.put("GroupNormalization", Normalisation::group);
        all.put("LpNormalization", Normalisation::unit);
        all.put("LRN", Normalisation::neighbours);
        all.put("MeanVarianceNormalization", Normalisation::standardised);
    }

    private static SDVariable normalised(SDVariable x, double epsilon, int... axes) {
        SameDiff sd = x.getSameDiff();
        SDVariable centred = x.sub(sd.mean(x, true, axes));
        SDVariable variance = sd.mean(sd.math().square(centred), true, axes);
        return centred.mul(sd.math().rsqrt(variance.add(epsilon)));
    }

    /** Folded into a factor and a number to add for each channel: y = x g / sqrt(v + e) + (b - m g / sqrt(v + e)). */
    private static void batch(OnnxNode node, OnnxGraph graph) {
        Value in = graph.in(0);
        if (node.whole("training_mode", 0) != 0 || (graph.opset() < 14 && graph.outputCount() > 1)) {
            throw new OnnxException("it is in training mode. Export the network in evaluation mode.");
        }
        Constant scale = graph.constant(1);
        Constant bias = graph.constant(2);
        Constant mean = graph.constant(3);
        Constant variance = graph.constant(4);
        float[] factor = new float[scale.length()];
        float[] added = new float[scale.length()];
        requireLength(factor.length, in, bias, mean, variance);
        double epsilon = node.real("epsilon", 1e-5);
        for (int i = 0; i < factor.length; i++) {
            double f = scale.real(i) / Math.sqrt(variance.real(i) + epsilon);
            factor[i] = (float) f;
            added[i] = (float) (bias.real(i) - mean.real(i) * f);
        }
        SDVariable x = graph.variable(0);
        graph.put(
                x.mul(Shapes.perChannel(graph, factor, in.rank())).add(Shapes.perChannel(graph, added, in.rank())),
                Kind.REAL,
                in.shape());
    }

    private static void requireLength(int channels, Value in, Constant... others) {
        if (in.rank() < 2 || in.size(1) != channels || Arrays.stream(others).anyMatch(o -> o.length() != channels)) {
            throw new OnnxException(
                    "its parameters do not fit the channels of its input " + Size.text(in.shape()) + ".");
        }
    }

    private static SDVariable channels(OnnxGraph graph, int input, int rank) {
        long[] shape = new long[rank];
        Arrays.fill(shape, 1);
        shape[1] = graph.in(input).size(0);
        return Shapes.reshape(graph, graph.variable(input), shape);
    }

    private static void standardised(OnnxNode node, OnnxGraph graph) {
        Value in = graph.in(0);
        int[] axes = Arrays.stream(node.wholes("axes").orElse(new long[] {0, 2, 3}))
                .mapToInt(axis -> OnnxNode.axis(axis, in.rank()))
                .toArray();
        if (Arrays.stream(axes).anyMatch(axis -> Size.isFree(in.size(axis)))) {
            throw new OnnxException(
                    "it takes mean and variance over the batch, so that each picture depends on the others.");
        }
        SDVariable x = graph.variable(0);
        SameDiff sd = x.getSameDiff();
        SDVariable centred = x.sub(sd.mean(x, true, axes));
        SDVariable deviation = sd.math().sqrt(sd.mean(sd.math().square(centred), true, axes));
        graph.put(centred.div(deviation.add(1e-9)), Kind.REAL, in.shape());
    }

    private static void instance(OnnxNode node, OnnxGraph graph) {
        Value in = graph.in(0);
        if (in.rank() < 3 || graph.in(1).rank() != 1 || graph.in(1).size(0) != in.size(1)) {
            throw new OnnxException("its scale does not fit the channels of its input " + Size.text(in.shape()) + ".");
        }
        int[] axes = IntStream.range(2, in.rank()).toArray();
        SDVariable x = normalised(graph.variable(0), node.real("epsilon", 1e-5), axes);
        graph.put(x.mul(channels(graph, 1, in.rank())).add(channels(graph, 2, in.rank())), Kind.REAL, in.shape());
    }

    private static void layer(OnnxNode node, OnnxGraph graph) {
        Value in = graph.in(0);
        int[] axes =
                IntStream.range(node.axis("axis", -1, in.rank()), in.rank()).toArray();
        SDVariable x = normalised(graph.variable(0), node.real("epsilon", 1e-5), axes);
        x = x.mul(Shapes.aligned(graph, graph.variable(1), graph.in(1).shape(), in.rank()));
        if (graph.maybe(2).isPresent()) {
            x = x.add(Shapes.aligned(graph, graph.variable(2), graph.in(2).shape(), in.rank()));
        }
        graph.put(x, Kind.REAL, in.shape());
    }

    /** Scale and bias belong to groups in opset 18 and to channels from 21 on. */
    private static void group(OnnxNode node, OnnxGraph graph) {
        Value in = graph.in(0);
        long groups = node.whole("num_groups", 1);
        if (in.rank() < 3 || groups < 1 || in.size(1) % groups != 0) {
            throw new OnnxException(
                    "its " + groups + " groups do not divide the channels of " + Size.text(in.shape()) + ".");
        }
        long[] grouped = {in.size(0), groups, Size.product(OnnxGraph.tail(in.shape())) / groups};
        SDVariable x = normalised(Shapes.reshape(graph, graph.variable(0), grouped), node.real("epsilon", 1e-5), 2);
        if (graph.in(1).size(0) == groups && groups != in.size(1)) {
            x = x.mul(channels(graph, 1, 3)).add(channels(graph, 2, 3));
            x = Shapes.reshape(graph, x, in.shape());
        } else {
            x = Shapes.reshape(graph, x, in.shape());
            x = x.mul(channels(graph, 1, in.rank())).add(channels(graph, 2, in.rank()));
        }
        graph.put(x, Kind.REAL, in.shape());
    }

    private static void unit(OnnxNode node, OnnxGraph graph) {
        Value in = graph.in(0);
        int axis = node.axis("axis", -1, in.rank());
        SDVariable x = graph.variable(0);
        SameDiff sd = graph.graph();
        SDVariable length = node.whole("p", 2) == 1
                ? sd.sum(sd.math().abs(x), true, axis)
                : sd.math().sqrt(sd.sum(sd.math().square(x), true, axis));
        graph.put(x.div(length), Kind.REAL, in.shape());
    }

    /** Squares of neighbouring channels are summed by a product with a band of ones. */
    private static void neighbours(OnnxNode node, OnnxGraph graph) {
        Value in = Shapes.image(graph.in(0), "its input");
        int channels = (int) in.size(1);
        int size = (int) node.whole("size", 1);
        float[] band = new float[Constant.count(channels, channels)];
        for (int i = 0; i < channels; i++) {
            for (int j = Math.max(0, i - (size - 1) / 2); j <= Math.min(channels - 1, i + size / 2); j++) {
                band[j * channels + i] = 1;
            }
        }
        SameDiff sd = graph.graph();
        SDVariable x = graph.variable(0);
        SDVariable squares = sd.permute(sd.math().square(x), 0, 2, 3, 1);
        SDVariable sums = sd.mmul(
                sd.reshape(squares, -1, channels),
                sd.constant(Constant.reals(band, channels, channels).array()));
        SDVariable back = sd.permute(sd.reshape(sums, -1, in.size(2), in.size(3), channels), 0, 3, 1, 2);
        double alpha = node.real("alpha", 1e-4);
        SDVariable base = back.mul(alpha / size).add(node.real("bias", 1));
        graph.put(x.div(sd.math().pow(base, node.real("beta", 0.75))), Kind.REAL, in.shape());
    }
}
