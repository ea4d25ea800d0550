package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.samediff.generator.style.StyledNetwork.Dense;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.Noise;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.StyledLayer;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.ToRgb;
import io.github.rewrite4j.samediff.graph.internal.WeightLayout;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A style-based network of everything there is, in odd sizes: doubled positions, blur, noise of any strength,
 * clamps, RGB skips, labels.
 */
final class RandomStyledNetwork {
    static final int LATENT = 10;
    static final int INPUT = 9;
    static final int CLASSES = 3;
    private static final int EMBEDDED = 4;
    private static final double NONE = Double.POSITIVE_INFINITY;

    private final Random random;
    private final Map<String, INDArray> weights = new TreeMap<>();

    private RandomStyledNetwork(long seed) {
        random = new Random(seed);
    }

    private INDArray array(long... shape) {
        float[] numbers =
                new float[Math.toIntExact(Nd4j.prod(Nd4j.createFromArray(shape)).getLong(0))];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return Nd4j.createFromArray(numbers).reshape('c', shape);
    }

    private Dense dense(String name, int in, int out) {
        return new Dense(
                name, array(in, out).muli(1 / Math.sqrt(in)), array(1, out).addi(1));
    }

    private StyledLayer layer(
            String name,
            int in,
            int out,
            int grid,
            Optional<Noise> noise,
            boolean up,
            boolean doubled,
            Optional<ToRgb> rgb,
            double clamp) {
        INDArray weight = array(out, in, 3, 3);
        weights.put(name + ".weight", (up ? WeightLayout.YXOI : WeightLayout.YXIO).fromCanonical(weight));
        return new StyledLayer(
                name,
                name + ".weight",
                in,
                out,
                grid,
                up ? 2 * grid : grid,
                1 / Math.sqrt(in * 9.0),
                dense(name + ".style", LATENT, in),
                array(out),
                noise,
                up ? Optional.of(array(4, 4)) : Optional.empty(),
                doubled,
                rgb,
                clamp);
    }

    private Optional<Noise> noise(int grid, float strength) {
        return Optional.of(new Noise(array(1, 1, grid, grid), Nd4j.createFromArray(strength)));
    }

    private Optional<ToRgb> rgb(String name, int in, boolean enlarges, double clamp) {
        return Optional.of(new ToRgb(
                name,
                array(1, 1, in, 3),
                array(1, 3, 1, 1),
                Optional.of(dense(name + ".style", LATENT, in)),
                enlarges ? Optional.of(array(4, 4)) : Optional.empty(),
                clamp));
    }

    /**
     * A network and its editable weights as its graph reads them.
     *
     * @param network the description
     * @param weights by placeholder
     */
    record Made(StyledNetwork network, Map<String, INDArray> weights) {}

    static Made of(long seed) {
        RandomStyledNetwork make = new RandomStyledNetwork(seed);
        List<StyledLayer> layers = List.of(
                make.layer("first", 12, 136, 4, Optional.empty(), false, true, Optional.empty(), NONE),
                make.layer("second", 136, 128, 8, make.noise(8, .7f), false, false, make.rgb("rgb", 128, false, 20), 2),
                make.layer("up", 128, 5, 8, make.noise(16, 0), true, false, Optional.empty(), NONE),
                make.layer("fourth", 5, 64, 16, Optional.empty(), false, false, make.rgb("rgbs", 64, true, NONE), NONE),
                make.layer("fifth", 64, 64, 16, make.noise(32, -.3f), true, false, Optional.empty(), 1.5),
                make.layer("sixth", 64, 64, 32, Optional.empty(), false, false, Optional.empty(), 1.5),
                make.layer("last", 64, 72, 32, Optional.empty(), false, false, make.rgb("end", 72, true, 15), NONE));
        StyledNetwork network = new StyledNetwork(
                "random",
                make.array(1, LATENT),
                make.array(1, 12, 4, 4),
                List.of(make.dense("m0", INPUT + EMBEDDED, 7), make.dense("m1", 7, LATENT)),
                layers,
                Optional.empty(),
                Optional.of(make.dense("embed", CLASSES, EMBEDDED)));
        return new Made(network, make.weights);
    }
}
