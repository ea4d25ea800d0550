package io.github.rewrite4j.samediff.linalg;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.openblas.global.openblas;

/**
 * Cholesky factorisation {@code A = L L'} of a symmetric positive definite matrix, to solve with.
 *
 * <p>Block by block: products by dgemm, the small triangles in Java. LAPACK's dpotrf and dpotrs are not used because
 * they rest on dtrsm, which in OpenBLAS 0.3.19 (the release that ND4J 1.0.0-M2.1 brings) returns wrong numbers without
 * any error on Intel processors with AVX-512. O(n^3 / 3) to factor, O(n^2 m) to solve for m right-hand sides. Immutable
 * and safe to share; keep it to solve again.
 */
public final class Cholesky {
    private static final int BLOCK = 32;

    private final int n;
    /** L, row by row; above the diagonal blocks it holds zeros. */
    private final DoublePointer factor;

    private Cholesky(int n, DoublePointer factor) {
        this.n = n;
        this.factor = factor;
    }

    /**
     * Factors a symmetric positive definite matrix; only its lower triangle is read.
     *
     * <p>A factorisation can run through on a matrix that is singular up to rounding. The smallest eigenvalue is
     * therefore estimated as well (inverse iteration, O(n^2)), and where it is near rounding all eigenvalues decide.
     *
     * @param system what the matrix is, as the subject of the sentence in the error: "The key covariance"
     * @throws io.github.rewrite4j.SingularSystemException if the matrix is singular, or not positive definite
     */
    public static Cholesky of(Matrix matrix, String system) {
        matrix.requireSquare();
        Cholesky cholesky = new Cholesky(matrix.rows(), OpenBlas.zeros((long) matrix.rows() * matrix.rows()));
        boolean done = cholesky.factor(matrix.raw());
        if (!done || cholesky.reciprocalCondition(matrix.trace()) < 10 * matrix.rows() * Math.ulp(1.0)) {
            SymmetricEigen eigen = SymmetricEigen.of(matrix);
            if (!done || eigen.rank() < matrix.rows()) {
                throw eigen.singular(system);
            }
        }
        return cholesky;
    }

    private boolean factor(double[] matrix) {
        for (int j = 0; j < n; j += BLOCK) {
            int width = Math.min(BLOCK, n - j);
            int height = n - j;
            double[] panel = new double[height * width];
            for (int i = 0; i < height; i++) {
                System.arraycopy(matrix, (j + i) * n + j, panel, i * width, width);
            }
            if (j > 0) {
                subtractProduct(j, height, width, panel);
            }
            if (!factorPanel(panel, height, width)) {
                return false;
            }
            for (int i = 0; i < height; i++) {
                at((long) (j + i) * n + j).put(panel, i * width, width);
            }
        }
        return true;
    }

    /** panel -= L[j.., ..j] L[j..j+width, ..j]'. */
    private void subtractProduct(int j, int height, int width, double[] panel) {
        try (DoublePointer target = new DoublePointer(panel)) {
            OpenBlas.blas(() -> openblas.cblas_dgemm(
                    OpenBlas.ROW_MAJOR,
                    OpenBlas.NO_TRANSPOSE,
                    OpenBlas.TRANSPOSE,
                    height,
                    width,
                    j,
                    -1,
                    at((long) j * n),
                    n,
                    at((long) j * n),
                    n,
                    1,
                    target,
                    width));
            target.get(panel);
        }
    }

    /** Factors the square on top of a panel and solves the rows below with it; zeros go above the diagonal. */
    private static boolean factorPanel(double[] panel, int height, int width) {
        for (int i = 0; i < height; i++) {
            int row = i * width;
            for (int c = 0; c < Math.min(i, width); c++) {
                double sum = panel[row + c];
                for (int t = 0; t < c; t++) {
                    sum -= panel[row + t] * panel[c * width + t];
                }
                panel[row + c] = sum / panel[c * width + c];
            }
            if (i < width) {
                double pivot = panel[row + i];
                for (int t = 0; t < i; t++) {
                    pivot -= panel[row + t] * panel[row + t];
                }
                if (!(pivot > 0)) {
                    return false;
                }
                panel[row + i] = Math.sqrt(pivot);
                for (int c = i + 1; c < width; c++) {
                    panel[row + c] = 0;
                }
            }
        }
        return true;
    }

