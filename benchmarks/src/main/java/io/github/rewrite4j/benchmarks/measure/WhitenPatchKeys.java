package io.github.rewrite4j.benchmarks.measure;

import io.github.rewrite4j.samediff.Backend;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.closedform.ContextDirections;
import io.github.rewrite4j.samediff.closedform.SelectedKeys;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.SecondMoment;
import io.github.rewrite4j.samediff.linalg.StreamedKeyCovariance;
import java.util.Arrays;
import java.util.Locale;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Seconds to find 64 whitened directions of patch keys: through the keys, and by {@code C^(-1/2)} as it was, of which only the
 * whitening is timed.
 *
 * <pre>
 * java -cp benchmarks/target/benchmarks.jar io.github.rewrite4j.benchmarks.measure.WhitenPatchKeys 4608 256 64
 * </pre>
 */
public final class WhitenPatchKeys {
    private WhitenPatchKeys() {}

    /**
     * Measures.
     *
     * @param args numbers of a key, keys of the context, rank
     */
    public static void main(String[] args) {
        if (args.length != 3) {
            System.err.println("usage: WhitenPatchKeys NUMBERS KEYS RANK");
            System.exit(2);
        }
        Backend.require();
        ComputeThreads.use(1);
        int dimension = Integer.parseInt(args[0]);
        int count = Integer.parseInt(args[1]);
        SecondMoment moment = SecondMoment.ofDimension(dimension);
        Nd4j.getRandom().setSeed(3);
        for (int i = 0; i < 2; i++) {
            moment.addRows(Nd4j.randn(DataType.FLOAT, dimension, dimension));
        }
        double[] weights = new double[count];
        Arrays.fill(weights, 1);
        INDArray keys = Nd4j.randn(DataType.DOUBLE, count, dimension);
        SelectedKeys selected = SelectedKeys.of(Matrix.of(keys), weights);
        long started = System.nanoTime();
        StreamedKeyCovariance covariance = moment.toCovariance();
        Matrix directions = ContextDirections.zca().directions(covariance, selected, Integer.parseInt(args[2]));
        double quick = (System.nanoTime() - started) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "through the keys: %d directions in %.2f s, with the factorisation%n",
                directions.rows(),
                quick);
        started = System.nanoTime();
        covariance.whiten().close();
        double dense = (System.nanoTime() - started) / 1e9;
        System.out.printf(Locale.ROOT, "C^(-1/2): %.2f s, %.1f times as long%n", dense, dense / quick);
    }
}
