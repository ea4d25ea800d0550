package io.github.rewrite4j.samediff.engine.kernel;

import org.jspecify.annotations.Nullable;

/** Makes convolutions that share native memory, and frees it. One thread at a time. */
public final class MapKernels implements AutoCloseable {
    /** Positions from which a sample by itself is enough for a kernel. */
    private static final int LARGE = 256;

    private final FloatPool pool = new FloatPool();
    private final @Nullable OneDnnScope scope;

    private MapKernels(@Nullable OneDnnScope scope) {
        this.scope = scope;
    }

    /** The quickest that there are: oneDNN's, or else {@link #portable}. */
    public static MapKernels quickest() {
        return new MapKernels(OneDnn.available() ? new OneDnnScope() : null);
    }

    /** Products of matrices and loops in Java, for every machine. */
    public static MapKernels portable() {
        return new MapKernels(null);
    }

    /** A convolution, prepared where it is first needed. */
    public MapConvolution convolution(MapGeometry geometry, WeightOrder order) {
        return convolution(geometry, order, false);
    }

    /** The same where the weight stays the same from run to run, so that another form of it pays, and is not trained. */
    public MapConvolution settled(MapGeometry geometry, WeightOrder order) {
        boolean alone = geometry.n() > 1 && geometry.height() * geometry.width() >= LARGE;
        return scope != null && ProductConvolution.suits(geometry)
                ? new ProductConvolution(pool, geometry, order, () -> convolution(geometry, order, false))
                : convolution(geometry, order, alone);
    }

    private MapConvolution convolution(MapGeometry geometry, WeightOrder order, boolean alone) {
        if (scope != null) {
            return new NativeMapConvolution(scope, pool, geometry, order, alone);
        }
        return geometry.in() == geometry.groups()
                ? new ChannelwiseConvolution(geometry, order)
                : new WindowConvolution(geometry, order);
    }

    @Override
    public void close() {
        if (scope != null) {
            scope.close();
        }
        pool.close();
    }
}
