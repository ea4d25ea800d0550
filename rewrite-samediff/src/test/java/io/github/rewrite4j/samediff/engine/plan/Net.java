package io.github.rewrite4j.samediff.engine.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A small graph that can be built in float32 and float64, whose inputs have a free batch and whose weights are fed. */
final class Net {
    static final String OUTPUT = "out";

    private final String name;
    private final Function<Net, SDVariable> building;
    private final boolean slopes;
    private SameDiff graph = SameDiff.create();
    private DataType type = DataType.FLOAT;
    private final Map<String, long[]> inputs = new LinkedHashMap<>();
    private final Map<String, INDArray> weights = new LinkedHashMap<>();
    private int drawn;
    private boolean exactOnly;

    private Net(String name, boolean slopes, Function<Net, SDVariable> building) {
        this.name = name;
        this.slopes = slopes;
        this.building = building;
    }

    /** Whose gradients are checked as well. */
    static Net of(String name, Function<Net, SDVariable> building) {
        return new Net(name, true, building);
    }

    /** Whose values are checked only. */
    static Net forward(String name, Function<Net, SDVariable> building) {
        return new Net(name, false, building);
    }

    /** Whose float32 form the session cannot run, or runs wrong. */
    Net inFloat64Only() {
        exactOnly = true;
        return this;
    }

    boolean runsInFloat32() {
        return !exactOnly;
    }

    boolean slopes() {
        return slopes;
    }

    /** Builds anew. */
    SameDiff build(DataType wanted) {
        graph = SameDiff.create();
        type = wanted;
        inputs.clear();
        drawn = 0;
        building.apply(this).rename(OUTPUT);
        return graph;
    }

    SameDiff graph() {
        return graph;
    }

    /** Of the numbers of the graph that is built. */
    DataType type() {
        return type;
    }

    /** An input; the first size is the batch's. */
    SDVariable input(long... shape) {
        String input = "x" + inputs.size();
        inputs.put(input, shape);
        long[] free = shape.clone();
        free[0] = -1;
        return graph.placeHolder(input, type, free);
    }

    /** A weight that is fed. */
    SDVariable weight(long... shape) {
        String weight = "w" + drawn++;
        weights.computeIfAbsent(weight, n -> random(drawn, shape));
        return graph.placeHolder(weight, type, shape);
    }

    /** A constant. */
    SDVariable constant(long... shape) {
        int seed = 100 + drawn++;
        return graph.constant("c" + seed, random(seed, shape).castTo(type));
    }

    SDVariable constant(INDArray numbers) {
        return graph.constant("k" + drawn++, numbers);
    }

    SDVariable positive(long... shape) {
        int seed = 100 + drawn++;
        return graph.constant(
                "c" + seed, Nd4j.math().abs(random(seed, shape)).add(0.5).castTo(type));
    }

    static INDArray random(long seed, long... shape) {
        Random random = new Random(seed);
        int count = 1;
        for (long size : shape) {
            count *= (int) size;
        }
        double[] numbers = new double[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return Nd4j.createFromArray(numbers).reshape(shape);
    }

    /** Feeds of float64 for a batch. */
    Map<String, INDArray> feeds(int batch) {
        Map<String, INDArray> feeds = new LinkedHashMap<>();
        inputs.forEach((input, shape) -> {
            long[] full = shape.clone();
            full[0] = batch;
            feeds.put(input, random(input.hashCode() + 7L * batch, full));
        });
        weights.forEach((weight, numbers) -> {
            if (graph.hasVariable(weight)) {
                feeds.put(weight, numbers);
            }
        });
        return feeds;
    }

    static Map<String, INDArray> floats(Map<String, INDArray> feeds) {
        Map<String, INDArray> floats = new LinkedHashMap<>();
        feeds.forEach((input, array) -> floats.put(input, array.castTo(DataType.FLOAT)));
        return floats;
    }

    List<String> inputs() {
        return new ArrayList<>(inputs.keySet());
    }

    @Override
    public String toString() {
        return name;
    }
}
