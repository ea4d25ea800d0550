package io.github.rewrite4j.samediff.clip;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.perception.ImageEmbedding;
import io.github.rewrite4j.samediff.perception.TapedFeatures;
import io.github.rewrite4j.samediff.tape.Colours;
import io.github.rewrite4j.samediff.tape.GraphFunction;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Layout;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The picture side of CLIP, with gradients to the pictures. Pictures [N, 3, H, W] in [-1, 1] of any size are scaled so that
 * the shorter side fits (cubic filter a = -1/2, widened when it shrinks, as Pillow and newer versions of PyTorch do), cut in
 * the middle, and normalised; a filter may leave [-1, 1] by a little. Thread-safe.
 */
public final class ClipImages implements TapedFeatures, ImageEmbedding, AutoCloseable {
    private static final int BATCH = 16;
    private static final double[] MEAN = {0.48145466, 0.4578275, 0.40821073};
    private static final double[] DEVIATION = {0.26862954, 0.26130258, 0.27577711};
    private static final String PIXELS = "pixels";
    private static final String EMBEDDING = "embedding";
    private static final String TOKENS = "tokens";

    private final String name;
    private final ClipArchitecture architecture;
    private final GraphFunction network;
    private final Map<List<Integer>, GraphFunction> sizes = new ConcurrentHashMap<>();

    private ClipImages(String name, ClipArchitecture architecture, GraphFunction network) {
        this.name = name;
        this.architecture = architecture;
        this.network = network;
    }

    static ClipImages of(String name, ClipWeights weights) throws java.io.IOException {
        return new ClipImages(name, weights.architecture(), GraphFunction.of(name, graph(weights)));
    }

    private static SameDiff graph(ClipWeights weights) throws java.io.IOException {
        ClipArchitecture a = weights.architecture();
        int w = a.pictures().width();
        int patches = a.grid() * a.grid();
        SameDiff graph = SameDiff.create();
        SDVariable pixels = graph.placeHolder(PIXELS, DataType.FLOAT, -1, 3, a.resolution(), a.resolution());
        INDArray kernel = weights.read("visual.conv1.weight", w, 3, a.patch(), a.patch());
        SDVariable maps = graph.cnn.conv2d(
                "patches",
                pixels,
                graph.constant("conv1", kernel.permute(2, 3, 1, 0).dup('c')),
                convolution(a.patch()));
        SDVariable rows = graph.permute(graph.reshape(maps, -1, w, patches), 0, 2, 1);
        INDArray places =
                weights.read("visual.positional_embedding", patches + 1L, w).dup('c');
        INDArray first = weights.read("visual.class_embedding", w);
        places.getRow(0).addi(first);
        // The class token is a row of zeros until its place is added.
        SDVariable all = graph.nn()
                .pad(rows, graph.constant("front", Nd4j.createFromArray(new int[][] {{0, 0}, {1, 0}, {0, 0}})), 0)
                .add(graph.constant("places", places.reshape(1, patches + 1L, w)));
        Transformer transformer = new Transformer(graph, weights, a.pictures(), patches + 1, Optional.empty());
        SDVariable begun =
                transformer.norm("visual.ln_pre", graph.reshape(all, -1, w)).rename("entered");
        SDVariable out = graph.reshape(transformer.blocks("visual.", begun), -1, patches + 1L, w)
                .rename(TOKENS);
        SDVariable token = graph.reshape(graph.slice(out, new int[] {0, 0, 0}, -1, 1, w), -1, w);
        SDVariable last = transformer.norm("visual.ln_post", token).rename("token");
        graph.mmul(EMBEDDING, last, graph.constant("proj", weights.read("visual.proj", w, a.embedding())));
        return graph;
    }

