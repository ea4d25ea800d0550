package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.latent.Domain;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.latent.LatentBasis;
import io.github.rewrite4j.latent.LatentSpace;
import io.github.rewrite4j.latent.LatentSubspaces;
import io.github.rewrite4j.samediff.latent.LatentExpansion;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.SymmetricEigen;
import io.github.rewrite4j.samediff.metric.ImageRange;
import io.github.rewrite4j.samediff.metric.Psnr;
import io.github.rewrite4j.samediff.perception.Discriminator;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Expansions that take seconds. */
final class Quick {
    static final Psnr PSNR = Psnr.forRange(ImageRange.SYMMETRIC);

    private Quick() {}

    /** Everything darker: learnt within a few steps. */
    static AdaptationObjective dark(String name) {
        return ImageTransform.of(name, (picture, height, width) -> {
            float[] result = picture.clone();
            for (int i = 0; i < result.length; i++) {
                result[i] = 0.5f * picture[i] - 0.5f;
            }
            return result;
        });
    }

    /** Everything redder. */
    static AdaptationObjective red(String name) {
        return ImageTransform.of(name, (picture, height, width) -> {
            float[] result = picture.clone();
            for (int i = 0; i < height * width; i++) {
                result[i] = 0.3f * picture[i] + 0.7f;
            }
            return result;
        });
    }

    /** An expansion of a few steps of two samples, at directions that are chosen without looking for the most dormant ones. */
    static DomainExpansion expansion(AdaptationObjective first, AdaptationObjective... more) {
        return DomainExpansion.withDomains(first, more)
                .directions(DirectionChoice.faithful())
                .batch(2)
                .iterations(8)
                .latents(64)
                .reportEvery(4)
                .replay(10, 0);
    }

    static ExpansionSettings settings(int iterations) {
        return settings(iterations, 0.003, 0);
    }

    static ExpansionSettings settings(int iterations, double rate, double gradual) {
        return settings(10, 1, Optional.empty(), Optional.empty(), iterations, rate, gradual);
    }

    /** Another weight of the replay. */
    static ExpansionSettings replaying(double pixels, int iterations) {
        return settings(pixels, 1, Optional.empty(), Optional.empty(), iterations, 0.003, 0);
    }

    /** With the source's own game. */
    static ExpansionSettings judged(Discriminator judge, INDArray images, double replay, double expand) {
        return settings(replay, expand, Optional.of(judge), Optional.of(images), 16, 3e-4, 0);
    }

    private static ExpansionSettings settings(
            double replay,
            double expand,
            Optional<Discriminator> judge,
            Optional<INDArray> images,
            int iterations,
            double rate,
            double gradual) {
        return new ExpansionSettings(
                new ReplayLoss(replay, 0, Optional.empty()),
                expand,
                1,
                judge,
                images,
                2,
                rate,
                0.05,
                0.9,
                gradual,
                iterations,
                7,
                64,
                iterations,
                2,
                DomainSchedule.EVEN,
                new DomainMixtures(0, List.of()));
    }

    static ExpandedGenerator trained(Generator generator, ExpansionPlan plan, int iterations) {
        return trained(LatentNetwork.of(generator), plan, iterations);
    }

    static ExpandedGenerator trained(LatentNetwork network, ExpansionPlan plan, int iterations) {
        return trained(network, plan, settings(iterations));
    }

    static ExpandedGenerator trained(LatentNetwork network, ExpansionPlan plan, ExpansionSettings settings) {
        try (ExpansionRun run = new ExpansionRun(network, plan, settings, Optional.empty(), RewriteListener.SILENT)) {
            return run.train(false);
        }
    }

