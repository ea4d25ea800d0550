package io.github.rewrite4j.samediff.clip;

import io.github.rewrite4j.samediff.tape.GraphFunction;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The text side: tokens to vectors. Every token sees those before it and itself; the vector is made of the last one's. */
final class ClipTexts implements AutoCloseable {
    private static final int BATCH = 16;
    private static final float HIDDEN = -1e9f;
    private static final String ROWS = "rows";
    private static final String LAST = "last";
    static final String EMBEDDING = "embedding";
    static final String NORMALISED = "normalised";

    private final ClipArchitecture architecture;
    private final float[] tokens;
    private final float[] places;
    private final GraphFunction network;

    private ClipTexts(ClipArchitecture architecture, float[] tokens, float[] places, GraphFunction network) {
        this.architecture = architecture;
        this.tokens = tokens;
        this.places = places;
        this.network = network;
    }

    static ClipTexts of(String name, ClipWeights weights) throws IOException {
        ClipArchitecture a = weights.architecture();
        int w = a.texts().width();
        INDArray tokens = weights.read("token_embedding.weight", a.vocabulary(), w);
        INDArray places = weights.read("positional_embedding", a.context(), w);
        return new ClipTexts(
                a,
                tokens.dup('c').data().asFloat(),
                places.dup('c').data().asFloat(),
                GraphFunction.of(name + ", texts", graph(weights)));
    }

    private static SameDiff graph(ClipWeights weights) throws IOException {
        ClipArchitecture a = weights.architecture();
        int w = a.texts().width();
        int t = a.context();
        SameDiff graph = SameDiff.create();
        SDVariable rows = graph.placeHolder(ROWS, DataType.FLOAT, -1, t, w);
        SDVariable last = graph.placeHolder(LAST, DataType.FLOAT, -1, 1, t);
        float[] mask = new float[t * t];
        for (int i = 0; i < t; i++) {
            Arrays.fill(mask, i * t + i + 1, (i + 1) * t, HIDDEN);
        }
        Transformer transformer = new Transformer(
                graph, weights, a.texts(), t, Optional.of(Nd4j.create(mask, new long[] {1, t, t}, 'c')));
        SDVariable out = transformer.blocks("", graph.reshape(rows, -1, w));
        SDVariable normal = transformer.norm("ln_final", out).rename(NORMALISED);
        SDVariable token = graph.reshape(graph.mmul(last, graph.reshape(normal, -1, t, w)), -1, w);
        graph.mmul(EMBEDDING, token, graph.constant("projection", weights.read("text_projection", w, a.embedding())));
        return graph;
    }

    /** The vectors of tokens: rows of the length of the context, of which the highest number is the end. */
    double[][] vectors(List<int[]> texts) {
        double[][] all = new double[texts.size()][];
        try (Tape tape = new Tape()) {
            for (int from = 0; from < texts.size(); from += BATCH) {
                List<int[]> batch = texts.subList(from, Math.min(texts.size(), from + BATCH));
                Node vectors = run(tape, batch, EMBEDDING);
                for (int n = 0; n < batch.size(); n++) {
                    all[from + n] = new double[vectors.size(1)];
                    for (int i = 0; i < all[from + n].length; i++) {
                        all[from + n][i] = vectors.value()[n * vectors.size(1) + i];
                    }
                }
                tape.clear();
            }
        }
        return all;
    }

    /** A variable of the graph for these tokens. */
    Node run(Tape tape, List<int[]> texts, String variable) {
        int n = texts.size();
        int t = architecture.context();
        int w = architecture.texts().width();
        float[] rows = new float[n * t * w];
        float[] last = new float[n * t];
        for (int s = 0; s < n; s++) {
            int[] text = texts.get(s);
            int end = 0;
            for (int i = 0; i < t; i++) {
                end = text[i] > text[end] ? i : end;
                for (int c = 0; c < w; c++) {
                    rows[(s * t + i) * w + c] = tokens[text[i] * w + c] + places[i * w + c];
                }
            }
            last[s * t + end] = 1;
        }
        return network.apply(
                tape,
                variable.equals(EMBEDDING)
                        ? Map.of(ROWS, tape.constant(rows, n, t, w), LAST, tape.constant(last, n, 1, t))
                        : Map.of(ROWS, tape.constant(rows, n, t, w)),
                variable);
    }

    @Override
    public void close() {
        network.close();
    }
}
