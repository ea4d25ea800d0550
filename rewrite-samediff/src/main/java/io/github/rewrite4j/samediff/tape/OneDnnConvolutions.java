package io.github.rewrite4j.samediff.tape;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolutions by oneDNN, each prepared once for its shape and bound to arrays of the scratch. The gradient by the map is
 * one more convolution where the stride is 1, with the weight turned around: quicker than the kernel made for it.
 */
final class OneDnnConvolutions implements ConvolutionKernels {
    private static final dnnl.algorithm DIRECT = dnnl.algorithm.convolution_direct;
    private static final memory.format_tag CHANNELS_LAST = memory.format_tag.nhwc;
    private static final memory.format_tag AS_IT_LIKES = memory.format_tag.any;

    private final Tape tape;
    private final Map<Kind, Map<ConvolutionShape, OneDnnProgram>> programs = new EnumMap<>(Kind.class);

    private enum Kind {
        FORWARD,
        BY_MAP,
        BY_WEIGHT
    }

    OneDnnConvolutions(Tape tape) {
        this.tape = tape;
    }

    @Override
    public void forward(ConvolutionShape s, float[] x, float[] w, float[] y) {
        device().fill(map(s), x);
        device().fill(weight(s), w);
        run(Kind.FORWARD, s);
        device().read(result(s), y);
    }

    @Override
    public void byMap(ConvolutionShape s, float[] w, float[] gradient, float[] byMap) {
        device().fill(gradient(s), gradient);
        byMap(s, w, byMap);
    }

    @Override
    public void byWeight(ConvolutionShape s, float[] x, float[] gradient, float[] byWeight) {
        device().fill(gradient(s), gradient);
        byWeight(s, x, byWeight);
    }

    @Override
    public void byBoth(ConvolutionShape s, float[] x, float[] w, float[] gradient, float[] byMap, float[] byWeight) {
        device().fill(gradient(s), gradient);
        byWeight(s, x, byWeight);
        byMap(s, w, byMap);
    }

    private void byMap(ConvolutionShape s, float[] w, float[] byMap) {
        device().fill(weight(s), isTurned(s) ? turned(w, s.kernel() * s.kernel()) : w);
        run(Kind.BY_MAP, s);
        device().read(byMap(s), byMap);
    }

    private void byWeight(ConvolutionShape s, float[] x, float[] byWeight) {
        device().fill(map(s), x);
        run(Kind.BY_WEIGHT, s);
        device().read(byWeight(s), byWeight);
    }

    private void run(Kind kind, ConvolutionShape s) {
        programs.computeIfAbsent(kind, k -> new HashMap<>())
                .computeIfAbsent(s, shape -> switch (kind) {
                    case FORWARD -> convolution(s, map(s), weight(s), memory.format_tag.oihw, result(s));
                    case BY_MAP ->
                        isTurned(s)
                                ? convolution(s.turned(), gradient(s), weight(s), memory.format_tag.iohw, byMap(s))
                                : gradientByMap(s);
                    case BY_WEIGHT -> gradientByWeight(s);
                })
                .run();
    }

    /** y = w * x; the order is that of the weight in its array. */
    private static OneDnnProgram convolution(
            ConvolutionShape s, INDArray from, INDArray weight, memory.format_tag order, INDArray to) {
        OneDnnProgram p = new OneDnnProgram();
        memory.desc x = maps(p, s);
        memory.desc y = results(p, s);
        try (convolution_forward.primitive_desc chosen = forward(p, s)) {
            memory w = p.scratch(p.own(chosen.weights_desc()));
            p.copy(p.of(weight, weights(p, s, order)), w);
            p.add(
                    new convolution_forward(chosen),
                    Map.of(
                            dnnl.DNNL_ARG_SRC, p.of(from, x),
                            dnnl.DNNL_ARG_WEIGHTS, w,
                            dnnl.DNNL_ARG_DST, p.of(to, y)));
        }
        return p;
    }

