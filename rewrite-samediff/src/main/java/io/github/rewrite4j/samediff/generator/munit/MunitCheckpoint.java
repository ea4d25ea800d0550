package io.github.rewrite4j.samediff.generator.munit;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.generator.internal.CheckpointReader;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Reads the two halves of a translator; sizes follow from the tensors. */
final class MunitCheckpoint {
    static final List<String> DOMAINS = List.of("a", "b");

    private static final String STEM = ".enc_content.model.0.conv.weight";
    private static final int MOST = 64;

    private final TensorSource tensors;
    private final CheckpointReader reader;

    private MunitCheckpoint(TensorSource tensors) {
        this.tensors = tensors;
        this.reader = new CheckpointReader(tensors);
    }

    /** The translator in this file, if it bears the marks of one. */
    static Optional<MunitCheckpoint> in(TensorSource tensors) {
        boolean marked = tensors.names().stream()
                .anyMatch(name -> name.endsWith("enc_content.model.0.conv.weight") || isUnit(name));
        return marked ? Optional.of(new MunitCheckpoint(tensors)) : Optional.empty();
    }

    /** Variational translators of the same authors. */
    private static boolean isUnit(String name) {
        return name.matches("(gen_)?[ab]\\.enc\\.model\\.0\\.conv\\.weight");
    }

    private FileFormatException problem(String sentence) {
        return new FileFormatException(tensors.label(), "tensor names", sentence);
    }

    private void requireDomains() throws FileFormatException {
        if (tensors.names().stream().anyMatch(MunitCheckpoint::isUnit)) {
            throw problem("this is a UNIT translator, whose encoders give one variational code ('a.enc', 'a.dec')."
                    + " Only MUNIT translators, with 'enc_content', 'enc_style' and 'mlp', can be loaded.");
        }
        for (String domain : DOMAINS) {
            if (!reader.has(domain + STEM)) {
                String there = DOMAINS.stream()
                        .filter(other -> reader.has(other + STEM))
                        .findFirst()
                        .map(other -> "the domain '" + other + "' alone")
                        .orElse("one domain under no name");
                throw problem("the checkpoint holds " + there + ", but a translator consists of two: save {'a':"
                        + " gen_a.state_dict(), 'b': gen_b.state_dict()}, as the training script does.");
            }
        }
    }

    /** What both halves are. */
    MunitShape shape() throws IOException {
        requireDomains();
        MunitShape first = shape("a");
        MunitShape second = shape("b");
        if (!first.equals(second)) {
            throw problem("the domains differ: 'a' has " + first + ", 'b' has " + second
                    + ". A translator's halves are of one size; take both from one checkpoint.");
        }
        return first;
    }

    private MunitShape shape(String domain) throws IOException {
        String content = domain + ".enc_content.model.";
        int width = size(domain + ".enc_style.model.0.conv.weight", 0);
        int downs = 0;
        while (downs < MOST && reader.size(content + (downs + 1) + ".conv.weight", 2) == 4) {
            downs++;
        }
        int blocks = reader.count(content + (downs + 1) + ".model.", ".model.0.conv.weight");
        int style = size(domain + ".enc_style.model.6.weight", 0);
        int hidden = size(domain + ".mlp.model.0.fc.weight", 0);
        if (width < 1 || downs < 1 || downs > 8 || blocks < 1 || style < 1 || hidden < 1) {
            throw problem("the encoders of the domain '" + domain
                    + "' are there in part: expected are 'enc_style.model.0' to '.6', 'enc_content.model.0' with"
                    + " halvings and residual blocks behind it, and 'mlp.model.0.fc'. Save the state dict in full.");
        }
        return new MunitShape(width, downs, blocks, style, hidden);
    }

    private int size(String name, int axis) throws IOException {
        return Math.toIntExact(reader.size(name, axis));
    }

    /** Shapes of all that a domain needs, by name. */
    static Map<String, long[]> expected(String domain, MunitShape shape) {
        Map<String, long[]> all = new LinkedHashMap<>();
        int width = shape.width();
        int channels = width;
        String style = domain + ".enc_style.model.";
        convolution(all, style + "0.conv", width, 3, 7);
        for (int i = 1; i <= MunitShape.STYLE_DOWNS; i++) {
            int out = i <= 2 ? 2 * channels : channels;
            convolution(all, style + i + ".conv", out, channels, 4);
            channels = out;
        }
        convolution(all, style + "6", shape.style(), channels, 1);
        String content = domain + ".enc_content.model.";
        convolution(all, content + "0.conv", width, 3, 7);
        for (int i = 1; i <= shape.downs(); i++) {
            convolution(all, content + i + ".conv", width << i, width << (i - 1), 4);
        }
        blocks(all, content + (shape.downs() + 1), shape);
        String decoder = domain + ".dec.model.";
        blocks(all, decoder + "0", shape);
        for (int i = 0; i < shape.downs(); i++) {
            int in = shape.content() >> i;
            convolution(all, decoder + (2 + 2 * i) + ".conv", in / 2, in, 5);
            all.put(decoder + (2 + 2 * i) + ".norm.gamma", new long[] {in / 2});
            all.put(decoder + (2 + 2 * i) + ".norm.beta", new long[] {in / 2});
        }
        convolution(all, decoder + (1 + 2 * shape.downs()) + ".conv", 3, width, 7);
        int[] rows = {shape.style(), shape.hidden(), shape.hidden(), shape.adaptive()};
        for (int i = 0; i < 3; i++) {
            all.put(domain + ".mlp.model." + i + ".fc.weight", new long[] {rows[i + 1], rows[i]});
            all.put(domain + ".mlp.model." + i + ".fc.bias", new long[] {rows[i + 1]});
        }
        return all;
    }

    private static void blocks(Map<String, long[]> all, String name, MunitShape shape) {
        for (int r = 0; r < shape.blocks(); r++) {
            for (int c = 0; c < 2; c++) {
                convolution(all, name + ".model." + r + ".model." + c + ".conv", shape.content(), shape.content(), 3);
            }
        }
    }

    private static void convolution(Map<String, long[]> all, String name, int out, int in, int kernel) {
        all.put(name + ".weight", new long[] {out, in, kernel, kernel});
        all.put(name + ".bias", new long[] {out});
    }

    /** Holds the file against what it must have, both domains of it. */
    MunitShape requireComplete() throws IOException {
        MunitShape shape = shape();
        if (tensors.names().stream().anyMatch(name -> name.matches("[ab]\\..*\\.activation\\.weight"))) {
            throw problem("its rectifiers have weights of their own (PReLU), which are not supported. Only networks"
                    + " with relu, lrelu, selu or tanh can be loaded.");
        }
        Map<String, long[]> all = new LinkedHashMap<>();
        DOMAINS.forEach(domain -> all.putAll(expected(domain, shape)));
        reader.requireMatches(all, List.of());
        return shape;
    }

    /** All weights, canonical, by name. */
    SortedMap<String, INDArray> weights(MunitShape shape) throws IOException {
        TreeMap<String, INDArray> weights = new TreeMap<>();
        for (String domain : DOMAINS) {
            for (Map.Entry<String, long[]> tensor : expected(domain, shape).entrySet()) {
                weights.put(tensor.getKey(), reader.read(tensor.getKey(), tensor.getValue()));
            }
        }
        return weights;
    }
}
