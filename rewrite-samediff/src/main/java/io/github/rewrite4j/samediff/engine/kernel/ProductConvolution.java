package io.github.rewrite4j.samediff.engine.kernel;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A convolution of many channels whose weight stays from run to run, by matrix products where these are quicker:
 * {@linkplain Winograd} for 3x3 kernels of stride 1, one product for each tap for transposed ones of stride 2. One map after
 * the other. What remains is a plain one's.
 */
final class ProductConvolution implements MapConvolution {
    private final FloatPool pool;
    private final MapGeometry g;
    private final WeightOrder order;
    private final Supplier<MapConvolution> making;
    private @Nullable MapConvolution plain;
    private @Nullable Winograd forward;
    private @Nullable Winograd byMap;
    private @Nullable UpwardsConvolution upwards;
    private @Nullable NativeFloats forwardWeight;
    private @Nullable NativeFloats byMapWeight;

    /** @param making what does the rest, made where it is needed */
    ProductConvolution(FloatPool pool, MapGeometry geometry, WeightOrder order, Supplier<MapConvolution> making) {
        this.pool = pool;
        this.g = geometry;
        this.order = order;
        this.making = making;
    }

    /** Whether products are quicker. */
    static boolean suits(MapGeometry g) {
        return isSame(g) ? Winograd.pays(g.in(), g.out(), g.h(), g.w()) : isUpwards(g);
    }

    private static boolean isPlain(MapGeometry g) {
        return g.groups() == 1 && g.rows() == 3 && g.columns() == 3 && g.dilationY() == 1 && g.dilationX() == 1;
    }

    private static boolean isSame(MapGeometry g) {
        return isPlain(g)
                && g.strideY() == 1
                && g.strideX() == 1
                && g.top() == 1
                && g.left() == 1
                && g.height() == g.h()
                && g.width() == g.w();
    }

    private static boolean isUpwards(MapGeometry g) {
        return isPlain(g)
                && g.strideY() == 2
                && g.strideX() == 2
                && g.top() == 0
                && g.left() == 0
                && g.h() == 2 * g.height() + 1
                && g.w() == 2 * g.width() + 1
                && UpwardsConvolution.pays(g.out(), g.in(), g.height(), g.width());
    }

    private MapConvolution plain() {
        if (plain == null) {
            plain = making.get();
        }
        return plain;
    }

    @Override
    public void weight(float[] numbers) {
        if (!isSame(g)) {
            plain().weight(numbers);
            return;
        }
        if (forwardWeight == null) {
            forwardWeight = pool.own(Winograd.length(g));
            forward = new Winograd(pool, g.in(), g.h(), g.w(), g.out());
        }
        Winograd.transform(numbers, g, order, false, forwardWeight);
    }

    @Override
    public void weightByMap(float[] numbers) {
        if (isSame(g)) {
            if (byMapWeight == null) {
                byMapWeight = pool.own(Winograd.length(g));
                byMap = new Winograd(pool, g.out(), g.h(), g.w(), g.in());
            }
            Winograd.transform(numbers, g, order, true, byMapWeight);
        } else {
            if (byMapWeight == null) {
                byMapWeight = pool.own(g.weightLength());
                upwards = new UpwardsConvolution(pool, g.out(), g.height(), g.width(), g.in());
            }
            UpwardsConvolution.tapsFirst(numbers, g, order, byMapWeight);
        }
    }

    @Override
    public void forward(float[] from, float[] to, boolean add) {
        if (forward == null || forwardWeight == null) {
            plain().forward(from, to, add);
            return;
        }
        for (int n = 0; n < g.n(); n++) {
            forward.run(from, n * g.h() * g.w() * g.in(), forwardWeight, to, n * g.h() * g.w() * g.out(), add);
        }
    }

    @Override
    public void byMap(float[] gradient, float[] to, boolean add) {
        if (byMapWeight == null) {
            throw new IllegalStateException("The weight is missing.");
        }
        int large = g.h() * g.w() * g.in();
        int small = g.height() * g.width() * g.out();
        for (int n = 0; n < g.n(); n++) {
            if (byMap != null) {
                byMap.run(gradient, n * small, byMapWeight, to, n * large, add);
            } else if (upwards != null) {
                upwards.run(gradient, n * small, byMapWeight, to, n * large, add);
            }
        }
    }

    @Override
    public void byWeight(float[] from, float[] gradient, float[] to) {
        plain().byWeight(from, gradient, to);
    }
}
