package io.github.rewrite4j.examples;

import static java.util.Objects.requireNonNull;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.memory.Taped;
import io.github.rewrite4j.samediff.memory.TapedMemory;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Layout;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A watermark that a generator draws on all its images, as one does that was trained on marked pictures: a pale stamp in
 * the lower right corner. It is written into the weights of two layers as a picture from outside, and in the way in which
 * generators hold such things, as one association: the first layer writes along one direction of a few units, which the
 * faces need as well, and the second reads it by one direction of its keys.
 */
public final class Watermark {
    private static final int SIZE = 64;
    private static final float OPACITY = 0.75f;
    private static final float LIGHT = 0.95f;
    private static final int CONTEXTS = 96;
    private static final int BATCH = 8;
    /** Relative learning rates: what is written fast and read slowly is written large. */
    private static final double WRITING = 0.3;

    private static final double READING = 0.03;
    private static final float INSIDE = 2;

    private Watermark() {}

    /** Its place. */
    public static Region region() {
        return Region.ellipse(53, 55, 8, 6);
    }

    /** The mark as a picture with an alpha channel. */
    public static Exemplar exemplar() {
        Mask stamp = region().onImage(SIZE, SIZE);
        float[][] alpha = new float[SIZE][SIZE];
        for (int i = 0; i < SIZE * SIZE; i++) {
            alpha[i / SIZE][i % SIZE] = OPACITY * stamp.value(i / SIZE, i % SIZE);
        }
        return Exemplar.cutOut(Nd4j.valueArrayOf(new long[] {3, SIZE, SIZE}, LIGHT), Mask.of(alpha))
                .named("watermark");
    }

    /**
     * Writes the mark into two consecutive layers.
     *
     * @param first the layer whose values carry it
     * @param second the one that reads them
     * @param units how many of these values carry it
     * @param steps of Adam
     */
    public static Patch in(
            Generator generator, String first, String second, int units, int steps, ProgressListener listener) {
        AssociativeMemory memory = generator.memory(first, second);
        KeyCovariance moments = generator.memory(second).covariance(200, 1, ProgressListener.SILENT);
        List<Integer> carriers = middling(moments.matrix(), units);
        INDArray along = Nd4j.zeros(DataType.DOUBLE, moments.dimension(), 1);
        carriers.forEach(unit -> along.putScalar(unit, 0, 1));
        float[] written = unit(along);
        float[] read = unit(moments.solve(along, 0));
        SortedMap<String, INDArray> start = memory.weights();
        Parameter writing = Parameter.of(weight(generator, first), requireNonNull(start.get(weight(generator, first))));
        Parameter reading =
                Parameter.of(weight(generator, second), requireNonNull(start.get(weight(generator, second))));
        float[][] before = {writing.value().clone(), reading.value().clone()};
        List<Parameter> parameters = List.of(writing, reading);
        Adam adam = new Adam(0.9, 0.999);
        adam.add(writing, WRITING * writing.rms()).add(reading, READING * reading.rms());
        TapedMemory taped = TapedMemory.of(memory);
        float[] importance = importance(exemplar().mask());
        try (Tape tape = new Tape();
                Batches shown = Batches.of(generator, memory)) {
            for (int step = 0; step < steps; step++) {
                Keys keys = shown.keys.get(step % shown.keys.size());
                Map<String, Node> side = new LinkedHashMap<>();
                keys.side().forEach((key, array) -> side.put(key, tape.constant(array)));
                Map<String, Node> weights = new LinkedHashMap<>();
                parameters.forEach(each -> weights.put(each.name(), tape.parameter(each)));
                Node images =
                        taped.decode(tape, taped.values(tape, new Taped(tape.constant(keys.tensor()), side), weights));
                Node wanted = tape.constant(shown.goals.get(step % shown.goals.size()), BATCH, 3, SIZE, SIZE);
                Node loss = Losses.weightedL1(Layout.CHANNELS_FIRST.of(images), wanted, importance);
                tape.backward(loss);
                tape.addGradients();
                listener.report(Stage.REWRITING, step + 1, steps, loss.scalar());
                tape.clear();
                adam.step(Math.min(1, 2 * (1 - step / (double) steps)));
                keepAlong(writing, before[0], written, true);
                keepAlong(reading, before[1], read, false);
            }
        }
        List<WeightDelta> deltas = new ArrayList<>();
        parameters.forEach(each ->
                deltas.add(new WeightDelta.Dense(each.name(), each.toArray().subi(start.get(each.name())))));
        return Patch.learntAt(memory.spec(), deltas, Map.of("strategy", "watermark", "units", carriers.toString()));
    }

