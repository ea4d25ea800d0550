package io.github.rewrite4j.samediff.generator.onnx;

import java.util.Map;
import java.util.function.UnaryOperator;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** Activations, written with operations whose gradients are right. */
final class Activations {
    private static final double SQRT_HALF = Math.sqrt(0.5);

    private Activations() {}

    static void register(Map<String, Operator> all) {
        all.put("Relu", of(x -> x.getSameDiff().nn().relu(x, 0)));
        all.put("LeakyRelu", (node, graph) -> {
            double slope = node.real("alpha", 0.01);
            put(graph, x -> x.getSameDiff().nn().leakyRelu(x, slope));
        });
        all.put("PRelu", Activations::prelu);
        all.put("Sigmoid", of(x -> x.getSameDiff().nn().sigmoid(x)));
        all.put("Tanh", of(x -> x.getSameDiff().math().tanh(x)));
        all.put("Softplus", of(x -> x.getSameDiff().nn().softplus(x)));
        all.put("Softsign", of(x -> x.div(x.getSameDiff().math().abs(x).add(1))));
        all.put("Erf", of(x -> x.getSameDiff().math().erf(x)));
        all.put("Elu", (node, graph) -> {
            double alpha = node.real("alpha", 1);
            put(graph, x -> elu(x, alpha, 1));
        });
        all.put("Celu", (node, graph) -> {
            double alpha = node.real("alpha", 1);
            put(graph, x -> elu(x, alpha, 1 / alpha));
        });
        all.put("Selu", (node, graph) -> {
            double alpha = node.real("alpha", 1.6732632);
            double gamma = node.real("gamma", 1.050701);
            put(graph, x -> elu(x, alpha, 1).mul(gamma));
        });
        all.put("HardSigmoid", (node, graph) -> {
            double alpha = node.real("alpha", 0.2);
            double beta = node.real("beta", 0.5);
            put(graph, x -> clipped(x.mul(alpha).add(beta), 0, 1));
        });
        all.put("HardSwish", of(x -> x.mul(clipped(x.mul(1.0 / 6).add(0.5), 0, 1))));
        all.put("Mish", of(x -> {
            SameDiff sd = x.getSameDiff();
            return x.mul(sd.math().tanh(sd.nn().softplus(x)));
        }));
        all.put("ThresholdedRelu", (node, graph) -> {
            double threshold = node.real("alpha", 1);
            put(graph, x -> x.mul(x.getSameDiff().gt(x, threshold).castTo(x.dataType())));
        });
        all.put("Gelu", (node, graph) -> {
            boolean rough = node.text("approximate", "none").equals("tanh");
            put(graph, x -> rough ? roughGelu(x) : gelu(x));
        });
        all.put("Clip", Activations::clip);
        all.put("Softmax", (node, graph) -> softmax(node, graph, false));
        all.put("LogSoftmax", (node, graph) -> softmax(node, graph, true));
    }

    private static Operator of(UnaryOperator<SDVariable> function) {
        return (node, graph) -> put(graph, function);
    }

    private static void put(OnnxGraph graph, UnaryOperator<SDVariable> function) {
        graph.put(
                function.apply(graph.variable(0)),
                graph.in(0).kind(),
                graph.in(0).shape());
    }

    /** x where it is positive, alpha (exp(scale x) - 1) elsewhere; nothing overflows. */
    private static SDVariable elu(SDVariable x, double alpha, double scale) {
        SameDiff sd = x.getSameDiff();
        SDVariable positive = sd.nn().relu(x, 0);
        SDVariable negative = x.sub(positive);
        return positive.add(sd.math().exp(negative.mul(scale)).sub(1).mul(alpha));
    }

    private static SDVariable gelu(SDVariable x) {
        SameDiff sd = x.getSameDiff();
        return x.mul(sd.math().erf(x.mul(SQRT_HALF)).add(1).mul(0.5));
    }

    private static SDVariable roughGelu(SDVariable x) {
        SameDiff sd = x.getSameDiff();
        SDVariable inner = x.add(x.mul(sd.math().square(x)).mul(0.044715)).mul(Math.sqrt(2 / Math.PI));
        return x.mul(sd.math().tanh(inner).add(1).mul(0.5));
    }

    private static SDVariable clipped(SDVariable x, double low, double high) {
        return x.getSameDiff().math().clipByValue(x, low, high);
    }

    private static void clip(OnnxNode node, OnnxGraph graph) {
        double low = node.has("min")
                ? node.real("min", 0)
                : graph.maybeConstant(1).map(Constant::onlyReal).orElse(-Float.MAX_VALUE);
        double high = node.has("max")
                ? node.real("max", 0)
                : graph.maybeConstant(2).map(Constant::onlyReal).orElse(Float.MAX_VALUE);
        put(graph, x -> clipped(x, low, high));
    }

    private static void prelu(OnnxNode node, OnnxGraph graph) {
        Value in = graph.in(0);
        Value slope = graph.in(1);
        SDVariable x = graph.variable(0);
        SDVariable slopes = Shapes.aligned(graph, graph.variable(1), slope.shape(), in.rank());
        Shapes.broadcast(in.shape(), slope.shape());
        SDVariable positive = x.getSameDiff().nn().relu(x, 0);
        graph.put(positive.add(x.sub(positive).mul(slopes)), in.kind(), in.shape());
    }

    private static void softmax(OnnxNode node, OnnxGraph graph, boolean logarithm) {
        Value in = graph.in(0);
        SameDiff sd = graph.graph();
        boolean flat = graph.opset() < 13;
        int axis = node.axis("axis", flat ? 1 : -1, in.rank());
        long[] rows = flat
                ? new long[] {
                    Size.product(java.util.Arrays.copyOf(in.shape(), axis)),
                    Size.product(java.util.Arrays.copyOfRange(in.shape(), axis, in.rank()))
                }
                : in.shape();
        int along = flat ? 1 : axis;
        SDVariable x = Shapes.reshape(graph, graph.variable(0), rows);
        SDVariable shifted = x.sub(sd.max(x, true, along));
        SDVariable powers = sd.math().exp(shifted);
        SDVariable sums = sd.sum(powers, true, along);
        SDVariable result = logarithm ? shifted.sub(sd.math().log(sums)) : powers.div(sums);
        graph.put(Shapes.reshape(graph, result, in.shape()), Kind.REAL, in.shape());
    }
}