    /** An estimate of the smallest eigenvalue over the sum of all; NaN-safe: anything not finite counts as zero. */
    private double reciprocalCondition(double trace) {
        double[] x = new double[n];
        for (int i = 0; i < n; i++) {
            x[i] = (i % 2 == 0 ? 1 : -1) * (1 + (double) i / n);
        }
        double growth = 1;
        for (int step = 0; step < 4; step++) {
            double before = norm(x);
            for (int i = 0; i < n; i++) {
                x[i] /= before;
            }
            x = solveInPlace(x, 1);
            growth = norm(x);
        }
        double estimate = 1 / (growth * trace);
        return Double.isFinite(estimate) ? estimate : 0;
    }

    private static double norm(double[] x) {
        double squares = 0;
        for (double value : x) {
            squares += value * value;
        }
        return Math.sqrt(squares);
    }

    /** {@code A^-1 B}, B [n, m]. */
    public Matrix solve(Matrix rightHandSides) {
        if (rightHandSides.rows() != n) {
            throw new IllegalArgumentException(
                    "A system of " + n + " equations cannot be solved for right-hand sides of shape "
                            + rightHandSides.shape() + "; they need " + n + " rows.");
        }
        int m = rightHandSides.columns();
        return new Matrix(n, m, solveInPlace(rightHandSides.toRowMajor(), m));
    }

    private double[] solveInPlace(double[] values, int m) {
        try (DoublePointer x = new DoublePointer(values)) {
            for (int j = 0; j < n; j += BLOCK) {
                int width = Math.min(BLOCK, n - j);
                if (j > 0) {
                    subtract(OpenBlas.NO_TRANSPOSE, width, j, at((long) j * n), x, 0, j, m);
                }
                solveTriangle(j, width, x, m, false);
            }
            for (int j = (n - 1) / BLOCK * BLOCK; j >= 0; j -= BLOCK) {
                int width = Math.min(BLOCK, n - j);
                int below = j + width;
                if (below < n) {
                    subtract(OpenBlas.TRANSPOSE, width, n - below, at((long) below * n + j), x, below, j, m);
                }
                solveTriangle(j, width, x, m, true);
            }
            x.position(0).get(values);
            return values;
        }
    }

    /** x[to..to+width] -= block(L) x[from..from+depth]. */
    private void subtract(
            int transposition, int width, int depth, DoublePointer block, DoublePointer x, int from, int to, int m) {
        DoublePointer known = new DoublePointer(x).position((long) from * m);
        DoublePointer target = new DoublePointer(x).position((long) to * m);
        OpenBlas.blas(() -> openblas.cblas_dgemm(
                OpenBlas.ROW_MAJOR,
                transposition,
                OpenBlas.NO_TRANSPOSE,
                width,
                m,
                depth,
                -1,
                block,
                n,
                known,
                m,
                1,
                target,
                m));
    }

    private void solveTriangle(int j, int width, DoublePointer x, int m, boolean transposed) {
        double[] rows = new double[width * m];
        double[] row = new double[width];
        DoublePointer place = new DoublePointer(x).position((long) j * m);
        place.get(rows);
        for (int step = 0; step < width; step++) {
            int i = transposed ? width - 1 - step : step;
            at((long) (j + i) * n + j).get(row);
            if (!transposed) {
                for (int t = 0; t < i; t++) {
                    addMultiple(rows, i, t, -row[t], m);
                }
            }
            for (int c = 0; c < m; c++) {
                rows[i * m + c] /= row[i];
            }
            if (transposed) {
                for (int t = 0; t < i; t++) {
                    addMultiple(rows, t, i, -row[t], m);
                }
            }
        }
        place.put(rows);
    }

    private static void addMultiple(double[] rows, int target, int source, double factor, int m) {
        int to = target * m;
        int from = source * m;
        for (int c = 0; c < m; c++) {
            rows[to + c] += factor * rows[from + c];
        }
    }

    /** A pointer of its own, because positions are state and this object is shared. */
    private DoublePointer at(long position) {
        return new DoublePointer(factor).position(position);
    }
}
