package io.github.rewrite4j.samediff.correspondence;

import java.util.List;
import java.util.Objects;

/**
 * A smooth field through pairs of places (Schaefer, McPhail and Warren, "Image deformation using moving least squares",
 * SIGGRAPH 2006): every place is moved by the map that fits the pairs best, near ones most. The map is affine, or a {@linkplain
 * #similarity similarity}, which turns and scales alone: a pair that is wrong then stretches nothing. Where the pairs lie on a line,
 * or are fewer than three, an affine map is a shift. Immutable.
 */
public final class MovingLeastSquares {
    private static final double SMALL = 1e-9;
    private static final double CLOSE = 1e-6;

    private final List<BestBuddy> pairs;
    private final boolean similar;

    /**
     * By affine maps.
     *
     * @param pairs at least one
     */
    public MovingLeastSquares(List<BestBuddy> pairs) {
        this(pairs, false);
    }

    /**
     * By maps that turn, scale and shift, and neither stretch nor shear.
     *
     * @param pairs at least one
     */
    public static MovingLeastSquares similarity(List<BestBuddy> pairs) {
        return new MovingLeastSquares(pairs, true);
    }

    private MovingLeastSquares(List<BestBuddy> pairs, boolean similar) {
        Objects.requireNonNull(pairs, "pairs");
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException("A field needs at least one pair of places that correspond.");
        }
        this.pairs = List.copyOf(pairs);
        this.similar = similar;
    }

    /** The field from the second picture to the first. */
    public MovingLeastSquares reversed() {
        return new MovingLeastSquares(
                pairs.stream()
                        .map(p -> new BestBuddy(p.otherRow(), p.otherColumn(), p.row(), p.column(), p.rank()))
                        .toList(),
                similar);
    }

    /** Where a place [row, column] of the first picture lies in the second. */
    public double[] at(double row, double column) {
        double[] weights = new double[pairs.size()];
        double sum = 0;
        double[] p = new double[2];
        double[] q = new double[2];
        for (int i = 0; i < weights.length; i++) {
            BestBuddy pair = pairs.get(i);
            double distance = square(pair.row() - row) + square(pair.column() - column);
            if (distance < CLOSE) {
                return new double[] {pair.otherRow() + row - pair.row(), pair.otherColumn() + column - pair.column()};
            }
            weights[i] = 1 / distance;
            sum += weights[i];
            p[0] += weights[i] * pair.row();
            p[1] += weights[i] * pair.column();
            q[0] += weights[i] * pair.otherRow();
            q[1] += weights[i] * pair.otherColumn();
        }
        for (int axis = 0; axis < 2; axis++) {
            p[axis] /= sum;
            q[axis] /= sum;
        }
        double[] moments = new double[3];
        double[][] cross = new double[2][2];
        for (int i = 0; i < weights.length; i++) {
            BestBuddy pair = pairs.get(i);
            double y = pair.row() - p[0];
            double x = pair.column() - p[1];
            double v = pair.otherRow() - q[0];
            double u = pair.otherColumn() - q[1];
            moments[0] += weights[i] * y * y;
            moments[1] += weights[i] * y * x;
            moments[2] += weights[i] * x * x;
            cross[0][0] += weights[i] * y * v;
            cross[0][1] += weights[i] * y * u;
            cross[1][0] += weights[i] * x * v;
            cross[1][1] += weights[i] * x * u;
        }
        double y = row - p[0];
        double x = column - p[1];
        if (similar) {
            return turned(q, y, x, moments[0] + moments[2], cross);
        }
        double determinant = moments[0] * moments[2] - moments[1] * moments[1];
        if (determinant <= SMALL * square(moments[0] + moments[2]) + Double.MIN_NORMAL) {
            return new double[] {q[0] + y, q[1] + x};
        }
        double a = (y * moments[2] - x * moments[1]) / determinant;
        double b = (x * moments[0] - y * moments[1]) / determinant;
        return new double[] {q[0] + a * cross[0][0] + b * cross[1][0], q[1] + a * cross[0][1] + b * cross[1][1]};
    }

    /** The best similarity: scale and turn are one complex number, cross moments over those of the first places. */
    private static double[] turned(double[] q, double y, double x, double spread, double[][] cross) {
        if (spread < Double.MIN_NORMAL) {
            return new double[] {q[0] + y, q[1] + x};
        }
        double along = (cross[0][0] + cross[1][1]) / spread;
        double across = (cross[1][0] - cross[0][1]) / spread;
        return new double[] {q[0] + along * y + across * x, q[1] - across * y + along * x};
    }

    private static double square(double x) {
        return x * x;
    }
}
