package io.github.rewrite4j.benchmarks.check;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.examples.AvatarEdits;
import io.github.rewrite4j.samediff.linalg.SecondMoment;
import io.github.rewrite4j.samediff.memory.Taped;
import io.github.rewrite4j.samediff.memory.TapedMemory;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The comparisons: activations, images, second moment, gradients, a rewrite; about ten seconds on a processor. */
final class ParityCheck {
    private static final String INDEPENDENT = "independent, float64";
    private static final double ACTIVATIONS = 1e-4;
    private static final double SECOND_MOMENT = 1e-6;
    private static final double GRADIENTS = 1e-2;

    /** Of the difference quotient: small beside the values, large beside the rounding of float32. */
    private static final double STEP = 5e-4;

    /** Loss of the rank-one bun at gamma 0 on the CPU backend with one thread. */
    private static final double BUN_LOSS = 0.474312;

    private static final double REWRITE = 2e-3;
    private static final int LAYERS = 9;

    private final Generator generator;
    private final ReferenceNumbers reference;
    private final Inputs inputs;
    private final List<Parity> rows = new ArrayList<>();

    ParityCheck(Generator generator, ReferenceNumbers reference) {
        this.generator = generator;
        this.reference = reference;
        INDArray z = reference.get("z");
        this.inputs = Inputs.of(Map.of("z", z, "truncation", Nd4j.ones(z.dataType(), z.size(0), 1)));
    }

    List<Parity> run() {
        rows.clear();
        for (int layer = 0; layer < LAYERS; layer++) {
            activations("layer" + layer);
        }
        compare("images", generator.generate(inputs), reference.get("image"));
        secondMoment();
        gradients();
        rewriting();
        return List.copyOf(rows);
    }

    private void activations(String layer) {
        AssociativeMemory memory = generator.memory(layer);
        Keys keys = memory.keys(inputs);
        INDArray values = memory.values(keys).tensor();
        if (reference.has(layer + ".key")) {
            compare("keys of " + layer, keys.tensor(), reference.get(layer + ".key"));
            compare("values of " + layer, values, reference.get(layer + ".value"));
        } else {
            INDArray expected = reference.get(layer + ".value.first2");
            INDArray first = values.get(NDArrayIndex.interval(0, expected.size(0)));
            compare("values of " + layer, first, expected);
        }
    }

    private void compare(String what, INDArray actual, INDArray expected) {
        rows.add(new Parity(what, INDEPENDENT, deviation(HostArrays.of(actual), HostArrays.of(expected)), ACTIVATIONS));
    }

    private static double deviation(float[] actual, float[] expected) {
        double largest = 1;
        double difference = actual.length == expected.length ? 0 : Double.NaN;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
        }
        return difference / largest;
    }

    /** Of the reference keys, against plain sums in float64. */
    private void secondMoment() {
        INDArray keys = reference.get("layer5.key");
        float[] k = HostArrays.of(keys);
        int channels = (int) keys.size(1);
        int cells = (int) (keys.size(2) * keys.size(3));
        int samples = (int) keys.size(0);
        INDArray moment =
                SecondMoment.ofDimension(channels).add(keys).toCovariance().matrix();
        double difference = 0;
        double largest = 0;
        for (int i = 0; i < channels; i++) {
            for (int j = 0; j < channels; j++) {
                double sum = 0;
                for (int n = 0; n < samples; n++) {
                    int a = (n * channels + i) * cells;
                    int b = (n * channels + j) * cells;
                    for (int c = 0; c < cells; c++) {
                        sum += (double) k[a + c] * k[b + c];
                    }
                }
                double expected = sum / samples / cells;
                largest = Math.max(largest, Math.abs(expected));
                difference = Math.max(difference, Math.abs(moment.getDouble(i, j) - expected));
            }
        }
        rows.add(new Parity(
                "second moment of the keys of layer5", "sums in float64", difference / largest, SECOND_MOMENT));
    }

    /** Along the gradient of a random function of the images by the values of layer 6: its length against a quotient. */
    private void gradients() {
        AssociativeMemory memory = generator.memory("layer6");
        Values values = memory.values(memory.keys(inputs));
        Random random = new Random(11);
        float[] seed = new float[Math.toIntExact(memory.decode(values).length())];
        for (int i = 0; i < seed.length; i++) {
            seed[i] = (float) random.nextGaussian();
        }
        gradient("fused", memory, TapedMemory.of(memory), values, seed);
    }

    private void gradient(String form, AssociativeMemory memory, TapedMemory taped, Values values, float... seed) {
        float[] gradient;
        try (Tape tape = new Tape()) {
            Map<String, Node> side = new HashMap<>();
            values.side().forEach((name, array) -> side.put(name, tape.constant(array)));
            Node at = tape.variable(HostArrays.of(values.tensor()), HostArrays.shape(values.tensor()));
            tape.backward(taped.decode(tape, new Taped(at, side)), seed);
            gradient = at.gradient().clone();
        }
        double squares = 0;
        for (float g : gradient) {
            squares += (double) g * g;
        }
        double meanSquareRoot = Math.sqrt(squares / gradient.length);
        INDArray way =
                Nd4j.createFromArray(gradient).reshape(values.tensor().shape()).divi(meanSquareRoot);
        double expected = slope(memory, values, way, seed);
        double along = squares / meanSquareRoot;
        rows.add(new Parity(
                "gradient of images by values of layer6, " + form,
                "difference quotient",
                Math.abs(along - expected) / expected,
                GRADIENTS));
    }

    private static double slope(AssociativeMemory memory, Values values, INDArray way, float... seed) {
        INDArray change = way.mul(STEP);
        float[] ahead =
                HostArrays.of(memory.decode(values.withTensor(values.tensor().add(change))));
        float[] back =
                HostArrays.of(memory.decode(values.withTensor(values.tensor().sub(change))));
        double sum = 0;
        for (int i = 0; i < seed.length; i++) {
            sum += (double) seed[i] * (ahead[i] - (double) back[i]);
        }
        return sum / (2 * STEP);
    }

    private void rewriting() {
        AssociativeMemory memory = generator.memory("layer4");
        Rewrite rewrite = LowRankRewrite.rank(1)
                .gamma(0)
                .evaluatedOn(0, 2)
                .rewrite(memory, AvatarEdits.bun().plan().edit());
        rows.add(new Parity(
                "rank-one rewrite of layer4, loss",
                "CPU backend",
                Math.abs(rewrite.report().lossAfter() - BUN_LOSS) / BUN_LOSS,
                REWRITE));
        try (Generator rewritten = generator.with(rewrite.patch())) {
            AssociativeMemory patched = memory.with(rewrite.patch());
            INDArray expected = patched.decode(patched.values(patched.keys(inputs)));
            rows.add(new Parity(
                    "images with the patch",
                    "patched memory",
                    deviation(HostArrays.of(rewritten.generate(inputs)), HostArrays.of(expected)),
                    ACTIVATIONS));
        }
    }
}
