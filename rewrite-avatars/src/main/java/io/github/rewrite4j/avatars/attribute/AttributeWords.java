package io.github.rewrite4j.avatars.attribute;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.perception.JointSpace;
import io.github.rewrite4j.samediff.perception.TapedFeatures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Words as prototypes in the embedding of an attribute network: a word stands for the mean embedding of the pictures that
 * have it, words about no attribute for the mean of all pictures. A stand-in for CLIP where few words are needed and no file of
 * the user's is at hand; it knows the names of the attributes and nothing else, and no grammar. Immutable.
 */
public final class AttributeWords implements JointSpace {
    private static final int BATCH = 64;
    private static final int FEWEST = 4;
    private static final Set<String> NEUTRAL = Set.of(
            "a",
            "an",
            "the",
            "of",
            "with",
            "and",
            "in",
            "on",
            "who",
            "has",
            "is",
            "one",
            "photo",
            "picture",
            "image",
            "drawing",
            "painting",
            "rendering",
            "portrait",
            "person",
            "face",
            "head",
            "avatar",
            "somebody",
            "someone",
            "man",
            "woman",
            "hair",
            "mouth",
            "nose",
            "eyes");

    private final AttributeNetwork network;
    private final Map<String, double[]> prototypes;
    private final double[] mean;

    private AttributeWords(AttributeNetwork network, Map<String, double[]> prototypes, double[] mean) {
        this.network = network;
        this.prototypes = prototypes;
        this.mean = mean;
    }

    /**
     * The words of labelled pictures; those that fewer than four of them have are left out. Cost: one look at each.
     *
     * @param pictures how many of them, from the first on
     */
    public static AttributeWords of(AttributeNetwork network, LabelledImages images, int pictures) {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(images, "images");
        int d = network.dimension();
        int size = images.size();
        int row = 3 * size * size;
        Map<String, double[]> sums = new TreeMap<>();
        Map<String, Integer> counts = new TreeMap<>();
        double[] all = new double[d];
        for (int from = 0; from < pictures; from += BATCH) {
            int count = Math.min(BATCH, pictures - from);
            float[] batch = new float[count * row];
            float[] one = new float[row];
            for (int n = 0; n < count; n++) {
                images.copyImage(from + n, one);
                System.arraycopy(one, 0, batch, n * row, row);
            }
            INDArray seen = network.embedding(Nd4j.create(batch, new long[] {count, 3, size, size}, 'c'));
            for (int n = 0; n < count; n++) {
                add(all, seen, n);
                for (int h = 0; h < images.heads().size(); h++) {
                    int label = images.label(from + n, h);
                    if (label >= 0) {
                        String word = words(images.heads().get(h).classes().get(label));
                        add(sums.computeIfAbsent(word, w -> new double[d]), seen, n);
                        counts.merge(word, 1, Integer::sum);
                    }
                }
            }
        }
        sums.remove("none");
        sums.keySet().removeIf(word -> counts.getOrDefault(word, 0) < FEWEST);
        sums.forEach((word, sum) -> divide(sum, counts.getOrDefault(word, 1)));
        divide(all, pictures);
        return new AttributeWords(network, sums, all);
    }

    private static void add(double[] to, INDArray rows, int row) {
        for (int i = 0; i < to.length; i++) {
            to[i] += rows.getDouble(row, i);
        }
    }

    private static void divide(double[] sum, int by) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] /= by;
        }
    }

    /** bigSmile as "big smile". */
    private static String words(String name) {
        return name.replaceAll("([a-z])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
    }

    @Override
    public String name() {
        return "words of " + network.name();
    }

    @Override
    public TapedFeatures pictures() {
        return network;
    }

    /** The words that are known. */
    public List<String> words() {
        return List.copyOf(prototypes.keySet());
    }

    @Override
    public double[][] texts(List<String> texts) {
        Objects.requireNonNull(texts, "texts");
        return texts.stream().map(this::text).toArray(double[][]::new);
    }

    /** The mean of the prototypes of the words in a text, long ones first. */
    private double[] text(String text) {
        String rest = " " + text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}]+", " ") + " ";
        List<double[]> found = new ArrayList<>();
        List<String> longestFirst = prototypes.keySet().stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
        for (String word : longestFirst) {
            String place = " " + word + " ";
            double[] prototype = prototypes.get(word);
            if (prototype != null && rest.contains(place)) {
                rest = rest.replace(place, " ");
                found.add(prototype);
            }
        }
        List<String> unknown = List.of(rest.strip().split(" ")).stream()
                .filter(word -> !word.isEmpty() && !NEUTRAL.contains(word))
                .toList();
        if (!unknown.isEmpty()) {
            throw new RewriteException("The words " + unknown + " of '" + text + "' are not known to the " + name()
                    + ", which knows " + words()
                    + ". Any text does with a CLIP network: give a file such as ViT-B-32.pt of"
                    + " OpenAI, or model.safetensors of openai/clip-vit-base-patch32 at Hugging Face, with its vocabulary"
                    + " beside it (vocab.json and merges.txt).");
        }
        double[] vector = new double[mean.length];
        for (double[] prototype : found.isEmpty() ? List.of(mean) : found) {
            for (int i = 0; i < vector.length; i++) {
                vector[i] += prototype[i] / Math.max(1, found.size());
            }
        }
        return vector;
    }

    @Override
    public String toString() {
        return name() + ": " + words();
    }
}
