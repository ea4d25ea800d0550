package io.github.rewrite4j.samediff.metric;

import java.util.Arrays;

/**
 * k-medoids: members of a set that are as near as possible to all others. The first medoid has the smallest sum of
 * distances, each further one lowers the sum most (the BUILD phase of Kaufman and Rousseeuw, "Partitioning around
 * medoids", 1990); then clusters and their medoids are found in turns until nothing moves. No chance is involved; ties go
 * to the lower number. Cost: O(k n^2).
 */
final class Medoids {
    private static final int MOST_TURNS = 100;

    private final double[][] distance;
    private final int[] medoids;

    private Medoids(double[][] distance, int[] medoids) {
        this.distance = distance;
        this.medoids = medoids;
    }

    /**
     * The number of its medoid, 0 to k - 1, for every member.
     *
     * @param distance symmetric
     * @param k 1 to the number of members
     */
    static int[] clusters(double[][] distance, int k) {
        Medoids search = new Medoids(distance, new int[k]);
        search.build();
        int[] clusters = search.assigned();
        for (int turn = 0; turn < MOST_TURNS; turn++) {
            for (int c = 0; c < k; c++) {
                search.medoids[c] = search.centre(clusters, c);
            }
            int[] next = search.assigned();
            if (Arrays.equals(next, clusters)) {
                break;
            }
            clusters = next;
        }
        return clusters;
    }

    private void build() {
        double[] nearest = new double[distance.length];
        Arrays.fill(nearest, Double.POSITIVE_INFINITY);
        boolean[] taken = new boolean[distance.length];
        for (int c = 0; c < medoids.length; c++) {
            int best = -1;
            double least = Double.POSITIVE_INFINITY;
            for (int candidate = 0; candidate < distance.length; candidate++) {
                double sum = 0;
                for (int i = 0; i < nearest.length; i++) {
                    sum += Math.min(nearest[i], distance[candidate][i]);
                }
                if (!taken[candidate] && (best < 0 || sum < least)) {
                    best = candidate;
                    least = sum;
                }
            }
            medoids[c] = best;
            taken[best] = true;
            for (int i = 0; i < nearest.length; i++) {
                nearest[i] = Math.min(nearest[i], distance[best][i]);
            }
        }
    }

    private int[] assigned() {
        int[] clusters = new int[distance.length];
        for (int i = 0; i < clusters.length; i++) {
            for (int c = 1; c < medoids.length; c++) {
                if (distance[i][medoids[c]] < distance[i][medoids[clusters[i]]]) {
                    clusters[i] = c;
                }
            }
        }
        return clusters;
    }

    private int centre(int[] clusters, int cluster) {
        int best = medoids[cluster];
        double least = sum(best, clusters, cluster);
        for (int i = 0; i < clusters.length; i++) {
            double sum = clusters[i] == cluster ? sum(i, clusters, cluster) : Double.POSITIVE_INFINITY;
            if (sum < least) {
                best = i;
                least = sum;
            }
        }
        return best;
    }

    private double sum(int member, int[] clusters, int cluster) {
        double sum = 0;
        for (int i = 0; i < clusters.length; i++) {
            sum += clusters[i] == cluster ? distance[member][i] : 0;
        }
        return sum;
    }
}
