package io.github.rewrite4j.samediff.engine.plan;

import io.github.rewrite4j.samediff.engine.kernel.HeapProducts;
import io.github.rewrite4j.samediff.engine.kernel.RowProducts;
import java.util.Arrays;
import java.util.List;

/**
 * Products of matrices, one or a row of them: c = factor a b, each factor perhaps turned. The rows of a single a are samples, or
 * parts of samples, which do not depend on one another.
 */
final class ProductStep extends Step {
    private final Slot a;
    private final Slot b;
    private final Slot c;
    private final boolean turnA;
    private final boolean turnB;
    private final float factor;
    private final int count;
    private final int m;
    private final int n;
    private final int k;
    private final boolean samples;
    private final boolean many;

    /**
     * @param c [..., m, n]
     * @param k inner size
     */
    ProductStep(Slot a, Slot b, Slot c, boolean turnA, boolean turnB, int k, float factor) {
        super(List.of(a, b), List.of(c));
        this.a = a;
        this.b = b;
        this.c = c;
        this.turnA = turnA;
        this.turnB = turnB;
        this.factor = factor;
        this.m = c.size(c.rank() - 2);
        this.n = c.size(c.rank() - 1);
        this.k = k;
        this.count = c.length() / (m * n);
        this.samples = c.rank() == 2 && !turnA;
        this.many = a.root().rank() > 2;
    }

    @Override
    List<Slot> readBackward() {
        return List.of(a, b);
    }

    @Override
    void forward() {
        Arrays.fill(c.value(), 0, c.length(), 0);
        if (samples) {
            RowProducts.add(many, turnB, m, n, k, factor, a.value(), b.value(), c.value());
            return;
        }
        for (int i = 0; i < count; i++) {
            float[] to = part(c.value(), i, m * n);
            HeapProducts.add(turnA, turnB, m, n, k, factor, part(a.value(), i, m * k), part(b.value(), i, k * n), to);
            putBack(to, c.value(), i, m * n);
        }
    }

    /** The i-th matrix, in an array that begins with it. */
    private float[] part(float[] all, int i, int length) {
        return i == 0 ? all : Arrays.copyOfRange(all, i * length, (i + 1) * length);
    }

    private static void putBack(float[] part, float[] all, int i, int length) {
        if (i > 0) {
            System.arraycopy(part, 0, all, i * length, length);
        }
    }

    @Override
    void backward() {
        for (int i = 0; i < count; i++) {
            float[] g = part(c.gradient(), i, m * n);
            if (a.tracked()) {
                float[] to = part(a.gradient(), i, m * k);
                float[] other = part(b.value(), i, k * n);
                if (samples) {
                    RowProducts.add(many, !turnB, m, k, n, factor, g, other, to);
                } else if (turnA) {
                    HeapProducts.add(turnB, true, k, m, n, factor, other, g, to);
                } else {
                    HeapProducts.add(false, !turnB, m, k, n, factor, g, other, to);
                }
                putBack(to, a.gradient(), i, m * k);
            }
            if (b.tracked()) {
                float[] to = part(b.gradient(), i, k * n);
                float[] other = part(a.value(), i, m * k);
                if (turnB) {
                    HeapProducts.add(true, turnA, n, k, m, factor, g, other, to);
                } else {
                    HeapProducts.add(!turnA, false, k, n, m, factor, other, g, to);
                }
                putBack(to, b.gradient(), i, k * n);
            }
        }
    }
}
