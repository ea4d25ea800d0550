package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Values;
import java.util.SortedMap;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The side tensors with which values of a picture are decoded that no input gave: those of the mean input. */
final class MeanSides {
    private static final int SAMPLES = 256;

    private MeanSides() {}

    /** One row of each side tensor: of the sampler's mean input, or else the mean over samples. */
    static SortedMap<String, INDArray> of(AssociativeMemory memory) {
        return memory.sampler()
                .mean()
                .map(inputs -> memory.values(memory.keys(inputs)).side())
                .orElseGet(() -> average(memory));
    }

    private static SortedMap<String, INDArray> average(AssociativeMemory memory) {
        Values values = memory.values(memory.keys(memory.sampler().sample(SAMPLES, Sample.DEFAULT_SEED)));
        TreeMap<String, INDArray> means = new TreeMap<>();
        values.side().forEach((name, array) -> {
            boolean perSample = array.rank() > 0 && array.size(0) == SAMPLES;
            means.put(name, perSample ? array.mean(true, 0) : array);
        });
        return means;
    }
}
