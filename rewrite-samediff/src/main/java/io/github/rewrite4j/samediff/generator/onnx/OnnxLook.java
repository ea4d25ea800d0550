package io.github.rewrite4j.samediff.generator.onnx;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.graph.internal.GraphSurgery;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.graph.internal.Program;
import io.github.rewrite4j.samediff.memory.PlanNode;
import io.github.rewrite4j.samediff.metric.GreyPictures;
import io.github.rewrite4j.samediff.perception.Preprocessing;
import io.github.rewrite4j.samediff.tape.Colours;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A network behind its preprocessing, built for each size of pictures that it is shown. */
final class OnnxLook {
    /** The vector, in whatever the graph is built of. */
    static final String EMBEDDING = "rewrite4j/embedding";

    private static final String IMAGES = "rewrite4j/images";
    private static final int COLOURS = 3;
    /** Sizes of pictures that graphs are kept for. */
    private static final int SIZES = 8;

    private final OnnxFile file;
    private final ValueInfoProto picture;
    private final Preprocessing preprocessing;
    private final String wanted;
    private final String vector;
    private final List<String> features;
    private final boolean channelsLast;
    private final int dimension;
    private final Map<List<Integer>, Built> built = new HashMap<>();

    /** A graph, and what it calls the maps. */
    private record Built(Program program, List<String> maps) {}

    OnnxLook(
            OnnxFile file,
            ValueInfoProto picture,
            Preprocessing preprocessing,
            String wanted,
            String vector,
            List<String> features) {
        this.file = file;
        this.picture = picture;
        this.preprocessing = preprocessing;
        this.wanted = wanted;
        this.vector = vector;
        this.features = features;
        long[] declared = OnnxFile.declared(picture);
        this.channelsLast = declared[3] == COLOURS && declared[1] != COLOURS;
        long channels = declared[channelsLast ? 3 : 1];
        if (channels != COLOURS && channels != 0) {
            throw new RewriteException("'" + OnnxFile.shown(picture.getName()) + "' of '" + file.name() + "' takes "
                    + channels + " channels, but pictures have three.");
        }
        int[] sides = sides(declared);
        try (INDArray grey = Nd4j.zeros(DataType.FLOAT, 1, COLOURS, sides[0], sides[1]);
                INDArray seen = at(grey, List.of(EMBEDDING)).get(0)) {
            this.dimension = Math.toIntExact(seen.size(1));
        }
    }

    /** A size that the network takes. */
    private int[] sides(long[] declared) {
        if (preprocessing.height() > 0) {
            return new int[] {preprocessing.height(), preprocessing.width()};
        }
        int rows = channelsLast ? 1 : 2;
        if (declared[rows] == 0 || declared[rows + 1] == 0) {
            return new int[] {64, 64};
        }
        return new int[] {(int) declared[rows], (int) declared[rows + 1]};
    }

    int dimension() {
        return dimension;
    }

    /** Places of the maps, for {@link #at}. */
    List<String> maps() {
        if (features.isEmpty()) {
            throw new RewriteException("'" + file.name()
                    + "' was opened as an embedding alone: name the maps to compare by features(...).");
        }
        return features;
    }

    private String variable(Built graph, String value) {
        return value.equals(EMBEDDING) ? EMBEDDING : graph.maps().get(features.indexOf(value));
    }

    List<INDArray> at(INDArray pictures, List<String> values) {
        INDArray images = GreyPictures.inColours(pictures);
        if (images.rank() != 4 || images.size(1) != COLOURS || images.size(0) < 1) {
            throw new IllegalArgumentException("The pictures have the shape " + Arrays.toString(images.shape())
                    + ", but expected was [N, 3, H, W] with N from 1, values in [-1, 1].");
        }
        Built graph = built((int) images.size(2), (int) images.size(3));
        List<String> variables =
                values.stream().map(value -> variable(graph, value)).toList();
        Map<String, INDArray> results = graph.program()
                .runBatched(Map.of(), Map.of(IMAGES, images), Math.toIntExact(images.size(0)), variables);
        return variables.stream().map(name -> Named.in(results, name)).toList();
    }

    List<Node> at(Tape tape, Node pictures, List<String> values) {
        Node images = Colours.of(pictures);
        Built graph = built(images.size(2), images.size(3));
        List<String> variables =
                values.stream().map(value -> variable(graph, value)).toList();
        var engine = graph.program().engine();
        if (images.tracked()) {
            engine.requireAdjoints(variables, Set.of(IMAGES), List.of(IMAGES));
        }
        PlanNode plan = new PlanNode(engine, variables);
        plan.read(IMAGES, images);
        ComputeThreads.inThisThread();
        Map<String, Node> made = plan.run(tape);
        return variables.stream().map(name -> Named.in(made, name)).toList();
    }

    private synchronized Built built(int height, int width) {
        List<Integer> size = List.of(height, width);
        if (!built.containsKey(size) && built.size() >= SIZES) {
            built.clear();
        }
        Built graph = built.get(size);
        if (graph == null) {
            graph = build(height, width);
            built.put(size, graph);
        }
        return graph;
    }

