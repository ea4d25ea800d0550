package io.github.rewrite4j.samediff.engine.kernel;

import java.util.Locale;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.deconvolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/**
 * A convolution of one map by oneDNN, bound to what it reads and writes; see {@link ConvolutionGeometry}. The scope frees
 * it.
 *
 * <p>Some combinations of sizes and fused operations run in oneDNN's reference code or as a matrix product, ten to forty
 * times as slow. The name of the chosen code says so, and then nothing is fused.
 */
public final class ConvolutionKernel {
    private static final dnnl.algorithm CONVOLUTION = dnnl.algorithm.convolution_direct;
    private static final dnnl.algorithm DECONVOLUTION = dnnl.algorithm.deconvolution_direct;
    private static final dnnl.prop_kind FORWARD = dnnl.prop_kind.forward_inference;

    /** Where in the fused operations the scale stands. */
    private static final int SCALE = 1;

    private static final int ARG_SCALE = dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE * (SCALE + 1) | dnnl.DNNL_ARG_SRC_1;

    private final OneDnnScope scope;
    private final ConvolutionGeometry geometry;
    private final Fusion fusion;
    private final String implementation;
    private final memory.desc x;
    private final memory.desc y;
    private final memory.desc weight;
    private final memory.desc vector;
    private final memory.desc factors;
    private final primitive code;
    private final IntMemoryMap operands;
    private @Nullable Changing changing;

    /**
     * Prepares.
     *
     * @param wanted what to fuse, if that is quick
     * @param slope of the leaky rectifier, if one is fused
     */
    public ConvolutionKernel(OneDnnScope scope, ConvolutionGeometry geometry, Fusion wanted, float slope) {
        this.scope = scope;
        this.geometry = geometry;
        this.x = scope.describe(memory.format_tag.nhwc, 1, geometry.in(), geometry.h(), geometry.w());
        this.y = scope.describe(memory.format_tag.nhwc, 1, geometry.out(), geometry.height(), geometry.width());
        this.vector = scope.describe(memory.format_tag.x, geometry.out());
        this.factors = scope.describe(memory.format_tag.nchw, 1, geometry.out(), 1, 1);
        this.operands = scope.own(new IntMemoryMap());
        Chosen chosen = choose(wanted, slope);
        if (wanted != Fusion.NONE && isSlow(chosen.implementation)) {
            chosen = choose(Fusion.NONE, slope);
            this.fusion = Fusion.NONE;
        } else {
            this.fusion = wanted;
        }
        this.implementation = chosen.implementation;
        this.weight = scope.own(chosen.weight);
        this.code = scope.own(chosen.code);
    }

    /** What oneDNN found. */
    private record Chosen(String implementation, memory.desc weight, primitive code) {}

    private Chosen choose(Fusion fused, float slope) {
        memory.desc any = scope.own(new memory.desc(weightSizes(), memory.data_type.f32, memory.format_tag.any));
        long[] strides = {geometry.stride(), geometry.stride()};
        long[] before = {geometry.top(), geometry.left()};
        long[] after = {geometry.bottom(), geometry.right()};
        boolean biased = fused != Fusion.NONE;
        try (primitive_attr attributes = attributes(fused, slope)) {
            if (geometry.transposed()) {
                try (deconvolution_forward.desc wanted = biased
                                ? new deconvolution_forward.desc(
                                        FORWARD, DECONVOLUTION, x, any, vector, y, strides, before, after)
                                : new deconvolution_forward.desc(
                                        FORWARD, DECONVOLUTION, x, any, y, strides, before, after);
                        deconvolution_forward.primitive_desc found =
                                new deconvolution_forward.primitive_desc(wanted, attributes, scope.processor())) {
                    return new Chosen(
                            found.impl_info_str().getString(), found.weights_desc(), new deconvolution_forward(found));
                }
            }
            try (convolution_forward.desc wanted = biased
                            ? new convolution_forward.desc(
                                    FORWARD, CONVOLUTION, x, any, vector, y, strides, before, after)
                            : new convolution_forward.desc(FORWARD, CONVOLUTION, x, any, y, strides, before, after);
                    convolution_forward.primitive_desc found =
                            new convolution_forward.primitive_desc(wanted, attributes, scope.processor())) {
                return new Chosen(
                        found.impl_info_str().getString(), found.weights_desc(), new convolution_forward(found));
            }
        }
    }

