package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.generator.onnx.OnnxEmbedding;
import io.github.rewrite4j.samediff.perception.EmbeddingDistance;
import io.github.rewrite4j.samediff.perception.Preprocessing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Option;

/** A network of the user's own that judges pictures before and after. */
final class JudgeOptions {
    private static final int FEWEST = 2;

    @Option(
            names = "--judge",
            paramLabel = "FILE.onnx",
            description =
                    "Also measures with a network of your own (an Inception, a face recogniser): the Frechet distance of"
                            + " its vectors before and after, and their mean cosine for the same sample.")
    private @Nullable Path file;

    @Option(
            names = "--judge-input",
            paramLabel = "PREPROCESSING",
            description =
                    "What that network expects of pictures: unit, symmetric, bytes or imagenet, -bgr where blue comes"
                            + " first, @SIDE or @HEIGHTxWIDTH where it takes one size; for example imagenet@224.")
    private @Nullable String preprocessing;

    @Option(
            names = "--judge-value",
            paramLabel = "NAME",
            description = "The value of that network that is the vector, instead of its first output.")
    private @Nullable String value;

    /** The network, or null when none is named. */
    @Nullable
    OnnxEmbedding open() throws IOException {
        if (file == null) {
            if (preprocessing != null || value != null) {
                throw new WrongUsageException("--judge-input and --judge-value belong to --judge FILE.onnx.");
            }
            return null;
        }
        if (preprocessing == null) {
            throw new WrongUsageException(
                    "Say by --judge-input what the network expects of pictures, such as imagenet@224;"
                            + " no file says it.");
        }
        Preprocessing expected;
        try {
            expected = Preprocessing.parse(preprocessing);
        } catch (IllegalArgumentException wrong) {
            throw new WrongUsageException("--judge-input: " + wrong.getMessage());
        }
        OnnxEmbedding.Builder builder = OnnxEmbedding.open(file).preprocessing(expected);
        return value == null ? builder.build() : builder.embedding(value).build();
    }

    /** What a network says of pictures of the same samples. */
    static Facts facts(OnnxEmbedding judge, INDArray before, INDArray after) {
        Facts.Builder facts = Facts.builder();
        facts.put("network", judge.name());
        facts.put("dimensions", judge.dimension());
        double cosine = 0;
        try (INDArray a = judge.embedding(before);
                INDArray b = judge.embedding(after)) {
            for (int n = 0; n < a.size(0); n++) {
                double dot = 0;
                double one = 0;
                double two = 0;
                for (int i = 0; i < judge.dimension(); i++) {
                    dot += (double) a.getFloat(n, i) * b.getFloat(n, i);
                    one += (double) a.getFloat(n, i) * a.getFloat(n, i);
                    two += (double) b.getFloat(n, i) * b.getFloat(n, i);
                }
                cosine += dot / Math.max(Math.sqrt(one * two), Double.MIN_NORMAL) / a.size(0);
            }
        }
        facts.put("meanCosine", cosine);
        if (before.size(0) >= FEWEST) {
            EmbeddingDistance distance = EmbeddingDistance.between(judge, before, after);
            facts.put("frechetDistance", distance.value());
            facts.put("undersampled", distance.frechet().undersampled());
        }
        return facts.build();
    }

    /** The same in a line. */
    static String line(Facts judged) {
        Map<String, Object> facts = judged.asMap();
        return String.format(
                Locale.ROOT,
                "%s: mean cosine %.4f%s",
                facts.get("network"),
                (Double) facts.get("meanCosine"),
                facts.containsKey("frechetDistance")
                        ? String.format(
                                Locale.ROOT,
                                ", Frechet distance %.4f%s",
                                (Double) facts.get("frechetDistance"),
                                Boolean.TRUE.equals(facts.get("undersampled"))
                                        ? " (too large: draw ten pictures for each of its numbers)"
                                        : "")
                        : "");
    }
}
