package io.github.rewrite4j.samediff.relation;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Intervention;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The images of a relation, each twice: first all with the probe held high, then all with it held low.
 *
 * @param memory from the layer of the probe to that where the effect is judged
 * @param keys [2 N, ...], the probe held
 */
record ProbedRuns(AssociativeMemory memory, Keys keys, List<Intervention> images) {
    static ProbedRuns of(Generator generator, Relation relation) {
        relation.candidates(generator);
        AssociativeMemory memory = generator.memory(relation.probe().layer(), relation.judgedAt());
        List<Subject> twice = new ArrayList<>();
        relation.images().forEach(image -> twice.add(image.subject()));
        twice.addAll(List.copyOf(twice));
        try (Inputs inputs = Subject.inputs(twice, memory.sampler())) {
            Keys keys = memory.keys(inputs);
            List<Region> causes =
                    relation.images().stream().map(Intervention::cause).toList();
            List<Region> both = new ArrayList<>(causes);
            both.addAll(causes);
            Probe probe = relation.probe();
            Keys high = probe.held(memory, keys, both, probe.high());
            Keys low = probe.held(memory, keys, both, probe.low());
            float[] first = HostArrays.of(high.tensor());
            float[] second = HostArrays.of(low.tensor());
            int half = first.length / 2;
            System.arraycopy(second, half, first, half, half);
            INDArray held = Nd4j.createFromArray(first).reshape(keys.tensor().shape());
            return new ProbedRuns(memory, keys.withTensor(held), relation.images());
        }
    }

    /** Values as they are. */
    INDArray values() {
        return memory.values(keys).tensor();
    }

    /**
     * Mean squared errors to the exchanged effects, high and low run added.
     *
     * @param changed the memory, or one with other weights
     */
    double error(AssociativeMemory changed) {
        INDArray values = values();
        float[] goal = HostArrays.of(exchanged(values));
        float[] is =
                HostArrays.of(changed == memory ? values : changed.values(keys).tensor());
        double sum = 0;
        for (int i = 0; i < is.length; i++) {
            sum += (is[i] - (double) goal[i]) * (is[i] - (double) goal[i]);
        }
        return 2 * sum / is.length;
    }

    /** Images as they are. */
    INDArray images(AssociativeMemory of) {
        Values values = of.values(keys);
        return of.decode(values);
    }

    /** Maps of the high and the low runs [2 N, C, h, w] with their effect areas exchanged. */
    INDArray exchanged(INDArray maps) {
        float[] all = HostArrays.of(maps);
        float[] goal = all.clone();
        int n = images.size();
        int channels = (int) maps.size(1);
        int width = (int) maps.size(3);
        int plane = (int) maps.size(2) * width;
        for (int i = 0; i < n; i++) {
            Mask area = effect(i, (int) maps.size(2), width);
            for (int c = 0; c < channels; c++) {
                int high = (i * channels + c) * plane;
                int low = ((n + i) * channels + c) * plane;
                for (int p = 0; p < plane; p++) {
                    float m = area.value(p / width, p % width);
                    goal[high + p] = (1 - m) * all[high + p] + m * all[low + p];
                    goal[low + p] = (1 - m) * all[low + p] + m * all[high + p];
                }
            }
        }
        return Nd4j.createFromArray(goal).reshape(maps.shape());
    }

    /** Weights that add up to one for the cells of all effect areas together, and to one for all others; for each of the maps' numbers. */
    float[] balance(INDArray maps) {
        int n = images.size();
        int channels = (int) maps.size(1);
        int width = (int) maps.size(3);
        int plane = (int) maps.size(2) * width;
        double inside = 0;
        float[] areas = new float[n * plane];
        for (int i = 0; i < n; i++) {
            Mask area = effect(i, (int) maps.size(2), width);
            for (int p = 0; p < plane; p++) {
                areas[i * plane + p] = area.value(p / width, p % width);
                inside += areas[i * plane + p];
            }
        }
        double outside = Math.max(1, (double) n * plane - inside);
        float[] weights = new float[2 * n * channels * plane];
        for (int at = 0; at < weights.length; at++) {
            float m = areas[at / (channels * plane) % n * plane + at % plane];
            weights[at] = (float) ((m / inside + (1 - m) / outside) / channels);
        }
        return weights;
    }

    /** The cells of the effect areas and those beside them, in both runs. */
    List<Box> around(int height, int width) {
        List<Box> boxes = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            boxes.add(effect(i, height, width).dilated(1).boundingBox());
        }
        boxes.addAll(List.copyOf(boxes));
        return boxes;
    }

    /** How much of each cell of a grid belongs to the effect area of an image. */
    Mask effect(int image, int height, int width) {
        return images.get(image)
                .effect()
                .requireOnGrid(
                        memory.spec().generator().imageHeight(),
                        memory.spec().generator().imageWidth(),
                        height,
                        width);
    }
}
