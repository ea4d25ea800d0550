package io.github.rewrite4j.samediff.correspondence;

import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.samediff.correspondence.SearchArea.Rectangle;
import io.github.rewrite4j.samediff.metric.FeatureNetwork;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Places of two pictures that correspond across domains (Aberman et al., "Neural Best-Buddies", SIGGRAPH 2018): from the
 * coarsest level of a feature pyramid down to the pixels, pairs of places that are each other's nearest neighbours under a
 * common appearance and that both answer, each pair looked for where one of the level above was found. What comes out is
 * spread by clusters, the strongest pair of each.
 *
 * <p>Any {@link FeatureNetwork} serves; the published one is VGG19, and what another finds is not what that would find, so
 * its name belongs beside every number. Cost on pictures of 64 x 64 pixels: some tens of milliseconds. Immutable.
 */
public final class BestBuddies {
    private static final double ANSWERS = 0.05;
    private static final int CLUSTERS = 20;
    private static final int ROUNDS = 20;
    private static final int LARGE = 8;

    private final FeatureNetwork network;
    private final double answers;
    private final int clusters;

    private BestBuddies(FeatureNetwork network, double answers, int clusters) {
        this.network = network;
        this.answers = answers;
        this.clusters = clusters;
    }

    /** Seen through this network. */
    public static BestBuddies through(FeatureNetwork network) {
        return new BestBuddies(Objects.requireNonNull(network, "network"), ANSWERS, CLUSTERS);
    }

    /** With at most so many pairs, 20 unless said. */
    public BestBuddies most(int pairs) {
        if (pairs < 1) {
            throw new IllegalArgumentException("At least one pair is kept, but asked for were " + pairs + ".");
        }
        return new BestBuddies(network, answers, pairs);
    }

    /** With another least answer of both places, from 0 (weakest of a map) to 1 (strongest); 0.05 unless said. */
    public BestBuddies answering(double least) {
        if (!(least >= 0) || least > 1) {
            throw new IllegalArgumentException("Answers lie between 0 and 1, but the least was " + least + ".");
        }
        return new BestBuddies(network, least, clusters);
    }

    /** What looks at the pictures. */
    public String network() {
        return network.name();
    }

    /**
     * Finds pairs.
     *
     * @param one [3, H, W] or [1, 3, H, W] in [-1, 1]
     * @param other of the same size
     * @return from the strongest to the weakest; empty when nothing corresponds
     */
    public List<BestBuddy> between(INDArray one, INDArray other) {
        Objects.requireNonNull(one, "one");
        Objects.requireNonNull(other, "other");
        List<FeatureMap> first = FeatureMap.pyramid(network, batch(one));
        List<FeatureMap> second = FeatureMap.pyramid(network, batch(other));
        List<SearchArea> areas = List.of(new SearchArea(Rectangle.of(first.get(0)), Rectangle.of(second.get(0)), 0));
        List<BestBuddy> found = List.of();
        for (int level = 0; level < first.size(); level++) {
            RewriteCancelledException.ifInterrupted("looking for places that correspond");
            FeatureMap a = first.get(level);
            FeatureMap b = second.get(level);
            found = inAreas(a, b, areas);
            if (level + 1 < first.size()) {
                int radius = a.height() < LARGE ? 2 : 3;
                List<SearchArea> finer = new ArrayList<>();
                for (BestBuddy pair : found) {
                    finer.add(new SearchArea(
                            around(pair.row(), pair.column(), a, first.get(level + 1), radius),
                            around(pair.otherRow(), pair.otherColumn(), b, second.get(level + 1), radius),
                            pair.rank()));
                }
                areas = finer;
            }
        }
        return spread(found);
    }

    private static Rectangle around(double row, double column, FeatureMap coarse, FeatureMap fine, int radius) {
        return Rectangle.around((int) row, (int) column, coarse, fine, radius);
    }

    private static INDArray batch(INDArray picture) {
        long[] shape = picture.shape();
        if (shape.length == 3) {
            return picture.dup('c').reshape('c', 1, shape[0], shape[1], shape[2]);
        }
        return picture;
    }

    private List<BestBuddy> inAreas(FeatureMap a, FeatureMap b, List<SearchArea> areas) {
        Map<List<Integer>, BestBuddy> pairs = new LinkedHashMap<>();
        for (SearchArea area : areas) {
            for (BestBuddy pair : inArea(a, b, area)) {
                List<Integer> places =
                        List.of((int) pair.row(), (int) pair.column(), (int) pair.otherRow(), (int) pair.otherColumn());
                pairs.merge(places, pair, (x, y) -> x.rank() >= y.rank() ? x : y);
            }
        }
        return List.copyOf(pairs.values());
    }