    private Built build(int height, int width) {
        int rows = preprocessing.height() > 0 ? preprocessing.height() : height;
        int columns = preprocessing.width() > 0 ? preprocessing.width() : width;
        long[] declared = OnnxFile.declared(picture);
        int first = channelsLast ? 1 : 2;
        if ((declared[first] > 0 && declared[first] != rows)
                || (declared[first + 1] > 0 && declared[first + 1] != columns)) {
            throw new RewriteException("'" + file.name() + "' takes pictures of " + declared[first] + " x "
                    + declared[first + 1] + " pixels, but got " + rows + " x " + columns
                    + ": say preprocessing(... .size(" + declared[first] + ", " + declared[first + 1] + ")).");
        }
        long[] sizes = channelsLast ? new long[] {rows, columns, COLOURS} : new long[] {COLOURS, rows, columns};
        OnnxGraph network = new OnnxGraph(
                file,
                Map.of(picture.getName(), sizes),
                Map.of(picture.getName(), Kind.REAL),
                Map.of(),
                declared[0],
                wanted);
        SameDiff graph = network.graph();
        Value summary = network.value(vector);
        List<String> maps = new ArrayList<>();
        for (String feature : features) {
            Value map = network.value(feature);
            if (map.rank() != 4) {
                throw new RewriteException("The value '" + OnnxFile.shown(feature) + "' of '" + file.name()
                        + "' has the shape " + Size.text(map.shape()) + ", but maps are [N, C, h, w].");
            }
            maps.add(network.variable(map).name());
        }
        summarised(graph, network.variable(summary), summary);
        preprocess(graph, OnnxGraph.variableName(picture.getName()), height, width, rows, columns);
        return new Built(new Program(graph), List.copyOf(maps));
    }

    /** One row for each picture; of maps the mean over all positions. */
    private void summarised(SameDiff graph, SDVariable variable, Value value) {
        long[] shape = value.shape();
        if (shape.length < 2 || shape[0] != Size.BATCH) {
            throw new RewriteException(
                    "The value '" + OnnxFile.shown(vector) + "' of '" + file.name()
                            + "' has the shape " + Size.text(shape)
                            + ", but a vector for each picture is [N, d], or maps [N, C, h, w]. Name another by embedding(...).");
        }
        SDVariable seen = shape.length == 4 && shape[2] * shape[3] > 1 ? graph.mean(variable, false, 2, 3) : variable;
        long length = shape[1];
        for (int i = 2; i < shape.length; i++) {
            length *= shape.length == 4 ? 1 : shape[i];
        }
        graph.reshape(EMBEDDING, seen, graph.constant(Nd4j.createFromArray(-1L, length)));
    }

    private void preprocess(SameDiff graph, String input, int height, int width, int rows, int columns) {
        GraphSurgery surgery = new GraphSurgery(graph);
        List<String> readers = surgery.readersOf(input);
        SDVariable pixels = graph.placeHolder(IMAGES, DataType.FLOAT, -1, COLOURS, height, width);
        if (width != columns) {
            SDVariable flat = graph.reshape(pixels, -1, width);
            pixels = graph.reshape(flat.mmul(resizing(graph, width, columns)), -1, COLOURS, height, columns);
        }
        if (height != rows) {
            SDVariable turned = graph.reshape(graph.permute(pixels, 0, 1, 3, 2), -1, height);
            SDVariable resized = turned.mmul(resizing(graph, height, rows));
            pixels = graph.permute(graph.reshape(resized, -1, COLOURS, columns, rows), 0, 1, 3, 2);
        }
        float[] factors = new float[COLOURS];
        float[] offsets = new float[COLOURS];
        for (int c = 0; c < COLOURS; c++) {
            factors[c] = (float) preprocessing.factor(c);
            offsets[c] = (float) preprocessing.offset(c);
        }
        SDVariable numbers = pixels.mul(colours(graph, factors)).add(colours(graph, offsets));
        if (preprocessing.blueFirst()) {
            SDVariable[] planes = new SDVariable[COLOURS];
            for (int c = 0; c < COLOURS; c++) {
                planes[c] = graph.stridedSlice(
                        numbers,
                        new long[] {0, COLOURS - 1 - c, 0, 0},
                        new long[] {1, COLOURS - c, 1, 1},
                        new long[] {1, 1, 1, 1},
                        13,
                        13,
                        0,
                        0,
                        0);
            }
            numbers = graph.concat(1, planes);
        }
        SDVariable ordered = channelsLast ? graph.permute(numbers, 0, 2, 3, 1) : numbers;
        readers.forEach(reader -> surgery.rewire(reader, input, ordered.name()));
    }

    private static SDVariable colours(SameDiff graph, float[] numbers) {
        return graph.constant(Nd4j.createFromArray(numbers).reshape(1, COLOURS, 1, 1));
    }

    private static SDVariable resizing(SameDiff graph, int from, int to) {
        double[][] weights = Preprocessing.resizing(from, to);
        return graph.constant(
                Nd4j.createFromArray(weights).transpose().castTo(DataType.FLOAT).dup('c'));
    }
}