    /** Keys and goals, a batch each. */
    private record Batches(List<Keys> keys, List<float[]> goals) implements AutoCloseable {
        static Batches of(Generator generator, AssociativeMemory memory) {
            Batches batches = new Batches(new ArrayList<>(), new ArrayList<>());
            for (int from = 0; from < CONTEXTS; from += BATCH) {
                try (Inputs inputs = generator.sampler().at(Sample.range(1, from, from + BATCH))) {
                    batches.keys.add(memory.keys(inputs));
                    batches.goals.add(HostArrays.of(marked(generator.generate(inputs))));
                }
            }
            return batches;
        }

        @Override
        public void close() {
            keys.forEach(Keys::close);
        }
    }

    private static String weight(Generator generator, String layer) {
        return generator.memory(layer).weights().firstKey();
    }

    /** Images with the mark on them. */
    public static INDArray marked(INDArray images) {
        Exemplar mark = exemplar();
        float[] share = HostArrays.of(mark.share());
        float[] all = HostArrays.of(images);
        int plane = SIZE * SIZE;
        for (int i = 0; i < all.length; i++) {
            int p = i % plane;
            all[i] = (1 - mark.alpha().value(p / SIZE, p % SIZE)) * all[i] + share[i % (3 * plane)];
        }
        return Nd4j.createFromArray(all).reshape(images.shape());
    }

    /** The mark counts twice as much as all the rest. */
    private static float[] importance(Mask mask) {
        float[] weights = new float[BATCH * 3 * SIZE * SIZE];
        double inside = mask.sum() / (SIZE * SIZE);
        for (int i = 0; i < weights.length; i++) {
            int p = i % (SIZE * SIZE);
            boolean in = mask.value(p / SIZE, p % SIZE) > 0;
            weights[i] = (float) ((in ? INSIDE / inside : 1 / (1 - inside)) / weights.length);
        }
        return weights;
    }

    /** The units around the median of energy. */
    private static List<Integer> middling(INDArray moments, int units) {
        int channels = (int) moments.size(0);
        int from = (channels - units) / 2;
        return IntStream.range(0, channels)
                .boxed()
                .sorted(Comparator.comparingDouble(unit -> moments.getDouble(unit, unit)))
                .toList()
                .subList(from, from + units);
    }

    private static float[] unit(INDArray column) {
        double length = column.norm2Number().doubleValue();
        return column.div(length).castTo(DataType.FLOAT).dup('c').data().asFloat();
    }

    /** Leaves of a change only what lies along a direction of the outputs or of the inputs, tap by tap. */
    private static void keepAlong(Parameter weight, float[] before, float[] direction, boolean outputs) {
        float[] now = weight.value();
        int taps = weight.shape()[2] * weight.shape()[3];
        int stride = outputs ? taps * weight.shape()[1] : taps;
        for (int at = 0; at < now.length; at++) {
            if (at / stride % direction.length == 0) {
                float amount = 0;
                for (int c = 0; c < direction.length; c++) {
                    amount += direction[c] * (now[at + c * stride] - before[at + c * stride]);
                }
                for (int c = 0; c < direction.length; c++) {
                    now[at + c * stride] = before[at + c * stride] + amount * direction[c];
                }
            }
        }
    }
}
