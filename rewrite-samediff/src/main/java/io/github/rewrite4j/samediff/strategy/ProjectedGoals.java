package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.BackwardProjector;
import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.samediff.linalg.internal.Finite;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Layout;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What a projector says the values of composites should be. */
final class ProjectedGoals {
    private static final int AT_ONCE = 16;

    private ProjectedGoals() {}

    /**
     * The projected values of each exemplar on each sample, exemplar by exemplar, channels last; of samples with exemplars of
     * their own those alone.
     */
    static float[] of(BackwardProjector projector, ExemplarSet set, ProgressListener listener) {
        FeatureShape grid = set.grid();
        int row = grid.channels() * grid.height() * grid.width();
        FeatureShape picture = set.picture();
        int pixels = picture.channels() * picture.cells();
        int rounds = set.paired() ? 1 : set.exemplars();
        float[] goals = new float[rounds * set.size() * row];
        for (int e = 0; e < rounds; e++) {
            for (int from = 0; from < set.size(); from += AT_ONCE) {
                listener.report(Stage.PROJECTING, e * set.size() + from, rounds * set.size());
                int count = Math.min(AT_ONCE, set.size() - from);
                int first = from;
                int[] rows = new int[count];
                Arrays.setAll(rows, i -> first + i);
                int own = e;
                int[] which = new int[count];
                Arrays.setAll(which, i -> set.paired() ? Math.min(first + i, set.exemplars() - 1) : own);
                float[] pictures = new float[count * pixels];
                set.composites(rows, which, pictures);
                INDArray images = Nd4j.createFromArray(pictures)
                        .reshape(count, picture.channels(), picture.height(), picture.width());
                float[] values = HostArrays.of(
                        Finite.require(
                                projector.project(images),
                                "The projected values",
                                "Train the projector again, at a lower rate."),
                        Layout.CHANNELS_LAST);
                System.arraycopy(values, 0, goals, (e * set.size() + from) * row, values.length);
            }
        }
        return goals;
    }

    /** Where the values of an exemplar on a sample are among the rows. */
    static int number(ExemplarSet set, int exemplar, int sample) {
        return set.paired() ? sample : exemplar * set.size() + sample;
    }
}
