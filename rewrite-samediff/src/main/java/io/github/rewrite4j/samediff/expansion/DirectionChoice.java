package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.latent.Domain;
import io.github.rewrite4j.latent.LatentBasis;
import io.github.rewrite4j.latent.LatentSpace;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.SymmetricEigen;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Temporary: last principal directions. */
public final class DirectionChoice {
    private final int[] chosen;

    private DirectionChoice(int... chosen) {
        this.chosen = chosen;
    }

    static DirectionChoice leastLoss() {
        return new DirectionChoice();
    }

    /** These directions of the basis, the first domain the first; at least as many as there are domains. */
    public static DirectionChoice of(int... directions) {
        return new DirectionChoice(directions.clone());
    }

    ExpansionPlan plan(
            LatentNetwork network, List<AdaptationObjective> objectives, double distance, RewriteListener listener) {
        double[] mean = network.mean();
        INDArray w = network.latents(network.sampler().sample(4096, 11)).castTo(DataType.DOUBLE);
        double[][] rows = w.toDoubleMatrix();
        double sum = 0;
        for (double[] row : rows) {
            for (int j = 0; j < mean.length; j++) {
                row[j] -= mean[j];
                sum += row[j] * row[j];
            }
        }
        Matrix x = Matrix.of(rows);
        SymmetricEigen eigen = SymmetricEigen.of(x.transposeMultiply(x));
        double spread = Math.sqrt(sum / rows.length);
        double[] values = eigen.values();
        double[][] directions = new double[mean.length][mean.length];
        double[] strengths = new double[mean.length];
        boolean ascending = values[0] < values[values.length - 1];
        for (int j = 0; j < mean.length; j++) {
            int c = ascending ? mean.length - 1 - j : j;
            strengths[j] = Math.sqrt(Math.max(0, values[c] / rows.length));
            for (int i = 0; i < mean.length; i++) {
                directions[j][i] = eigen.vectors().get(c, i);
            }
        }
        LatentBasis basis = new LatentBasis("principal", network.spec().fingerprint(), strengths, directions);
        List<Domain> domains = new ArrayList<>();
        for (int i = 0; i < objectives.size(); i++) {
            domains.add(new Domain(
                    objectives.get(i).name(),
                    chosen.length == 0 ? mean.length - 1 - i : chosen[i],
                    Double.isNaN(distance) ? spread : distance));
        }
        return new ExpansionPlan(
                new LatentSpace("w", mean, spread, network.sampler().id(), rows.length),
                basis,
                List.of(),
                domains,
                objectives);
    }
}
