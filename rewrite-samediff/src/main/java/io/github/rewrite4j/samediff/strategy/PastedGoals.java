package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.samediff.graph.internal.Program;
import io.github.rewrite4j.samediff.memory.ImageGoals;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Goals of an edit in images: under the object what its pasted values decode to, elsewhere what the generator draws. The
 * pixels under the object weigh 1 together, all others {@code elsewhere}.
 */
final class PastedGoals implements ImageGoals {
    private final List<float[]> goals;
    private final List<boolean[]> masks;
    private final float elsewhere;

    private PastedGoals(List<float[]> goals, List<boolean[]> masks, float elsewhere) {
        this.goals = goals;
        this.masks = masks;
        this.elsewhere = elsewhere;
    }

    /**
     * Draws the samples of some pastes twice each.
     *
     * @param shown how many of the pastes, the first, show the object; the others are to stay as they are there
     */
    static PastedGoals of(
            AssociativeMemory memory,
            Edit edit,
            List<Selection> pastes,
            int shown,
            double elsewhere,
            ProgressListener listener) {
        Paster paster = Paster.of(memory, edit);
        Map<Box, boolean[]> selected = new HashMap<>();
        List<float[]> goals = new ArrayList<>();
        List<boolean[]> masks = new ArrayList<>();
        for (int from = 0; from < pastes.size(); from += Program.BATCH) {
            listener.report(Stage.DRAWING, from, pastes.size());
            List<Selection> part = pastes.subList(from, Math.min(from + Program.BATCH, pastes.size()));
            List<Subject> subjects = part.stream().map(Selection::subject).toList();
            List<INDArray> pasted = new ArrayList<>();
            try (Inputs inputs = Subject.inputs(subjects, memory.sampler());
                    Keys keys = memory.keys(inputs);
                    Values values = memory.values(keys);
                    INDArray before = memory.decode(values)) {
                for (int n = 0; n < part.size(); n++) {
                    Box place = paster.placeAt(part.get(n).region());
                    pasted.add(
                            from + n < shown
                                    ? paster.paste(values.tensor(), n, place)
                                    : EditCompiler.sample(values.tensor(), n));
                    masks.add(selected.computeIfAbsent(place, box -> selected(paster.imageMask(box))));
                }
                try (INDArray together = Nd4j.stack(0, pasted.toArray(INDArray[]::new));
                        INDArray goal = memory.decode(values.withTensor(together))) {
                    goals.addAll(
                            under(HostArrays.of(goal), HostArrays.of(before), masks.subList(from, from + part.size())));
                }
                pasted.forEach(INDArray::close);
            }
        }
        listener.report(Stage.DRAWING, pastes.size(), pastes.size());
        return new PastedGoals(goals, masks, (float) elsewhere);
    }

    private static boolean[] selected(float[][] mask) {
        boolean[] selected = new boolean[mask.length * mask[0].length];
        for (int p = 0; p < selected.length; p++) {
            selected[p] = mask[p / mask[0].length][p % mask[0].length] > 0;
        }
        return selected;
    }

    /** Each image: the goal under its mask, what was drawn before elsewhere. */
    private static List<float[]> under(float[] goal, float[] before, List<boolean[]> masks) {
        int row = goal.length / masks.size();
        List<float[]> images = new ArrayList<>();
        for (int n = 0; n < masks.size(); n++) {
            boolean[] mask = masks.get(n);
            float[] image = new float[row];
            for (int i = 0; i < row; i++) {
                image[i] = (mask[i % mask.length] ? goal : before)[n * row + i];
            }
            images.add(image);
        }
        return images;
    }

    @Override
    public int size() {
        return goals.size();
    }

    @Override
    public void copy(int sample, float[] to, float[] weights, int at) {
        float[] goal = goals.get(sample);
        boolean[] mask = masks.get(sample);
        System.arraycopy(goal, 0, to, at, goal.length);
        int inside = 0;
        for (boolean in : mask) {
            inside += in ? 1 : 0;
        }
        int channels = goal.length / mask.length;
        float in = 1f / (channels * Math.max(1, inside));
        float out = elsewhere / (channels * Math.max(1, mask.length - inside));
        for (int i = 0; i < goal.length; i++) {
            weights[at + i] = mask[i % mask.length] ? in : out;
        }
    }

    /** Mean weighted distance of images [N, C, H, W] from the goals of the first N samples. */
    double distance(float[] images) {
        int row = goals.get(0).length;
        float[] goal = new float[row];
        float[] weights = new float[row];
        double sum = 0;
        for (int n = 0; n < images.length / row; n++) {
            copy(n, goal, weights, 0);
            for (int i = 0; i < row; i++) {
                sum += weights[i] * Math.abs(images[n * row + i] - goal[i]);
            }
        }
        return sum * row / images.length;
    }
}
