package io.github.rewrite4j.samediff.generator.onnx;

import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;

/** Weights that are stored in few bits; they are made numbers again while the graph is built. */
final class Quantisation {
    private Quantisation() {}

    static void register(Map<String, Operator> all) {
        all.put("DequantizeLinear", Quantisation::dequantise);
        all.put("QuantizeLinear", Quantisation::quantise);
    }

    /** (x - zero) scale, with one scale for all or one for each place of an axis. */
    private static void dequantise(OnnxNode node, OnnxGraph graph) {
        Value in = graph.in(0);
        Constant scale = graph.constant(1);
        Constant zero = graph.maybeConstant(2).orElse(null);
        if (in.constant() == null) {
            if (scale.length() != 1) {
                throw new OnnxException("activations with a scale for each channel are not read.");
            }
            double middle = zero == null ? 0 : zero.onlyWhole();
            graph.put(graph.variable(0).sub(middle).mul(scale.onlyReal()), Kind.REAL, in.shape());
            return;
        }
        long inner = 1;
        if (scale.length() != 1) {
            int axis = node.axis("axis", 1, in.rank());
            if (in.size(axis) != scale.length() || scale.rank() != 1) {
                throw new OnnxException("its scales do not fit its axis " + axis + "; scales of blocks are not read.");
            }
            for (int i = axis + 1; i < in.rank(); i++) {
                inner *= in.size(i);
            }
        }
        float[] values = new float[in.constant().length()];
        for (int i = 0; i < values.length; i++) {
            int of = (int) (i / inner % scale.length());
            long middle = zero == null ? 0 : zero.whole(zero.length() == 1 ? 0 : of);
            values[i] = (in.constant().whole(i) - middle) * scale.real(scale.length() == 1 ? 0 : of);
        }
        graph.put(Constant.reals(values, in.shape()));
    }

    /** x / scale rounded to even, with zero added, kept within 8 bits. */
    private static void quantise(OnnxNode node, OnnxGraph graph) {
        Value in = graph.in(0);
        Constant scale = graph.constant(1);
        Constant zero = graph.maybeConstant(2).orElse(null);
        if (scale.length() != 1) {
            throw new OnnxException("it quantises with a scale for each channel, which is not read.");
        }
        boolean signed = zero != null && graph.isSigned(2);
        double low = signed ? -128 : 0;
        SDVariable whole =
                rounded(graph.variable(0).div(scale.onlyReal())).add(zero == null ? 0 : (double) zero.onlyWhole());
        graph.put(graph.graph().math().clipByValue(whole, low, low + 255), Kind.WHOLE, in.shape());
    }

    /** To the nearest whole number, ties to even: adding and taking away 1.5 x 2^23 leaves no room for a fraction. */
    private static SDVariable rounded(SDVariable x) {
        double shift = 0x1.8p23;
        return x.add(shift).sub(shift);
    }
}
