package io.github.rewrite4j.samediff.search;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.edit.Cell;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The images with the hottest cells so far, and what one cell in a thousand reaches. */
final class Ranking {
    /** One cell in so many lies above the threshold. */
    private static final long RARE = 1000;

    private final int kept;
    private final int images;
    private final PriorityQueue<Match> top = new PriorityQueue<>(SearchPart.HOTTEST_FIRST.reversed());
    private LargestValues hottest = new LargestValues(1);
    private int added;

    /**
     * @param kept how many images to keep
     * @param images how many are searched in all, whether they are added here or to another part
     */
    Ranking(int kept, int images) {
        this.kept = kept;
        this.images = images;
    }

    /**
     * More images.
     *
     * @param heat [N, h, w]; closed by this
     * @param position of the first among all that are searched
     * @param subjects that they are
     */
    void add(INDArray heat, int position, List<? extends Subject> subjects) {
        int height = (int) heat.size(1);
        int width = (int) heat.size(2);
        int plane = height * width;
        float[] maps = HostArrays.of(heat);
        if (added == 0) {
            hottest = new LargestValues(Math.toIntExact(Math.max(1, (long) images * plane / RARE)));
        }
        for (int n = 0; n < heat.size(0); n++) {
            int best = n * plane;
            for (int p = n * plane; p < (n + 1) * plane; p++) {
                if (!Float.isFinite(maps[p])) {
                    throw new RewriteException("The heat of image " + (position + n) + " is " + maps[p]
                            + ": the weights or the rule hold numbers that are too large.");
                }
                hottest.add(maps[p]);
                best = maps[p] > maps[best] ? p : best;
            }
            if (top.size() < kept || maps[best] > top.element().peak()) {
                float[] map = Arrays.copyOfRange(maps, n * plane, (n + 1) * plane);
                int cell = best - n * plane;
                top.add(new Match(
                        position + n,
                        subjects.get(n),
                        maps[best],
                        new Cell(cell / width, cell % width),
                        Nd4j.createFromArray(map).reshape(height, width)));
                if (top.size() > kept) {
                    top.remove().heat().close();
                }
            }
            added++;
        }
        heat.close();
    }

    SearchPart part() {
        return new SearchPart(
                kept, added, top.stream().sorted(SearchPart.HOTTEST_FIRST).toList(), hottest);
    }
}
