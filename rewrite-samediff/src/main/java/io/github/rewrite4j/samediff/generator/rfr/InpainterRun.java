package io.github.rewrite4j.samediff.generator.rfr;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.ValidityMask;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.samediff.generator.internal.TrainableGraph;
import io.github.rewrite4j.samediff.generator.training.TrainedNetwork;
import io.github.rewrite4j.samediff.generator.training.TrainingPictures;
import io.github.rewrite4j.samediff.generator.training.TrainingSheets;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.MovingAverage;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Shards;
import io.github.rewrite4j.samediff.tape.Tape;
import io.github.rewrite4j.samediff.tape.TrainingLoop;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** An inpainter while it trains. Normalisations are a scale and a shift then; the file says them by its statistics. */
final class InpainterRun implements TrainingLoop.Trained {
    static final int SHARDS = 2;

    private static final double CLIP = 5;
    private static final int MEASURED = 8;
    private static final int SHOWN = 10;
    private static final String WEIGHT = ".weight";
    private static final String MEAN = ".running_mean";
    private static final String VARIANCE = ".running_var";

    private final InpainterRecipe recipe;
    private final TrainingPictures pictures;
    private final HoleSource holes;
    private final Shards shards;
    private final Optional<TrainingSheets> sheets;
    private final Map<String, Parameter> weights = new LinkedHashMap<>();
    private final Map<String, Parameter> statistics = new LinkedHashMap<>();
    private final Map<String, long[]> expected;
    private final Adam adam = new Adam(0.9, 0.99);
    private final MovingAverage average;
    private final TrainableGraph graph;
    private final List<RfrWeights.Normal> normals;

    /** Pictures [N, 3, side, side] in [-1, 1] and what is known of them, [N, 1, side, side]. */
    private record Batch(Node pictures, Node known) {}

    InpainterRun(
            InpainterRecipe recipe,
            TrainingPictures pictures,
            HoleSource holes,
            Shards shards,
            Optional<TrainingSheets> sheets) {
        this.recipe = recipe;
        this.pictures = pictures;
        this.holes = holes;
        this.shards = shards;
        this.sheets = sheets;
        this.expected = RfrCheckpoint.expected(recipe.shape());
        Random random = new Random(recipe.seed());
        TreeMap<String, INDArray> shapes = new TreeMap<>();
        expected.forEach((name, shape) -> {
            shapes.put(name, Nd4j.ones(DataType.FLOAT, shape));
            start(name, shape, random);
        });
        RfrGraph built = RfrGraph.trainable(recipe.shape(), new RfrTensors(shapes));
        built.build(recipe.size(), recipe.size());
        this.graph = built.trained();
        this.normals = built.normals();
        for (RfrWeights.Normal normal : normals) {
            int channels = Named.in(weights, normal.layer() + RfrTensors.SCALE).value().length;
            for (String statistic : List.of(normal.layer() + MEAN, normal.layer() + VARIANCE)) {
                statistics.put(statistic, new Parameter(statistic, new float[channels], channels));
            }
        }
        List<Parameter> all = new ArrayList<>(weights.values());
        adam.add(all, recipe.rate());
        this.average = new MovingAverage(all, recipe.average());
    }

    private static boolean isNormal(Map<String, long[]> expected, String name) {
        int end = name.lastIndexOf('.');
        return expected.containsKey(name.substring(0, end) + MEAN);
    }