    /** Domains at the last principal directions of the latent; those that there are stay, with their basis and space. */
    static ExpansionPlan plan(LatentNetwork network, AdaptationObjective... objectives) {
        Optional<LatentExpansion> before = network.expansion();
        LatentSpace space = before.map(LatentExpansion::space).orElseGet(() -> space(network));
        LatentBasis basis = before.map(LatentExpansion::basis).orElseGet(() -> principal(network));
        List<Domain> earlier = before.map(LatentExpansion::domains).orElse(List.of());
        List<Domain> added = new ArrayList<>();
        for (AdaptationObjective objective : objectives) {
            int direction = basis.size() - 1 - earlier.size() - added.size();
            added.add(new Domain(objective.name(), direction, space.spread()));
        }
        return new ExpansionPlan(space, basis, earlier, added, List.of(objectives));
    }

    private static double[][] centred(LatentNetwork network) {
        double[][] rows = network.latents(network.sampler().sample(256, 11))
                .castTo(DataType.DOUBLE)
                .toDoubleMatrix();
        double[] mean = network.mean();
        for (double[] row : rows) {
            for (int j = 0; j < row.length; j++) {
                row[j] -= mean[j];
            }
        }
        return rows;
    }

    static LatentSpace space(LatentNetwork network) {
        double squares = 0;
        double[][] rows = centred(network);
        for (double[] row : rows) {
            for (double v : row) {
                squares += v * v;
            }
        }
        return new LatentSpace(
                "w",
                network.mean(),
                Math.sqrt(squares / rows.length),
                network.sampler().id(),
                rows.length);
    }

    static LatentBasis principal(LatentNetwork network) {
        Matrix x = Matrix.of(centred(network));
        SymmetricEigen eigen = SymmetricEigen.of(x.transposeMultiply(x));
        double[] values = eigen.values();
        int d = values.length;
        boolean ascending = values[0] < values[d - 1];
        double[][] directions = new double[d][d];
        double[] strengths = new double[d];
        for (int j = 0; j < d; j++) {
            int from = ascending ? d - 1 - j : j;
            strengths[j] = Math.sqrt(Math.max(0, values[from]));
            for (int i = 0; i < d; i++) {
                directions[j][i] = eigen.vectors().get(from, i);
            }
        }
        return new LatentBasis("principal", network.spec().fingerprint(), strengths, directions);
    }

    /** What the generator draws of the base of samples. */
    static INDArray base(LatentNetwork network, LatentSubspaces subspaces, int samples) {
        return images(network, network.parameters(), projected(network, subspaces, samples, -1), null);
    }

    /** Latents of samples in the base, -1, or in a domain. */
    static float[][] projected(LatentNetwork network, LatentSubspaces subspaces, int samples, int domain) {
        double[][] rows = network.latents(network.sampler().sample(samples, 3))
                .castTo(DataType.DOUBLE)
                .toDoubleMatrix();
        float[][] result = new float[samples][rows[0].length];
        for (int n = 0; n < samples; n++) {
            double[] at = domain < 0 ? subspaces.base(rows[n]) : subspaces.inDomain(rows[n], domain);
            for (int j = 0; j < at.length; j++) {
                result[n][j] = (float) at[j];
            }
        }
        return result;
    }

    /** Images by some weights. */
    static INDArray images(
            LatentNetwork network, Collection<Parameter> weights, float[][] latents, float @Nullable [][] entered) {
        Map<String, Parameter> byName = new HashMap<>();
        weights.forEach(p -> byName.put(p.name(), p));
        try (Tape tape = new Tape()) {
            Node amounts = entered == null ? null : tape.constant(Nd4j.createFromArray(entered));
            return network.images(
                            tape,
                            tape.constant(Nd4j.createFromArray(latents)),
                            name -> tape.frozen(Objects.requireNonNull(byName.get(name))),
                            amounts)
                    .toArray();
        }
    }

    /** Samples of a domain, or of the base for no name. */
    static INDArray drawn(ExpandedGenerator generator, @Nullable String domain, int samples) {
        var inputs = generator.sample(samples, 3);
        return generator.generate(domain == null ? inputs : generator.at(inputs, domain));
    }

    static double l1(INDArray a, INDArray b) {
        return a.sub(b).norm1Number().doubleValue() / a.length();
    }
}
