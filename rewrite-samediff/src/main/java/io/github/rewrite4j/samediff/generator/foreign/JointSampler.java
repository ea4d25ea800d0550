package io.github.rewrite4j.samediff.generator.foreign;

import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Sample;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Several inputs, each with a sampler of its own. A sampler of one array serves whatever input it is given to. */
final class JointSampler implements InputSampler {
    private final SortedMap<String, InputSampler> samplers;

    JointSampler(SortedMap<String, InputSampler> samplers) {
        this.samplers = Collections.unmodifiableSortedMap(new TreeMap<>(samplers));
    }

    @Override
    public void requireReachable(Sample sample) {
        samplers.values().forEach(sampler -> sampler.requireReachable(sample));
    }

    @Override
    public Inputs at(List<Sample> samples) {
        TreeMap<String, INDArray> arrays = new TreeMap<>();
        samplers.forEach((input, sampler) -> {
            Inputs drawn = sampler.at(samples);
            arrays.put(
                    input,
                    drawn.arrays().size() == 1
                            ? drawn.arrays().values().iterator().next()
                            : drawn.get(input));
        });
        return Inputs.of(arrays);
    }

    @Override
    public String id() {
        StringBuilder id = new StringBuilder();
        samplers.forEach((input, sampler) ->
                id.append(id.isEmpty() ? "" : "+").append(input).append('=').append(sampler.id()));
        return id.toString();
    }
}
