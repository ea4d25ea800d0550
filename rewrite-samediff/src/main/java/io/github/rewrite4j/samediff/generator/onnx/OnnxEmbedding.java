package io.github.rewrite4j.samediff.generator.onnx;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.io.NearestNames;
import io.github.rewrite4j.samediff.Backend;
import io.github.rewrite4j.samediff.metric.FeatureNetwork;
import io.github.rewrite4j.samediff.perception.ImageEmbedding;
import io.github.rewrite4j.samediff.perception.Preprocessing;
import io.github.rewrite4j.samediff.perception.TapedFeatures;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Any ONNX network that looks at pictures, as an embedding, as maps of features and as a part of losses: an Inception for a
 * Frechet distance, a face recogniser, a VGG19.
 *
 * <pre>{@code
 * OnnxEmbedding faces = OnnxEmbedding.open(Path.of("faces.onnx"))
 *         .preprocessing(Preprocessing.symmetric().size(112, 112)) // what it was trained with; nobody can guess it
 *         .build();
 * EmbeddingDistance distance = EmbeddingDistance.between(faces, before, after);
 * }</pre>
 *
 * <p>Its vector is the first output unless {@link Builder#embedding} names another value of the file; of maps the mean over all
 * positions is taken. Its maps, from fine to coarse, are those that {@link Builder#features} names. Pictures may have any size
 * where the preprocessing resizes them, or where the file leaves the size free. Gradients flow to the pictures where each
 * operation has them; one that has none is named.
 */
public final class OnnxEmbedding implements ImageEmbedding, FeatureNetwork, TapedFeatures {
    private final String name;
    private final OnnxLook look;
    private final int dimension;

    private OnnxEmbedding(String name, OnnxLook look, int dimension) {
        this.name = name;
        this.look = look;
        this.dimension = dimension;
    }

    /**
     * Reads a file; nothing is built yet.
     *
     * @throws io.github.rewrite4j.io.FileFormatException if this is no ONNX file, or is damaged
     */
    public static Builder open(Path path) throws IOException {
        Backend.require();
        return new Builder(OnnxFile.read(path));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public INDArray embedding(INDArray images) {
        Objects.requireNonNull(images, "images");
        return look.at(images, List.of(OnnxLook.EMBEDDING)).get(0);
    }

    @Override
    public List<INDArray> features(INDArray images) {
        Objects.requireNonNull(images, "images");
        return look.at(images, look.maps());
    }

    @Override
    public List<Node> features(Tape tape, Node images) {
        Objects.requireNonNull(tape, "tape");
        Objects.requireNonNull(images, "images");
        return look.at(tape, images, look.maps());
    }

    @Override
    public Node embedding(Tape tape, Node images) {
        Objects.requireNonNull(tape, "tape");
        Objects.requireNonNull(images, "images");
        return look.at(tape, images, List.of(OnnxLook.EMBEDDING)).get(0);
    }

    @Override
    public String toString() {
        return name + ", " + dimension + " numbers";
    }

    /** What is said of a network before it is used. */
    public static final class Builder {
        private final OnnxFile file;
        private String called;
        private String embedding = "";
        private List<String> features = List.of();
        private @org.jspecify.annotations.Nullable Preprocessing preprocessing;

        private Builder(OnnxFile file) {
            this.file = file;
            this.called = file.name();
        }

        /** What reports call it; the name of the file unless said. Numbers of different networks cannot be compared. */
        public Builder named(String name) {
            this.called = Objects.requireNonNull(name, "name");
            return this;
        }

        /** What it expects of pictures. Required, because no file says it. */
        public Builder preprocessing(Preprocessing preprocessing) {
            this.preprocessing = Objects.requireNonNull(preprocessing, "preprocessing");
            return this;
        }

        /** The value that is the vector, instead of the first output. */
        public Builder embedding(String value) {
            this.embedding = required(value);
            return this;
        }

        /** Values that are maps [N, C, h, w], from fine to coarse, for perceptual distances. */
        public Builder features(String... values) {
            Objects.requireNonNull(values, "values");
            List<String> all = new ArrayList<>();
            for (String value : values) {
                all.add(required(value));
            }
            this.features = List.copyOf(all);
            return this;
        }

        private String required(String value) {
            if (file.behind(Objects.requireNonNull(value, "value")).isEmpty()) {
                List<String> made = file.nodes().stream()
                        .flatMap(node -> node.outputs().stream())
                        .toList();
                throw new RewriteException(
                        "No node of '" + file.name() + "' makes '" + value + "'. " + NearestNames.hint(value, made));
            }
            return value;
        }

        /**
         * Builds the graph and looks at one grey picture.
         *
         * @throws RewriteException if no preprocessing was said, if the network takes more than a picture, or has an operator
         *     that is not known
         */
        public OnnxEmbedding build() {
            if (preprocessing == null) {
                throw new RewriteException("'" + file.name() + "' does not say what it expects of pictures: add"
                        + " preprocessing(Preprocessing.imageNet().size(224, 224)), or what it was trained with.");
            }
            String vector = embedding.isEmpty() ? file.outputs().get(0).getName() : embedding;
            List<String> wanted = new ArrayList<>(List.of(vector));
            wanted.addAll(features);
            OnnxLook look = new OnnxLook(file, picture(), preprocessing, farthest(wanted), vector, features);
            int dimension = look.dimension();
            return new OnnxEmbedding(called, look, dimension);
        }

        /** The value that everything wanted lies behind. */
        private String farthest(List<String> wanted) {
            for (String value : wanted) {
                List<String> made = file.behind(value).stream()
                        .flatMap(node -> node.outputs().stream())
                        .toList();
                if (made.containsAll(wanted)) {
                    return value;
                }
            }
            throw new RewriteException("No one of " + wanted + " is computed from all others in '" + file.name()
                    + "': name a later value by embedding(...).");
        }

        private ValueInfoProto picture() {
            Map<String, ValueInfoProto> pictures = new LinkedHashMap<>();
            for (ValueInfoProto input : file.inputs()) {
                if (OnnxFile.declared(input).length == 4) {
                    pictures.put(input.getName(), input);
                }
            }
            if (pictures.size() != 1 || file.inputs().size() != 1) {
                throw new RewriteException("'" + file.name() + "' takes "
                        + file.inputs().stream()
                                .map(input -> "'" + OnnxFile.shown(input.getName()) + "'")
                                .toList()
                        + ", but an embedding takes one picture [N, 3, H, W] or [N, H, W, 3] and nothing else.");
            }
            return pictures.values().iterator().next();
        }
    }
}