    private primitive_attr attributes(Fusion fused, float slope) {
        primitive_attr attributes = new primitive_attr();
        if (fused != Fusion.NONE) {
            try (post_ops then = new post_ops()) {
                then.append_eltwise(1, dnnl.algorithm.eltwise_relu, slope, 0);
                then.append_binary(dnnl.algorithm.binary_mul, factors);
                attributes.set_post_ops(then);
            }
        }
        return attributes;
    }

    /** Whether code of this name is to be avoided where there is another way. */
    public static boolean isSlow(String implementation) {
        String name = implementation.toLowerCase(Locale.ROOT);
        return name.contains("ref") || name.contains("gemm");
    }

    private long[] weightSizes() {
        int groups = geometry.groups();
        return groups == 1
                ? new long[] {geometry.out(), geometry.in(), geometry.rows(), geometry.columns()}
                : new long[] {
                    groups, geometry.out() / groups, geometry.in() / groups, geometry.rows(), geometry.columns()
                };
    }

    /** What is fused, which may be less than was wanted. */
    public Fusion fusion() {
        return fusion;
    }

    /** oneDNN's name of the code that runs. */
    public String implementation() {
        return implementation;
    }

    public ConvolutionGeometry geometry() {
        return geometry;
    }

    /** Reads and writes maps from now on. */
    public ConvolutionKernel on(NativeFloats map, int mapFrom, NativeFloats result, int resultFrom) {
        operands.put(dnnl.DNNL_ARG_SRC, scope.of(map, mapFrom, x));
        operands.put(dnnl.DNNL_ARG_DST, scope.of(result, resultFrom, y));
        return this;
    }

    /** Reads what is fused from now on: the bias and then the scale, one number for each channel that is written. */
    public ConvolutionKernel with(NativeFloats vectors, int biasFrom, int scaleFrom) {
        operands.put(dnnl.DNNL_ARG_BIAS, scope.of(vectors, biasFrom, vector));
        operands.put(ARG_SCALE, scope.of(vectors, scaleFrom, factors));
        return this;
    }

    /** Reads a weight from now on, which {@link #layOut} of a kernel that it {@link #takes} made. */
    public void weight(LaidOutWeight laidOut) {
        operands.put(dnnl.DNNL_ARG_WEIGHTS, laidOut.numbers());
    }

    /** Whether a weight that another kernel laid out lies as this one reads it. */
    public boolean takes(LaidOutWeight laidOut) {
        return laidOut.fits(weight);
    }

    /** A weight [out, in / groups, rows, columns] in the order that this reads. */
    public LaidOutWeight layOut(float[] numbers) {
        if (numbers.length != geometry.weightLength()) {
            throw new IllegalArgumentException(
                    "The weight has " + numbers.length + " numbers, but " + geometry.weightLength() + " are read.");
        }
        memory.format_tag plain = geometry.groups() == 1 ? memory.format_tag.oihw : memory.format_tag.goihw;
        memory laidOut = new memory(weight, scope.processor());
        try (NativeFloats source = new NativeFloats(numbers.length);
                memory.desc order = new memory.desc(weightSizes(), memory.data_type.f32, plain);
                memory from = new memory(order, scope.processor(), source.at(0));
                reorder copy = new reorder(from, laidOut)) {
            source.put(0, numbers, 0, numbers.length);
            copy.execute(scope.queue(), from, laidOut);
            scope.queue()._wait();
        }
        return new LaidOutWeight(laidOut);
    }

    /** Reads a weight [out, in / groups, rows, columns] from now on that is laid out here, over the one before. */
    public void layOutHere(float[] numbers) {
        if (changing == null) {
            changing = new Changing();
        }
        changing.put(numbers);
    }

    /** A weight that changes from run to run. */
    private final class Changing {
        private final memory from;
        private final FloatPointer source;
        private final memory to;
        private final reorder copy;

        Changing() {
            memory.format_tag plain = geometry.groups() == 1 ? memory.format_tag.oihw : memory.format_tag.goihw;
            source = scope.own(new FloatPointer((long) geometry.weightLength()));
            from = scope.own(new memory(scope.describe(plain, weightSizes()), scope.processor(), source));
            to = scope.own(new memory(weight, scope.processor()));
            copy = scope.own(new reorder(from, to));
            operands.put(dnnl.DNNL_ARG_WEIGHTS, to);
        }

        void put(float[] numbers) {
            source.put(numbers, 0, geometry.weightLength());
            copy.execute(scope.queue(), from, to);
        }
    }

    /** Computes. */
    public void run() {
        code.execute(scope.queue(), operands);
        scope.queue()._wait();
    }
}
