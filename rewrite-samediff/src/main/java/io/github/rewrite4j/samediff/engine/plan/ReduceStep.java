package io.github.rewrite4j.samediff.engine.plan;

import java.util.Arrays;
import java.util.List;

/** Sums or largest numbers along axes. Of equal largest numbers the gradient goes to the first. */
final class ReduceStep extends Step {
    private static final int MOST = 512;

    private final Slot value;
    private final Slot result;
    private final boolean largest;
    private final Spread spread;
    private final float[] tile;
    private final double[] sums;

    /**
     * @param axes which are reduced
     * @param largest rather than the sum
     */
    ReduceStep(Slot value, Slot result, boolean[] axes, boolean largest) {
        super(List.of(value), List.of(result));
        this.value = value;
        this.result = result;
        this.largest = largest;
        this.spread = Spread.reduced(value, result, axes);
        this.tile = new float[Spread.tile(new Spread[] {spread}, MOST)];
        this.sums = new double[largest ? 0 : result.length()];
    }

    @Override
    List<Slot> readBackward() {
        return largest ? List.of(value, result) : List.of();
    }

    @Override
    void forward() {
        float[] to = result.value();
        int length = value.length();
        if (largest) {
            Arrays.fill(to, 0, result.length(), Float.NEGATIVE_INFINITY);
        } else {
            Arrays.fill(sums, 0);
        }
        spread.begin();
        for (int from = 0; from < length; from += tile.length) {
            int n = Math.min(tile.length, length - from);
            System.arraycopy(value.value(), from, tile, 0, n);
            if (largest) {
                spread.largest(tile, from, n, to);
            } else {
                spread.add(tile, from, n, sums);
            }
        }
        for (int i = 0; i < sums.length; i++) {
            to[i] = (float) sums[i];
        }
    }

    @Override
    void backward() {
        int length = value.length();
        boolean[] given = new boolean[largest ? result.length() : 0];
        float[] places = new float[largest ? result.length() : 0];
        for (int i = 0; i < places.length; i++) {
            places[i] = i;
        }
        float[] maxima = new float[tile.length];
        float[] where = new float[tile.length];
        boolean first = !largest && value.takesFirst();
        float[] gradient = value.gradient();
        spread.begin();
        for (int from = 0; from < length; from += tile.length) {
            int n = Math.min(tile.length, length - from);
            spread.load(result.gradient(), from, n, tile);
            if (largest) {
                spread.load(result.value(), from, n, maxima);
                spread.load(places, from, n, where);
                for (int i = 0; i < n; i++) {
                    int place = (int) where[i];
                    if (!given[place] && value.value()[from + i] == maxima[i]) {
                        given[place] = true;
                        gradient[from + i] += tile[i];
                    }
                }
            } else if (first) {
                System.arraycopy(tile, 0, gradient, from, n);
            } else {
                for (int i = 0; i < n; i++) {
                    gradient[from + i] += tile[i];
                }
            }
        }
    }
}