    private void start(String name, long[] shape, Random random) {
        int[] sizes = Arrays.stream(shape).mapToInt(Math::toIntExact).toArray();
        String layer = name.substring(0, name.lastIndexOf('.'));
        if (isNormal(expected, name)) {
            if (name.endsWith(WEIGHT)) {
                put(layer + RfrTensors.SCALE, new float[sizes[0]], sizes);
                put(layer + RfrTensors.SHIFT, new float[sizes[0]], sizes);
            }
        } else if (name.endsWith("att.ratio") || name.endsWith(".bias")) {
            float[] values = new float[sizes[0]];
            Arrays.fill(values, name.endsWith("att.ratio") ? 1 : 0);
            (name.endsWith("att.ratio") ? statistics : weights).put(name, new Parameter(name, values, sizes));
        } else {
            boolean turned = isTurned(layer);
            // The file holds transposed kernels as [in, out, k, k]; here all are [out, in, k, k].
            int[] canonical = turned ? new int[] {sizes[1], sizes[0], sizes[2], sizes[3]} : sizes;
            int row = canonical[1] * canonical[2] * canonical[3] / (turned ? 4 : 1);
            float[] values = new float[Arrays.stream(sizes).reduce(1, Math::multiplyExact)];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (Math.sqrt(2.0 / row) * random.nextGaussian());
            }
            put(name, values, canonical);
        }
    }

    private static boolean isTurned(String layer) {
        return layer.equals("Tconv") || layer.matches("RFRModule\\.dec_[123]\\.0");
    }

    private void put(String name, float[] values, int... shape) {
        weights.put(name, new Parameter(name, values, shape));
    }

    /** Sets each normalisation to what it reads of the first pictures, those before it being set. */
    private void measure() {
        List<String> reads = normals.stream().map(RfrWeights.Normal::read).toList();
        try (Tape tape = new Tape()) {
            for (RfrWeights.Normal normal : normals) {
                Batch batch = batch(tape, MEASURED, new Random(recipe.seed()), -1);
                set(normal.layer(), Named.in(run(tape, batch, reads, tape::frozen), normal.read()));
                tape.clear();
            }
        }
        List<Parameter> all = new ArrayList<>(weights.values());
        for (int i = 0; i < all.size(); i++) {
            float[] to = average.averages().get(i).value();
            System.arraycopy(all.get(i).value(), 0, to, 0, to.length);
        }
    }

    private void set(String layer, Node read) {
        int channels = read.size(1);
        int plane = read.size(2) * read.size(3);
        float[] scale = Named.in(weights, layer + RfrTensors.SCALE).value();
        float[] shift = Named.in(weights, layer + RfrTensors.SHIFT).value();
        int count = read.size(0) * plane;
        for (int c = 0; c < channels; c++) {
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < count; i++) {
                double v = read.value()[(i / plane * channels + c) * plane + i % plane];
                sum += v;
                squares += v * v;
            }
            float mean = (float) (sum / count);
            float variance = (float) Math.max(0, squares / count - sum / count * sum / count);
            Named.in(statistics, layer + MEAN).value()[c] = mean;
            Named.in(statistics, layer + VARIANCE).value()[c] = variance;
            scale[c] = (float) (1 / Math.sqrt(variance + RfrTensors.EPSILON));
            shift[c] = -mean * scale[c];
        }
    }

    private Batch batch(Tape tape, int count, Random random, long step) {
        int side = recipe.size();
        float[] known = new float[count * side * side];
        for (int n = 0; n < count; n++) {
            ValidityMask mask = holes.of(new Sample(recipe.seed(), random.nextInt(1 << 20)), side, side);
            for (int i = 0; i < side * side; i++) {
                known[n * side * side + i] = mask.isKnown(i / side, i % side) ? 1 : 0;
            }
        }
        return new Batch(
                tape.constant(pictures.draw(count, step >= 0, random), count, 3, side, side),
                tape.constant(known, count, 1, side, side));
    }

    private Map<String, Node> run(Tape tape, Batch batch, List<String> outputs, Function<Parameter, Node> use) {
        return graph.run(
                tape,
                Map.of(RfrGraph.PICTURE, batch.pictures(), RfrGraph.KNOWN, batch.known()),
                name -> use.apply(Named.in(weights, name)),
                outputs);
    }

    @Override
    public double step(long step) {
        if (step == 0) {
            measure();
        }
        double loss = shards.run((tape, shard) -> {
            Random random = new Random((recipe.seed() * 1_000_003 + step) * 31 + shard);
            Batch batch = batch(tape, recipe.batch() / SHARDS, random, step);
            Node painted = Named.in(run(tape, batch, List.of(RfrGraph.PAINTED), tape::parameter), RfrGraph.PAINTED);
            int plane = recipe.size() * recipe.size();
            float[] truth = new float[painted.length()];
            float[] counts = new float[truth.length];
            for (int i = 0; i < truth.length; i++) {
                truth[i] = (batch.pictures().value()[i] + 1) / 2;
                boolean known = batch.known().value()[i / (3 * plane) * plane + i % plane] > 0;
                counts[i] = (float) ((known ? 1 : recipe.hole()) / truth.length / SHARDS);
            }
            Node distance = Losses.weightedL1(painted, tape.constant(truth, painted.shape()), counts);
            tape.backward(distance);
            return distance.scalar();
        });
        adam.clip(CLIP).step(recipe.factor(step));
        average.update(step + 1);
        return loss;
    }

    @Override
    public Map<String, Parameter> arrays() {
        Map<String, Parameter> all = new HashMap<>(TrainingLoop.under("weights/", weights.values()));
        all.putAll(TrainingLoop.under("average/", average.averages()));
        all.putAll(TrainingLoop.under("statistics/", statistics.values()));
        adam.state().forEach((name, p) -> all.put("moments/" + name, p));
        return all;
    }

    @Override
    public void resumeAt(long step) {
        adam.resumeAt(step);
    }

    TrainedNetwork<Rfr> finished() {
        SafeTensorsWriter file = new SafeTensorsWriter();
        Map<String, Parameter> averaged = TrainingLoop.under("", average.averages());
        expected.forEach((name, shape) -> file.add(name, stored(name, averaged), shape));
        try (SafeTensors tensors = SafeTensors.read(new ByteArrayInputStream(file.toBytes()), "a trained inpainter")) {
            return new TrainedNetwork<>(Rfr.of(tensors).size(recipe.size(), recipe.size()), file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As the file holds it: weight = scale sqrt(variance + epsilon), bias = shift + mean scale. */
    private float[] stored(String name, Map<String, Parameter> averaged) {
        if (statistics.containsKey(name)) {
            return Named.in(statistics, name).value();
        }
        String layer = name.substring(0, name.lastIndexOf('.'));
        if (isNormal(expected, name)) {
            float[] scale = Named.in(averaged, layer + RfrTensors.SCALE).value();
            float[] shift = Named.in(averaged, layer + RfrTensors.SHIFT).value();
            float[] mean = Named.in(statistics, layer + MEAN).value();
            float[] variance = Named.in(statistics, layer + VARIANCE).value();
            float[] values = new float[scale.length];
            for (int c = 0; c < values.length; c++) {
                values[c] = name.endsWith(WEIGHT)
                        ? (float) (scale[c] * Math.sqrt(variance[c] + RfrTensors.EPSILON))
                        : shift[c] + mean[c] * scale[c];
            }
            return values;
        }
        Parameter found = Named.in(averaged, name);
        if (!isTurned(layer)) {
            return found.value();
        }
        int[] shape = found.shape();
        int taps = shape[2] * shape[3];
        float[] turned = new float[found.value().length];
        for (int i = 0; i < turned.length; i++) {
            int out = i / (shape[1] * taps);
            int in = i / taps % shape[1];
            turned[(in * shape[0] + out) * taps + i % taps] = found.value()[i];
        }
        return turned;
    }

    @Override
    public void rest(long step) {
        if (sheets.isEmpty()) {
            return;
        }
        try (Tape tape = new Tape();
                Generator now = finished().network().inpainter()) {
            Batch batch = batch(tape, SHOWN, new Random(recipe.seed()), -1);
            INDArray shown = batch.pictures().toArray();
            INDArray known = batch.known().toArray();
            INDArray filled = now.generate(Inputs.of(RfrGraph.PICTURE, shown).with(RfrGraph.KNOWN, known));
            sheets.get().write(step, Nd4j.concat(0, shown.mul(Nd4j.concat(1, known, known, known)), filled));
        }
    }
}
