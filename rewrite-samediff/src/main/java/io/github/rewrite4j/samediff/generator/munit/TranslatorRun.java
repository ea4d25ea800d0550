package io.github.rewrite4j.samediff.generator.munit;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.samediff.generator.internal.Maps;
import io.github.rewrite4j.samediff.generator.internal.TrainableGraph;
import io.github.rewrite4j.samediff.generator.training.TrainedNetwork;
import io.github.rewrite4j.samediff.generator.training.TrainingPictures;
import io.github.rewrite4j.samediff.generator.training.TrainingSheets;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.tape.Adam;
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

/** Both halves of a translator while they train, in pieces: content encoder, style encoder and decoder of each domain. */
abstract class TranslatorRun implements TrainingLoop.Trained {
    static final int SHARDS = 2;

    private static final int SHOWN = 10;
    private static final double CLIP = 5;

    final TranslatorRecipe recipe;
    final TrainingPictures a;
    final TrainingPictures b;
    final Shards shards;
    private final Optional<TrainingSheets> sheets;
    private final Map<String, Parameter> weights = new LinkedHashMap<>();
    private final Adam adam = new Adam(0.5, 0.99);
    private final MovingAverage average;
    private final Map<String, Piece> pieces = new HashMap<>();

    private record Piece(TrainableGraph graph, String output) {}

    TranslatorRun(
            TranslatorRecipe recipe,
            TrainingPictures a,
            TrainingPictures b,
            Shards shards,
            Optional<TrainingSheets> sheets) {
        this.recipe = recipe;
        this.a = a;
        this.b = b;
        this.shards = shards;
        this.sheets = sheets;
        Random random = new Random(recipe.seed());
        Map<String, INDArray> shapes = new TreeMap<>();
        for (String domain : MunitCheckpoint.DOMAINS) {
            MunitCheckpoint.expected(domain, recipe.shape()).forEach((name, shape) -> {
                shapes.put(name, Nd4j.zeros(DataType.FLOAT, shape));
                weights.put(name, initial(name, shape, random));
            });
        }
        for (String domain : MunitCheckpoint.DOMAINS) {
            MunitGraph content = graph(shapes);
            Maps made = content.buildContent(domain);
            pieces.put(
                    domain + "content",
                    new Piece(content.trained(), made.variable().name()));
            MunitGraph style = graph(shapes);
            String name = style.buildStyle(domain).name();
            pieces.put(domain + "style", new Piece(style.trained(), name));
            MunitGraph decoder = graph(shapes);
            decoder.buildDecoder(domain);
            pieces.put(domain + "decoder", new Piece(decoder.trained(), MunitGraph.OUTPUT));
        }
        List<Parameter> all = new ArrayList<>(weights.values());
        adam.add(all, recipe.rate());
        this.average = new MovingAverage(all, recipe.average());
    }

    private MunitGraph graph(Map<String, INDArray> shapes) {
        return MunitGraph.trainable(recipe.shape(), recipe.form(), shapes);
    }

    /** Normal over the root of half the numbers that a weight sums over; the normalisations start as they are without style. */
    private Parameter initial(String name, long[] shape, Random random) {
        int[] sizes = Arrays.stream(shape).mapToInt(Math::toIntExact).toArray();
        int row = Arrays.stream(sizes).skip(1).reduce(1, Math::multiplyExact);
        float[] values = new float[sizes[0] * row];
        if (sizes.length > 1) {
            double deviation = Math.sqrt((name.contains(".mlp.model.2.") ? 0.1 : 2.0) / row);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (deviation * random.nextGaussian());
            }
        } else if (name.endsWith(".gamma")) {
            Arrays.fill(values, 1);
        } else if (name.endsWith(".mlp.model.2.fc.bias")) {
            // Of each layer's numbers the first half are shifts, the second scales.
            int content = recipe.shape().content();
            for (int i = 0; i < values.length; i++) {
                values[i] = i / content % 2;
            }
        }
        return new Parameter(name, values, sizes);
    }

    final Node content(Tape tape, String domain, Node pictures, Function<Parameter, Node> use) {
        return run(tape, domain + "content", Map.of(MunitGraph.PICTURE, pictures), use);
    }

    final Node style(Tape tape, String domain, Node pictures, Function<Parameter, Node> use) {
        return run(tape, domain + "style", Map.of(MunitGraph.PICTURE, pictures), use);
    }

    final Node drawn(Tape tape, String domain, Node content, Node style, Function<Parameter, Node> use) {
        return run(tape, domain + "decoder", Map.of(MunitGraph.CONTENT, content, MunitGraph.STYLE, style), use);
    }

    private Node run(Tape tape, String piece, Map<String, Node> inputs, Function<Parameter, Node> use) {
        Piece found = Named.in(pieces, piece);
        return found.graph().run(tape, inputs, name -> use.apply(Named.in(weights, name)), found.output());
    }

    final int part() {
        return recipe.batch() / SHARDS;
    }

    final Node drawnStyles(Tape tape, Random random) {
        float[] z = new float[part() * recipe.style()];
        for (int i = 0; i < z.length; i++) {
            z[i] = (float) random.nextGaussian();
        }
        return tape.constant(z, part(), recipe.style());
    }

    final Node pictures(Tape tape, float[] pixels) {
        return tape.constant(pixels, part(), 3, recipe.size(), recipe.size());
    }

    final Random random(long step, int shard, int turn) {
        return new Random(((recipe.seed() * 1_000_003 + step) * 31 + shard) * 31 + turn);
    }

    /** The loss of one shard, whose gradients were computed. */
    abstract double draw(Tape tape, Random random, int shard);

    /** A step of whoever judges. */
    double judge(long step) {
        return 0;
    }

    @Override
    public double step(long step) {
        double judged = judge(step);
        double loss = shards.run((tape, shard) -> draw(tape, random(step, shard, 1), shard));
        adam.clip(CLIP).step(recipe.factor(step));
        average.update(step + 1);
        return loss + judged;
    }

    @Override
    public Map<String, Parameter> arrays() {
        Map<String, Parameter> all = new HashMap<>(TrainingLoop.under("weights/", weights.values()));
        all.putAll(TrainingLoop.under("average/", average.averages()));
        adam.state().forEach((name, p) -> all.put("moments/" + name, p));
        return all;
    }

    @Override
    public void resumeAt(long step) {
        adam.resumeAt(step);
    }

    final TrainedNetwork<Munit> finished() {
        SafeTensorsWriter file = new SafeTensorsWriter();
        average.averages()
                .forEach(p -> file.add(
                        p.name(),
                        p.value(),
                        Arrays.stream(p.shape()).asLongStream().toArray()));
        try (SafeTensors tensors = SafeTensors.read(new ByteArrayInputStream(file.toBytes()), "a trained translator")) {
            return new TrainedNetwork<>(Munit.of(tensors).size(recipe.size(), recipe.size()), file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void rest(long step) {
        if (sheets.isEmpty()) {
            return;
        }
        try (Generator now = finished().network().aToB();
                INDArray shown = a.first(SHOWN);
                INDArray translated = now.generate(Inputs.of(MunitGraph.PICTURE, shown));
                INDArray both = Nd4j.concat(0, shown, translated)) {
            sheets.get().write(step, both);
        }
    }
}
