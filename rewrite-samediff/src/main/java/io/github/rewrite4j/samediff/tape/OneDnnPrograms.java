package io.github.rewrite4j.samediff.tape;

import java.util.Map;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Convolutions for oneDNN, bound to arrays: maps [N, H, W, C], weights [out, in, k, k] unless said otherwise. */
final class OneDnnPrograms {
    private static final dnnl.algorithm DIRECT = dnnl.algorithm.convolution_direct;
    private static final memory.format_tag CHANNELS_LAST = memory.format_tag.nhwc;
    private static final memory.format_tag AS_IT_LIKES = memory.format_tag.any;

    private OneDnnPrograms() {}

    /** y = w * x. */
    static OneDnnProgram forward(ConvolutionShape s, INDArray x, INDArray weight, INDArray y) {
        return convolution(s, x, weight, memory.format_tag.oihw, y);
    }

    /**
     * The gradient by the map, for stride 1.
     *
     * @param weight each of its kernels turned by half a circle
     */
    static OneDnnProgram turned(ConvolutionShape s, INDArray gradient, INDArray weight, INDArray byMap) {
        return convolution(s.turned(), gradient, weight, memory.format_tag.iohw, byMap);
    }

    /** y = w * x; the order is that of the weight in its array. */
    private static OneDnnProgram convolution(
            ConvolutionShape s, INDArray from, INDArray weight, memory.format_tag order, INDArray to) {
        OneDnnProgram p = new OneDnnProgram();
        memory.desc x = maps(p, s);
        memory.desc y = results(p, s);
        try (convolution_forward.primitive_desc chosen = described(p, s)) {
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

    /** The gradient by the map, for any stride. */
    static OneDnnProgram byMap(ConvolutionShape s, INDArray gradient, INDArray weight, INDArray byMap) {
        OneDnnProgram p = new OneDnnProgram();
        memory.desc x = maps(p, s);
        memory.desc y = results(p, s);
        try (convolution_forward.primitive_desc forward = described(p, s);
                convolution_backward_data.desc wanted = new convolution_backward_data.desc(
                        DIRECT, x, weights(p, s, AS_IT_LIKES), y, strides(s), padding(s), padding(s));
                convolution_backward_data.primitive_desc chosen =
                        new convolution_backward_data.primitive_desc(wanted, p.processor(), forward)) {
            memory w = p.scratch(p.own(chosen.weights_desc()));
            p.copy(p.of(weight, weights(p, s, memory.format_tag.oihw)), w);
            p.add(
                    new convolution_backward_data(chosen),
                    Map.of(
                            dnnl.DNNL_ARG_DIFF_DST, p.of(gradient, y),
                            dnnl.DNNL_ARG_WEIGHTS, w,
                            dnnl.DNNL_ARG_DIFF_SRC, p.of(byMap, x)));
        }
        return p;
    }

    /** The gradient by the weight. */
    static OneDnnProgram byWeight(ConvolutionShape s, INDArray map, INDArray gradient, INDArray byWeight) {
        OneDnnProgram p = new OneDnnProgram();
        memory.desc x = maps(p, s);
        memory.desc y = results(p, s);
        try (convolution_forward.primitive_desc forward = described(p, s);
                convolution_backward_weights.desc wanted = new convolution_backward_weights.desc(
                        DIRECT, x, weights(p, s, AS_IT_LIKES), y, strides(s), padding(s), padding(s));
                convolution_backward_weights.primitive_desc chosen =
                        new convolution_backward_weights.primitive_desc(wanted, p.processor(), forward)) {
            memory w = p.scratch(p.own(chosen.diff_weights_desc()));
            p.add(
                    new convolution_backward_weights(chosen),
                    Map.of(
                            dnnl.DNNL_ARG_SRC, p.of(map, x),
                            dnnl.DNNL_ARG_DIFF_DST, p.of(gradient, y),
                            dnnl.DNNL_ARG_DIFF_WEIGHTS, w));
            p.copy(w, p.of(byWeight, weights(p, s, memory.format_tag.oihw)));
        }
        return p;
    }

    private static convolution_forward.primitive_desc described(OneDnnProgram p, ConvolutionShape s) {
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
}
