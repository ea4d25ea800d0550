package io.github.rewrite4j.samediff.clip;

import io.github.rewrite4j.image.Pixels;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.Backend;
import io.github.rewrite4j.samediff.perception.JointSpace;
import io.github.rewrite4j.samediff.perception.TapedFeatures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A CLIP network (Radford et al. 2021) with a vision transformer, from a file of the user's.
 *
 * <pre>{@code
 * try (Clip clip = Clip.load(Path.of("ViT-B-32.pt"))) {
 *     EmbeddingDirection sketch = EmbeddingDirection.ofWords(clip, "a photo", "a sketch", TextTemplates.pictures());
 *     AdaptationObjective domain = DirectionalEmbedding.along("sketch", sketch);
 * }
 * }</pre>
 *
 * <p>Read are the TorchScript archives that OpenAI published ({@code ViT-B-32.pt}), state dicts of the same names, and
 * Hugging Face's {@code model.safetensors} or {@code pytorch_model.bin}, whose {@code config.json} says the activation and
 * the number of heads where it lies beside. Networks with a ResNet are not. Half precision is widened; a ViT-B/32 takes 1.2 GB.
 * Thread-safe.
 */
public final class Clip implements JointSpace, AutoCloseable {
    private final ClipImages images;
    private final ClipTexts texts;
    private final ClipTokenizer tokenizer;
    private final double scale;

    private Clip(ClipImages images, ClipTexts texts, ClipTokenizer tokenizer, double scale) {
        this.images = images;
        this.texts = texts;
        this.tokenizer = tokenizer;
        this.scale = scale;
    }

    /**
     * Reads a network and the vocabulary beside it: {@code vocab.json} with {@code merges.txt}, or
     * {@code bpe_simple_vocab_16e6.txt.gz}.
     *
     * @throws io.github.rewrite4j.io.FileFormatException when it is no CLIP network that is known here
     * @throws IOException when it cannot be read, or no vocabulary lies beside it
     */
    public static Clip load(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        Path folder = file.toAbsolutePath().getParent();
        return load(file, ClipTokenizer.beside(folder == null ? Path.of("/") : folder));
    }

    /** As {@link #load(Path)}, with a vocabulary from elsewhere. */
    public static Clip load(Path file, ClipTokenizer tokenizer) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(tokenizer, "tokenizer");
        Backend.require();
        Path folder = file.toAbsolutePath().getParent();
        try (TensorSource tensors = TensorSource.open(file)) {
            return of(ClipWeights.of(tensors, folder == null ? Path.of("/") : folder), tokenizer);
        }
    }

    static Clip of(ClipWeights weights, ClipTokenizer tokenizer) throws IOException {
        ClipArchitecture a = weights.architecture();
        if (tokenizer.size() > a.vocabulary()) {
            throw new IOException("The vocabulary has " + tokenizer.size() + " tokens, but the network knows "
                    + a.vocabulary() + ": take the one that belongs to it.");
        }
        String name = "CLIP ViT-" + a.pictures().width() + "/" + a.patch() + " " + a.resolution();
        double scale = Math.exp(weights.read("logit_scale").getDouble(0));
        ClipImages images = ClipImages.of(name, weights);
        return new Clip(images, ClipTexts.of(name, weights), tokenizer, scale);
    }

    @Override
    public String name() {
        return images.name();
    }

    /** Its sizes. */
    public ClipArchitecture architecture() {
        return images.architecture();
    }

    /** What turns texts into tokens. */
    public ClipTokenizer tokenizer() {
        return tokenizer;
    }

    @Override
    public TapedFeatures pictures() {
        return images;
    }

    /** The picture side. */
    public ClipImages images() {
        return images;
    }

    /** The factor of cosines in {@link #logits}, exp of the learnt one. */
    public double scale() {
        return scale;
    }

    @Override
    public double[][] texts(List<String> sentences) {
        Objects.requireNonNull(sentences, "sentences");
        List<int[]> rows = new ArrayList<>();
        sentences.forEach(text -> rows.add(tokenizer.row(text, architecture().context(), true)));
        return texts.vectors(rows);
    }

    ClipTexts textSide() {
        return texts;
    }

    /** A picture of a file as the network was trained to see it, exactly as Pillow scales: [1, 3, side, side], normalised. */
    public INDArray preprocess(Pixels picture) {
        Objects.requireNonNull(picture, "picture");
        return ClipPicture.of(picture, architecture().resolution());
    }

    /**
     * How well texts say what pictures show.
     *
     * @param pictures [N, 3, H, W] in [-1, 1]
     * @return scale times cosine, one row for each picture; the softmax of a row are probabilities
     */
    public double[][] logits(INDArray pictures, List<String> sentences) {
        Objects.requireNonNull(pictures, "pictures");
        Objects.requireNonNull(sentences, "sentences");
        INDArray seen = images.embedding(pictures);
        double[][] rows = new double[(int) seen.size(0)][];
        for (int n = 0; n < rows.length; n++) {
            rows[n] = seen.getRow(n).dup().data().asDouble();
        }
        return logits(rows, texts(sentences));
    }

    double[][] logits(double[][] seen, double[][] said) {
        double[][] logits = new double[seen.length][said.length];
        for (int i = 0; i < seen.length; i++) {
            for (int j = 0; j < said.length; j++) {
                logits[i][j] = scale * dot(seen[i], said[j]) / Math.sqrt(dot(seen[i], seen[i]) * dot(said[j], said[j]));
            }
        }
        return logits;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** Frees the networks' plans. */
    @Override
    public void close() {
        images.close();
        texts.close();
    }

    @Override
    public String toString() {
        return name() + " (" + architecture() + "), vocabulary of " + tokenizer.size() + ", "
                + Arrays.toString(new double[] {scale});
    }
}