    private OneDnnProgram gradientByMap(ConvolutionShape s) {
        OneDnnProgram p = new OneDnnProgram();
        memory.desc x = maps(p, s);
        memory.desc y = results(p, s);
        try (convolution_forward.primitive_desc forward = forward(p, s);
                convolution_backward_data.desc wanted = new convolution_backward_data.desc(
                        DIRECT, x, weights(p, s, AS_IT_LIKES), y, strides(s), padding(s), padding(s));
                convolution_backward_data.primitive_desc chosen =
                        new convolution_backward_data.primitive_desc(wanted, p.processor(), forward)) {
            memory w = p.scratch(p.own(chosen.weights_desc()));
            p.copy(p.of(weight(s), weights(p, s, memory.format_tag.oihw)), w);
            p.add(
                    new convolution_backward_data(chosen),
                    Map.of(
                            dnnl.DNNL_ARG_DIFF_DST, p.of(gradient(s), y),
                            dnnl.DNNL_ARG_WEIGHTS, w,
                            dnnl.DNNL_ARG_DIFF_SRC, p.of(byMap(s), x)));
        }
        return p;
    }

    private OneDnnProgram gradientByWeight(ConvolutionShape s) {
        OneDnnProgram p = new OneDnnProgram();
        memory.desc x = maps(p, s);
        memory.desc y = results(p, s);
        try (convolution_forward.primitive_desc forward = forward(p, s);
                convolution_backward_weights.desc wanted = new convolution_backward_weights.desc(
                        DIRECT, x, weights(p, s, AS_IT_LIKES), y, strides(s), padding(s), padding(s));
                convolution_backward_weights.primitive_desc chosen =
                        new convolution_backward_weights.primitive_desc(wanted, p.processor(), forward)) {
            memory w = p.scratch(p.own(chosen.diff_weights_desc()));
            p.add(
                    new convolution_backward_weights(chosen),
                    Map.of(
                            dnnl.DNNL_ARG_SRC, p.of(map(s), x),
                            dnnl.DNNL_ARG_DIFF_DST, p.of(gradient(s), y),
                            dnnl.DNNL_ARG_DIFF_WEIGHTS, w));
            p.copy(w, p.of(byWeight(s), weights(p, s, memory.format_tag.oihw)));
        }
        return p;
    }

    private static convolution_forward.primitive_desc forward(OneDnnProgram p, ConvolutionShape s) {
        try (convolution_forward.desc wanted = new convolution_forward.desc(
                dnnl.prop_kind.forward_training,
                DIRECT,
                maps(p, s),
                weights(p, s, AS_IT_LIKES),
                results(p, s),
                strides(s),
                padding(s),
                padding(s))) {
            return new convolution_forward.primitive_desc(wanted, p.processor());
        }
    }

    private static memory.desc maps(OneDnnProgram p, ConvolutionShape s) {
        return p.describe(CHANNELS_LAST, s.n(), s.in(), s.h(), s.w());
    }

    private static memory.desc results(OneDnnProgram p, ConvolutionShape s) {
        return p.describe(CHANNELS_LAST, s.n(), s.out(), s.height(), s.width());
    }

    private static memory.desc weights(OneDnnProgram p, ConvolutionShape s, memory.format_tag order) {
        return p.describe(order, s.out(), s.in(), s.kernel(), s.kernel());
    }

    private static long[] strides(ConvolutionShape s) {
        return new long[] {s.stride(), s.stride()};
    }

    private static long[] padding(ConvolutionShape s) {
        return new long[] {s.padding(), s.padding()};
    }

    private INDArray map(ConvolutionShape s) {
        return device().array("map", s.n(), s.h(), s.w(), s.in());
    }

    private INDArray byMap(ConvolutionShape s) {
        return device().array("by map", s.n(), s.h(), s.w(), s.in());
    }

    private INDArray weight(ConvolutionShape s) {
        return device().array("weight", s.out(), s.in(), s.kernel(), s.kernel());
    }

    private INDArray byWeight(ConvolutionShape s) {
        return device().array("by weight", s.out(), s.in(), s.kernel(), s.kernel());
    }

    private INDArray result(ConvolutionShape s) {
        return device().array("result", s.n(), s.height(), s.width(), s.out());
    }

    private INDArray gradient(ConvolutionShape s) {
        return device().array("gradient", s.n(), s.height(), s.width(), s.out());
    }

    private static boolean isTurned(ConvolutionShape s) {
        return s.stride() == 1 && s.padding() < s.kernel();
    }

    /** Each kernel of the weight turned by half a circle. */
    private float[] turned(float[] w, int taps) {
        float[] turned = tape.array(w.length);
        for (int start = 0; start < w.length; start += taps) {
            for (int t = 0; t < taps; t++) {
                turned[start + t] = w[start + taps - 1 - t];
            }
        }
        return turned;
    }

    private DeviceScratch device() {
        return tape.device();
    }

    @Override
    public void close() {
        programs.values().forEach(known -> known.values().forEach(OneDnnProgram::close));
        programs.clear();
    }
}
