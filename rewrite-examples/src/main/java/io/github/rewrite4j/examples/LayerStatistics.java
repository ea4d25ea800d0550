package io.github.rewrite4j.examples;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.image.HeatMap;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.stats.KeyCovariance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** How the keys of every layer are spread: their number of directions in use, and how even these are. */
public final class LayerStatistics {
    private static final int SAMPLES = 200;

    private LayerStatistics() {}

    /** Prints the statistics of all layers and writes a picture of each. */
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args.length > 0 ? args[0] : "target/rewrite/statistics");
        ComputeThreads.use(ComputeThreads.configured());
        try (Generator avatars = BundledGenerator.load()) {
            for (Layer layer : avatars.layers()) {
                KeyCovariance covariance =
                        avatars.memory(layer.name()).covariance(SAMPLES, Sample.DEFAULT_SEED, RewriteListener.SILENT);
                System.out.println(summary(layer.name(), covariance));
                picture(layer.name(), covariance).write(directory.resolve(layer.name() + ".png"));
            }
        }
        System.out.println("Pictures are in " + directory.toAbsolutePath());
    }

    /** One line. */
    public static String summary(String layer, KeyCovariance covariance) {
        return String.format(
                Locale.ROOT,
                "%s: %d channels, rank %d, effective rank %.1f, condition number %.3g, %,d keys",
                layer,
                covariance.dimension(),
                covariance.rank(),
                covariance.effectiveRank(),
                covariance.conditionNumber(),
                covariance.count());
    }

    /** The same as facts for JSON, with all eigenvalues. */
    public static Facts facts(KeyCovariance covariance) {
        Facts.Builder facts = Facts.builder();
        facts.put("channels", covariance.dimension());
        facts.put("keys", covariance.count());
        facts.put("rank", covariance.rank());
        facts.put("effectiveRank", covariance.effectiveRank());
        facts.put("conditionNumber", covariance.conditionNumber());
        facts.put("eigenvalues", Arrays.stream(covariance.eigenvalues()).boxed().toList());
        return facts.build();
    }

    /** The correlations of all pairs of channels. */
    public static ContactSheet picture(String layer, KeyCovariance covariance) {
        INDArray matrix = covariance.matrix();
        int d = covariance.dimension();
        float[][] correlations = new float[d][d];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                double scale = Math.sqrt(matrix.getDouble(i, i) * matrix.getDouble(j, j));
                correlations[i][j] = scale > 0 ? (float) (matrix.getDouble(i, j) / scale) : 0;
            }
        }
        return ContactSheet.titled("Keys of " + layer)
                .row("correlation of channels", HeatMap.range(-1, 1).colours(Nd4j.createFromArray(correlations)))
                .footer(summary(layer, covariance))
                .scale(Math.max(1, 512 / d))
                .build();
    }
}