    private static Conv2DConfig convolution(int patch) {
        return Conv2DConfig.builder()
                .kH(patch)
                .kW(patch)
                .sH(patch)
                .sW(patch)
                .paddingMode(PaddingMode.VALID)
                .dataFormat("NCHW")
                .build();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int dimension() {
        return architecture.embedding();
    }

    /** Its sizes. */
    public ClipArchitecture architecture() {
        return architecture;
    }

    /** The tokens of the last block but the class's, as maps [N, width, grid, grid]. */
    @Override
    public List<Node> features(Tape tape, Node images) {
        Objects.requireNonNull(tape, "tape");
        Objects.requireNonNull(images, "images");
        Node tokens = network.apply(tape, Map.of(PIXELS, fitted(tape, images)), TOKENS);
        int n = tokens.size(0);
        int w = tokens.size(2);
        int grid = architecture.grid();
        int row = tokens.rowLength();
        Node maps = tape.record(new int[] {n, w, grid, grid}, Layout.CHANNELS_LAST, tokens.tracked(), y -> {
            for (int i = 0; i < y.length(); i++) {
                tokens.gradient()[i / (row - w) * row + w + i % (row - w)] += y.gradient()[i];
            }
        });
        for (int s = 0; s < n; s++) {
            System.arraycopy(tokens.value(), s * row + w, maps.value(), s * (row - w), row - w);
        }
        return List.of(maps);
    }

    @Override
    public Node embedding(Tape tape, Node images) {
        Objects.requireNonNull(tape, "tape");
        Objects.requireNonNull(images, "images");
        return network.apply(tape, Map.of(PIXELS, fitted(tape, images)), EMBEDDING);
    }

    /** As {@link #embedding(Tape, Node)}, of pictures that are fitted and normalised already. */
    Node ofFitted(Tape tape, Node pixels) {
        return network.apply(tape, Map.of(PIXELS, pixels), EMBEDDING);
    }

    /** What the graph computes on the way, of pictures that are fitted already. */
    Node inner(Tape tape, Node pixels, String variable) {
        return network.apply(tape, Map.of(PIXELS, pixels), variable);
    }

    @Override
    public INDArray embedding(INDArray images) {
        Objects.requireNonNull(images, "images");
        int[] shape = HostArrays.shape(images);
        float[] pixels = HostArrays.of(images);
        int row = pixels.length / shape[0];
        float[] all = new float[shape[0] * dimension()];
        try (Tape tape = new Tape()) {
            for (int from = 0; from < shape[0]; from += BATCH) {
                int count = Math.min(BATCH, shape[0] - from);
                Node batch = tape.constant(
                        Arrays.copyOfRange(pixels, from * row, (from + count) * row),
                        count,
                        shape[1],
                        shape[2],
                        shape[3]);
                Node rows = embedding(tape, batch);
                System.arraycopy(rows.value(), 0, all, from * dimension(), rows.length());
                tape.clear();
            }
        }
        return Nd4j.create(all, new long[] {shape[0], dimension()}, 'c');
    }

    private Node fitted(Tape tape, Node pictures) {
        Node images = Colours.of(pictures);
        if (images.rank() != 4 || images.size(1) != 3) {
            throw new RewriteException("CLIP looks at pictures [N, 3, H, W] in [-1, 1], but given was " + images + ".");
        }
        int h = images.size(2);
        int w = images.size(3);
        GraphFunction fit = sizes.computeIfAbsent(
                List.of(h, w), size -> GraphFunction.of(name, fit(h, w, architecture.resolution())));
        return fit.apply(tape, Map.of("image", Layout.CHANNELS_FIRST.of(images)), PIXELS);
    }

    /** Scaling, cutting and normalising of pictures of one size. */
    private static SameDiff fit(int h, int w, int side) {
        SameDiff graph = SameDiff.create();
        SDVariable image = graph.placeHolder("image", DataType.FLOAT, -1, 3, h, w);
        int shorter = Math.min(h, w);
        SDVariable across = graph.mmul(
                graph.reshape(image, -1, w),
                graph.constant("across", matrix(w, (int) ((long) side * w / shorter), side)));
        SDVariable turned = graph.permute(graph.reshape(across, -1, h, side), 0, 2, 1);
        SDVariable down = graph.mmul(
                graph.reshape(turned, -1, h),
                graph.constant("down", matrix(h, (int) ((long) side * h / shorter), side)));
        SDVariable maps = graph.reshape(graph.permute(graph.reshape(down, -1, side, side), 0, 2, 1), -1, 3, side, side);
        float[] factor = new float[3];
        float[] added = new float[3];
        for (int c = 0; c < 3; c++) {
            factor[c] = (float) (0.5 / DEVIATION[c]);
            added[c] = (float) ((0.5 - MEAN[c]) / DEVIATION[c]);
        }
        maps.mul(graph.constant("factor", Nd4j.createFromArray(factor).reshape(1, 3, 1, 1)))
                .add(PIXELS, graph.constant("added", Nd4j.createFromArray(added).reshape(1, 3, 1, 1)));
        return graph;
    }

    /** [from, side]: the middle {@code side} of {@code to} cells. */
    private static INDArray matrix(int from, int to, int side) {
        CubicFilter filter = new CubicFilter(from, to);
        float[] matrix = new float[from * side];
        int start = (int) Math.rint((to - side) / 2.0);
        for (int i = 0; i < side; i++) {
            double[] weights = filter.weights(start + i);
            int first = filter.first(start + i);
            for (int j = 0; j < weights.length; j++) {
                matrix[(first + j) * side + i] = (float) weights[j];
            }
        }
        return Nd4j.create(matrix, new long[] {from, side}, 'c');
    }

    static double mean(int channel) {
        return MEAN[channel];
    }

    static double deviation(int channel) {
        return DEVIATION[channel];
    }

    @Override
    public void close() {
        network.close();
        sizes.values().forEach(GraphFunction::close);
    }

    @Override
    public String toString() {
        return name;
    }
}
