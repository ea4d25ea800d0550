package io.github.rewrite4j.samediff.metric;

import java.util.Arrays;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The exact W2 of two sets of equally many vectors: the square root of the smallest mean squared Euclidean distance
 * over all ways to pair them. The pairing is found by shortest augmenting paths (Jonker and Volgenant, "A shortest
 * augmenting path algorithm for dense and sparse linear assignment problems", 1987). Cost: O(n^2 d + n^3) time and 8
 * n^2 bytes, hence at most {@value #LIMIT} vectors; {@link SlicedWasserstein} has no such limit.
 */
public final class AssignmentDistance {
    /** The largest number of vectors in a set. */
    public static final int LIMIT = 2000;

    private AssignmentDistance() {}

    /**
     * The exact W2 distance.
     *
     * @param x one set [n,d], n at most {@value #LIMIT}
     * @param y the other set, same shape
     * @throws IllegalArgumentException if a shape or a value does not fit
     */
    public static double w2(INDArray x, INDArray y) {
        Objects.requireNonNull(x, "x");
        Objects.requireNonNull(y, "y");
        FeatureMatrix first = FeatureMatrix.of("x", x);
        if (first.rows() > LIMIT) {
            throw new IllegalArgumentException("x has shape " + Arrays.toString(x.shape()) + ", expected at most "
                    + LIMIT + " rows: take a subset or use SlicedWasserstein");
        }
        if (!Arrays.equals(x.shape(), y.shape())) {
            throw new IllegalArgumentException("y has shape " + Arrays.toString(y.shape()) + ", expected "
                    + Arrays.toString(x.shape()) + " like x");
        }
        FeatureMatrix second = FeatureMatrix.of("y", y);
        double[][] cost = new double[first.rows()][second.rows()];
        for (int i = 0; i < cost.length; i++) {
            for (int j = 0; j < cost.length; j++) {
                double square = 0;
                for (int c = 0; c < first.columns(); c++) {
                    double delta = first.get(i, c) - second.get(j, c);
                    square += delta * delta;
                }
                cost[i][j] = square;
            }
        }
        int[] partners = partners(cost);
        double sum = 0;
        for (int i = 0; i < partners.length; i++) {
            sum += cost[i][partners[i]];
        }
        return Math.sqrt(sum / partners.length);
    }

    /**
     * The column that each row of a square cost matrix is paired with at least total cost. Rows enter one at a time: a
     * Dijkstra search over reduced costs, which the potentials keep at 0 or above, finds the cheapest chain of
     * exchanges that frees a column.
     */
    static int[] partners(double[][] cost) {
        int n = cost.length;
        double[] rowPotential = new double[n];
        double[] columnPotential = new double[n];
        int[] rowOf = new int[n];
        int[] columnOf = new int[n];
        Arrays.fill(rowOf, -1);
        Arrays.fill(columnOf, -1);
        double[] distance = new double[n];
        int[] previousRow = new int[n];
        boolean[] settled = new boolean[n];
        for (int start = 0; start < n; start++) {
            Arrays.fill(distance, Double.POSITIVE_INFINITY);
            Arrays.fill(settled, false);
            int row = start;
            int column = -1;
            double reached = 0;
            while (row >= 0) {
                int nearest = -1;
                for (int j = 0; j < n; j++) {
                    if (settled[j]) {
                        continue;
                    }
                    double through = reached + cost[row][j] - rowPotential[row] - columnPotential[j];
                    if (through < distance[j]) {
                        distance[j] = through;
                        previousRow[j] = row;
                    }
                    if (nearest < 0 || distance[j] < distance[nearest]) {
                        nearest = j;
                    }
                }
                settled[nearest] = true;
                reached = distance[nearest];
                column = nearest;
                row = rowOf[nearest];
            }
            rowPotential[start] += reached;
            for (int j = 0; j < n; j++) {
                if (settled[j]) {
                    columnPotential[j] -= reached - distance[j];
                    if (rowOf[j] >= 0) {
                        rowPotential[rowOf[j]] += reached - distance[j];
                    }
                }
            }
            for (int taking = -1; taking != start; ) {
                taking = previousRow[column];
                rowOf[column] = taking;
                int released = columnOf[taking];
                columnOf[taking] = column;
                column = released;
            }
        }
        return columnOf;
    }
}