    private List<BestBuddy> inArea(FeatureMap a, FeatureMap b, SearchArea area) {
        CommonAppearance[] both = CommonAppearance.of(a, b, area);
        int rows = area.one().cells();
        int columns = area.other().cells();
        int radius = a.height() < LARGE ? 1 : 2;
        int[] bestOfRow = new int[rows];
        double[] atRow = filled(rows);
        int[] bestOfColumn = new int[columns];
        double[] atColumn = filled(columns);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                double alike = both[0].similarity(i, both[1], j, radius);
                if (alike > atRow[i]) {
                    atRow[i] = alike;
                    bestOfRow[i] = j;
                }
                if (alike > atColumn[j]) {
                    atColumn[j] = alike;
                    bestOfColumn[j] = i;
                }
            }
        }
        List<BestBuddy> pairs = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            int j = bestOfRow[i];
            if (bestOfColumn[j] != i) {
                continue;
            }
            int row = area.one().top() + i / area.one().width();
            int column = area.one().left() + i % area.one().width();
            int otherRow = area.other().top() + j / area.other().width();
            int otherColumn = area.other().left() + j % area.other().width();
            double answer = a.answer(row, column);
            double otherAnswer = b.answer(otherRow, otherColumn);
            if (answer >= answers && otherAnswer >= answers) {
                pairs.add(new BestBuddy(row, column, otherRow, otherColumn, area.rank() + answer + otherAnswer));
            }
        }
        return pairs;
    }

    private static double[] filled(int count) {
        double[] least = new double[count];
        java.util.Arrays.fill(least, Double.NEGATIVE_INFINITY);
        return least;
    }

    /** Lloyd's clusters of the places, begun at the strongest that lie apart; the strongest pair of each. */
    private List<BestBuddy> spread(List<BestBuddy> pairs) {
        List<BestBuddy> ranked = new ArrayList<>(pairs);
        ranked.sort(Comparator.comparingDouble(BestBuddy::rank)
                .reversed()
                .thenComparingDouble(BestBuddy::row)
                .thenComparingDouble(BestBuddy::column));
        if (ranked.size() <= clusters) {
            return List.copyOf(ranked);
        }
        double[][] centres = begin(ranked);
        int[] cluster = new int[ranked.size()];
        for (int round = 0; round < ROUNDS; round++) {
            double[][] sums = new double[clusters][3];
            for (int i = 0; i < cluster.length; i++) {
                cluster[i] = nearest(centres, ranked.get(i));
                sums[cluster[i]][0] += ranked.get(i).row();
                sums[cluster[i]][1] += ranked.get(i).column();
                sums[cluster[i]][2]++;
            }
            for (int c = 0; c < clusters; c++) {
                if (sums[c][2] > 0) {
                    centres[c] = new double[] {sums[c][0] / sums[c][2], sums[c][1] / sums[c][2]};
                }
            }
        }
        boolean[] taken = new boolean[clusters];
        List<BestBuddy> kept = new ArrayList<>();
        for (int i = 0; i < cluster.length; i++) {
            if (!taken[cluster[i]]) {
                taken[cluster[i]] = true;
                kept.add(ranked.get(i));
            }
        }
        return List.copyOf(kept);
    }

    private double[][] begin(List<BestBuddy> ranked) {
        double[][] centres = new double[clusters][];
        centres[0] = place(ranked.get(0));
        for (int c = 1; c < clusters; c++) {
            double farthest = -1;
            for (BestBuddy pair : ranked) {
                double distance = Double.POSITIVE_INFINITY;
                for (int other = 0; other < c; other++) {
                    distance = Math.min(distance, squared(centres[other], pair));
                }
                if (distance > farthest) {
                    farthest = distance;
                    centres[c] = place(pair);
                }
            }
        }
        return centres;
    }

    private static double[] place(BestBuddy pair) {
        return new double[] {pair.row(), pair.column()};
    }

    private static double squared(double[] centre, BestBuddy pair) {
        return (centre[0] - pair.row()) * (centre[0] - pair.row())
                + (centre[1] - pair.column()) * (centre[1] - pair.column());
    }

    private static int nearest(double[][] centres, BestBuddy pair) {
        int best = 0;
        for (int c = 1; c < centres.length; c++) {
            best = squared(centres[c], pair) < squared(centres[best], pair) ? c : best;
        }
        return best;
    }
}
