package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Sample;
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
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Goals of the joint objective: the pastes of an edit as they should be, then ordinary samples as they are. Of a paste the
 * numbers under the object weigh {@code constraint} together; all others, and all of an ordinary sample, weigh 1 together.
 */
final class JointGoals implements ImageGoals {
    private final List<float[]> goals = new ArrayList<>();
    /** Of the pastes: which positions lie under the object. */
    private final List<boolean[]> under = new ArrayList<>();

    private final double constraint;

    private JointGoals(double constraint) {
        this.constraint = constraint;
    }

    /**
     * Draws pastes and ordinary samples.
     *
     * @param values whether the goals are values rather than images
     */
    static JointGoals of(
            AssociativeMemory memory,
            Edit edit,
            List<Sample> ordinary,
            boolean values,
            double constraint,
            ProgressListener listener) {
        JointGoals goals = new JointGoals(constraint);
        Paster paster = Paster.of(memory, edit);
        int all = edit.pastes().size() + ordinary.size();
        List<Selection> pastes = edit.pastes();
        for (int from = 0; from < pastes.size(); from += Program.BATCH) {
            listener.report(Stage.DRAWING, from, all);
            goals.addPastes(
                    memory, paster, pastes.subList(from, Math.min(from + Program.BATCH, pastes.size())), values);
        }
        for (int from = 0; from < ordinary.size(); from += Program.BATCH) {
            listener.report(Stage.DRAWING, pastes.size() + from, all);
            List<Sample> part = ordinary.subList(from, Math.min(from + Program.BATCH, ordinary.size()));
            try (Inputs inputs = memory.sampler().at(part);
                    Keys keys = memory.keys(inputs);
                    Values own = memory.values(keys)) {
                goals.add(memory, own, own.tensor(), values);
            }
        }
        listener.report(Stage.DRAWING, all, all);
        return goals;
    }

    private void addPastes(AssociativeMemory memory, Paster paster, List<Selection> pastes, boolean values) {
        List<INDArray> pasted = new ArrayList<>();
        try (Inputs inputs =
                        Subject.inputs(pastes.stream().map(Selection::subject).toList(), memory.sampler());
                Keys keys = memory.keys(inputs);
                Values own = memory.values(keys)) {
            for (int n = 0; n < pastes.size(); n++) {
                Box place = paster.placeAt(pastes.get(n).region());
                pasted.add(paster.paste(own.tensor(), n, place));
                under.add(values ? paster.valueMask(place) : selected(paster.imageMask(place)));
            }
            try (INDArray together = Nd4j.stack(0, pasted.toArray(INDArray[]::new))) {
                add(memory, own, together, values);
            }
        }
        pasted.forEach(INDArray::close);
    }

    private void add(AssociativeMemory memory, Values own, INDArray wanted, boolean values) {
        if (values) {
            split(HostArrays.of(wanted), own.size());
            return;
        }
        try (INDArray images = memory.decode(own.withTensor(wanted))) {
            split(HostArrays.of(images), own.size());
        }
    }

    private void split(float[] all, int samples) {
        int row = all.length / samples;
        for (int n = 0; n < samples; n++) {
            goals.add(Arrays.copyOfRange(all, n * row, (n + 1) * row));
        }
    }

    private static boolean[] selected(float[][] mask) {
        boolean[] selected = new boolean[mask.length * mask[0].length];
        for (int p = 0; p < selected.length; p++) {
            selected[p] = mask[p / mask[0].length][p % mask[0].length] > 0;
        }
        return selected;
    }

    @Override
    public int size() {
        return goals.size();
    }

    @Override
    public void copy(int sample, float[] to, float[] weights, int at) {
        float[] goal = goals.get(sample);
        System.arraycopy(goal, 0, to, at, goal.length);
        if (sample >= under.size()) {
            Arrays.fill(weights, at, at + goal.length, 1f / goal.length);
            return;
        }
        boolean[] mask = under.get(sample);
        int channels = goal.length / mask.length;
        int inside = 0;
        for (boolean in : mask) {
            inside += in ? 1 : 0;
        }
        float in = (float) (constraint / ((double) channels * Math.max(1, inside)));
        float out = 1f / (channels * Math.max(1, mask.length - inside));
        for (int i = 0; i < goal.length; i++) {
            weights[at + i] = mask[i % mask.length] ? in : out;
        }
    }
}
