package io.github.rewrite4j.samediff.tape;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolutions by oneDNN, each prepared once for its shape and bound to arrays of the scratch. The gradient by the map is
 * one more convolution where the stride is 1, with the weight turned around: quicker than the kernel made for it.
 */
final class OneDnnConvolutions implements ConvolutionKernels {
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
                    case FORWARD -> OneDnnPrograms.forward(s, map(s), weight(s), result(s));
                    case BY_MAP ->
                        isTurned(s)
                                ? OneDnnPrograms.turned(s, gradient(s), weight(s), byMap(s))
                                : OneDnnPrograms.byMap(s, gradient(s), weight(s), byMap(s));
                    case BY_WEIGHT -> OneDnnPrograms.byWeight(s, map(s), gradient(s), byWeight(s));
                })
                .run();
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
