package io.github.rewrite4j.samediff.generator.diffusion;

import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.samediff.generator.GaussianSampler;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Vectors z from where those of pictures lie. */
record CloudSampler(LatentCloud cloud) implements InputSampler {
    /** Name of the input [N, d]. */
    static final String Z = "z";

    /** Name of the input [N, 3, H, W] that pictures begin with; may be left out. */
    static final String NOISE = "xT";

    private GaussianSampler gaussian() {
        return GaussianSampler.of(Z, cloud.dimension());
    }

    @Override
    public void requireReachable(Sample sample) {
        gaussian().requireReachable(sample);
    }

    @Override
    public Inputs at(List<Sample> samples) {
        Inputs standard = gaussian().at(samples);
        INDArray given = standard.get(Z);
        float[] g = HostArrays.of(given);
        given.close();
        float[] z = new float[g.length];
        for (int i = 0; i < z.length; i += cloud.dimension()) {
            cloud.place(g, z, i);
        }
        return Inputs.of(Z, Nd4j.create(z, new long[] {samples.size(), cloud.dimension()}, 'c'));
    }

    @Override
    public Optional<Inputs> mean() {
        double[] mean = cloud.mean();
        float[] z = new float[mean.length];
        for (int i = 0; i < z.length; i++) {
            z[i] = (float) mean[i];
        }
        return Optional.of(Inputs.of(Z, Nd4j.create(z, new long[] {1, z.length}, 'c')));
    }

    @Override
    public String id() {
        return "gaussian-of-z-" + cloud.dimension() + "-"
                + Integer.toHexString(31 * Arrays.hashCode(cloud.mean()) + Arrays.hashCode(cloud.factor()));
    }
}
