package io.github.rewrite4j.samediff.engine.plan;

import io.github.rewrite4j.samediff.engine.kernel.MapConvolution;
import io.github.rewrite4j.samediff.engine.kernel.MapGeometry;
import io.github.rewrite4j.samediff.engine.kernel.MapKernels;
import io.github.rewrite4j.samediff.engine.kernel.WeightOrder;
import java.util.List;

/**
 * A convolution of maps with their channels last, or its transpose. A weight that is fed is laid out when it is
 * another one than in the run before; one that is computed, in every run.
 */
final class ConvolutionStep extends Step {
    private static final int NEVER = -1;

    private final Slot x;
    private final Slot weight;
    private final Slot y;
    private final boolean transposed;
    private final MapConvolution kernel;
    private int laidOut = NEVER;
    private int laidOutByMap = NEVER;

    /**
     * @param weight [rows, columns, in / groups, out] of the geometry
     * @param geometry from the larger maps to the smaller ones
     * @param transposed whether x are the results of the geometry and y its maps
     */
    ConvolutionStep(MapKernels kernels, Slot x, Slot weight, Slot y, MapGeometry geometry, boolean transposed) {
        super(List.of(x, weight), List.of(y));
        this.x = x;
        this.weight = weight;
        this.y = y;
        this.transposed = transposed;
        this.kernel = weight.hasVersion() && !weight.tracked()
                ? kernels.settled(geometry, WeightOrder.TAPS_FIRST)
                : kernels.convolution(geometry, WeightOrder.TAPS_FIRST);
    }

    Slot weight() {
        return weight;
    }

    @Override
    List<Slot> readBackward() {
        return List.of(x, weight);
    }

    @Override
    void forward() {
        if (transposed) {
            layOutByMap();
            kernel.byMap(x.value(), y.value(), false);
        } else {
            layOut();
            kernel.forward(x.value(), y.value(), false);
        }
    }

    private void layOut() {
        if (laidOut != weight.version() || !weight.hasVersion()) {
            kernel.weight(weight.value());
            laidOut = weight.version();
        }
    }

    private void layOutByMap() {
        if (laidOutByMap != weight.version() || !weight.hasVersion()) {
            kernel.weightByMap(weight.value());
            laidOutByMap = weight.version();
        }
    }

    @Override
    void backward() {
        if (x.tracked()) {
            boolean first = x.takesFirst();
            if (transposed) {
                layOut();
                kernel.forward(y.gradient(), x.gradient(), !first);
            } else {
                layOutByMap();
                kernel.byMap(y.gradient(), x.gradient(), !first);
            }
        }
        if (weight.tracked()) {
            if (transposed) {
                kernel.byWeight(y.gradient(), x.value(), weight.gradient());
            } else {
                kernel.byWeight(x.value(), y.gradient(), weight.gradient());
            }
        }
    }
}
