package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Layout;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Samples of a generator on the Java heap: image, value and side tensors of each. Drawing them anew in every step would
 * cost more than the step, so a pool is drawn once and then renewed block by block, one block every few steps. What it
 * holds depends on the seed and the step alone.
 */
final class SamplePool {
    private static final int LARGEST_BLOCK = 32;

    private final AssociativeMemory memory;
    private final long seed;
    private final int renewal;
    private final int block;
    private final float[][] images;
    private final float[][] values;
    private final Map<String, float[][]> sides = new TreeMap<>();
    private final Map<String, int[]> sideShapes = new TreeMap<>();
    private final Map<String, float[]> sharedSides = new TreeMap<>();
    private final Map<String, float[]> meanSides = new TreeMap<>();
    private final int[] generations;

    /**
     * An empty pool.
     *
     * @param samples rounded up to a multiple of {@value #LARGEST_BLOCK} where there are more
     * @param seed of the samples
     * @param renewal steps after which one block is replaced by new samples; 0 for never
     */
    SamplePool(AssociativeMemory memory, int samples, long seed, int renewal) {
        this.memory = memory;
        this.seed = seed;
        this.renewal = renewal;
        // Two at least: side tensors that are the same for all samples are told by their number of rows.
        this.block = Math.max(2, Math.min(LARGEST_BLOCK, samples));
        int size = (samples + block - 1) / block * block;
        this.images = new float[size][];
        this.values = new float[size][];
        this.generations = new int[size / block];
        Arrays.fill(generations, -1);
        MeanSides.of(memory).forEach((name, array) -> meanSides.put(name, HostArrays.of(array)));
    }

    int size() {
        return images.length;
    }

    /** Bytes that a sample takes. */
    static long bytesPerSample(AssociativeMemory memory) {
        var shape = memory.spec().valueShape();
        var generator = memory.spec().generator();
        long image = (long) generator.imageChannels() * generator.imageHeight() * generator.imageWidth();
        return Float.BYTES * ((long) shape.channels() * shape.cells() + image);
    }

    /** Brings the pool to what it holds at a step: at the first call all of it, later one block at a time. */
    void advanceTo(long step, ProgressListener listener) {
        long renewals = renewal == 0 ? 0 : step / renewal;
        for (int b = 0; b < generations.length; b++) {
            int generation = (int) ((renewals + generations.length - 1 - b) / generations.length);
            if (generation != generations[b]) {
                if (generations[b] < 0) {
                    listener.report(Stage.DRAWING.saying("drawing samples"), b * block, size());
                }
                draw(b, generation);
                generations[b] = generation;
            }
        }
    }

    private void draw(int number, int generation) {
        int first = generation * size() + number * block;
        try (Inputs inputs = memory.sampler().at(Sample.range(seed, first, first + block));
                Keys keys = memory.keys(inputs);
                Values drawn = memory.values(keys);
                INDArray pictures = memory.decode(drawn)) {
            keep(drawn, pictures, number);
        }
    }

    private void keep(Values drawn, INDArray pictures, int number) {
        fill(HostArrays.of(pictures), images, number);
        fill(HostArrays.of(drawn.tensor(), Layout.CHANNELS_LAST), values, number);
        drawn.side().forEach((name, array) -> {
            int[] shape = HostArrays.shape(array);
            sideShapes.put(name, shape);
            if (shape.length > 0 && shape[0] == block) {
                fill(HostArrays.of(array), sides.computeIfAbsent(name, n -> new float[size()][]), number);
            } else {
                sharedSides.put(name, HostArrays.of(array));
            }
        });
    }

    private void fill(float[] from, float[][] to, int number) {
        int row = from.length / block;
        for (int i = 0; i < block; i++) {
            to[number * block + i] = Arrays.copyOfRange(from, i * row, (i + 1) * row);
        }
    }

    float[] image(int sample) {
        return images[sample];
    }

    /** Channels last. */
    float[] value(int sample) {
        return values[sample];
    }

    /**
     * Side tensors of a batch.
     *
     * @param samples whose side tensors to take; -1 for those of the mean input
     */
    Map<String, Node> sides(Tape tape, int... samples) {
        Map<String, Node> nodes = new LinkedHashMap<>();
        sideShapes.forEach((name, shape) -> {
            float[][] rows = sides.get(name);
            if (rows == null) {
                float[] shared = sharedSides.getOrDefault(name, new float[0]);
                nodes.put(name, tape.constant(shared, shape));
                return;
            }
            int row = rows[0].length;
            float[] batch = tape.array(row * samples.length);
            for (int i = 0; i < samples.length; i++) {
                float[] from = samples[i] < 0 ? meanSides.getOrDefault(name, rows[0]) : rows[samples[i]];
                System.arraycopy(from, 0, batch, i * row, row);
            }
            int[] batchShape = shape.clone();
            batchShape[0] = samples.length;
            nodes.put(name, tape.constant(batch, batchShape));
        });
        return nodes;
    }

    /** Mean and deviation of the first values. */
    Standardisation standardisation(int samples) {
        Standardisation.Measuring measuring =
                new Standardisation.Measuring(memory.spec().valueShape().channels());
        for (int i = 0; i < Math.min(samples, size()); i++) {
            measuring.add(values[i]);
        }
        return measuring.result();
    }
}
