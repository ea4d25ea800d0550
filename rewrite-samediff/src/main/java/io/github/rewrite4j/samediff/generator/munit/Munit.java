package io.github.rewrite4j.samediff.generator.munit;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Fingerprints;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.Backend;
import io.github.rewrite4j.samediff.generator.Edges;
import io.github.rewrite4j.samediff.generator.ImageFolderSampler;
import io.github.rewrite4j.samediff.generator.PictureSize;
import io.github.rewrite4j.samediff.generator.internal.Forms;
import io.github.rewrite4j.samediff.generator.internal.GraphGenerator;
import io.github.rewrite4j.samediff.generator.internal.GraphModel;
import io.github.rewrite4j.samediff.generator.internal.Maps;
import io.github.rewrite4j.samediff.generator.internal.PictureInputs;
import io.github.rewrite4j.samediff.graph.internal.GraphLayer;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.graph.internal.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Translators of pictures between two domains (Huang et al. 2018), from the checkpoints {@code {'a': ..., 'b': ...}} of their
 * training script.
 *
 * <pre>{@code
 * Munit shoes = Munit.load(Path.of("edges2shoes.pt")).size(256, 256).pictures(folder);
 * try (Generator generator = shoes.aToB()) {
 *     INDArray drawn = generator.generate(generator.sample(8, 1)); // pictures of the folder, styles from a Gaussian
 * }
 * }</pre>
 *
 * <p>Inputs: {@code picture} [N, 3, H, W] in [-1, 1], and {@code style} [N, S] for the two translations, standard Gaussian or
 * what {@link #stylesOf} makes of a picture of the target; without it the middle of the Gaussian. Both reconstructions take
 * pictures alone. A side that is no multiple of the halvings is rounded down, as the network does.
 *
 * <p>Layers are called as in the checkpoint, such as {@code b.dec.model.0.model.0.model.1.conv}, and are linear memories: their
 * keys are padded maps, their values the sums of the convolution. A module's name, such as {@code b.dec.model.0.model.0}, stands
 * for a whole residual block with its normalisations and its sum, or for a convolution with all that follows it. Statistics
 * of whole maps couple all places, so memories are evaluated on whole maps.
 *
 * <p>A fingerprint covers the modules that its direction uses, and not the size of pictures. Immutable; each method returns a
 * changed copy that shares the weights.
 */
public final class Munit {
    private final MunitShape shape;
    private final SortedMap<String, INDArray> weights;
    private final MunitRecipe recipe;
    private final @Nullable InputSampler pictures;

    private Munit(
            MunitShape shape,
            SortedMap<String, INDArray> weights,
            MunitRecipe recipe,
            @Nullable InputSampler pictures) {
        this.shape = shape;
        this.weights = weights;
        this.recipe = recipe;
        this.pictures = pictures;
    }

    /**
     * Reads a checkpoint: of PyTorch in either layout, or the same tensors in safetensors.
     *
     * @throws FileFormatException when a weight is missing, misshapen or not finite
     * @throws io.github.rewrite4j.NoBackendException when ND4J has no backend
     */
    public static Munit load(Path checkpoint) throws IOException {
        Objects.requireNonNull(checkpoint, "checkpoint");
        try (TensorSource tensors = TensorSource.open(checkpoint)) {
            return of(tensors);
        }
    }

    /** As {@link #load}, of tensors that are open already and may be closed afterwards. */
    public static Munit of(TensorSource tensors) throws IOException {
        Backend.require();
        MunitCheckpoint checkpoint = MunitCheckpoint.in(tensors)
                .orElseThrow(() -> new FileFormatException(
                        tensors.label(),
                        "tensor names",
                        "expected are the tensors of a MUNIT translator, such as"
                                + " 'a.enc_content.model.0.conv.weight'."));
        MunitShape shape = checkpoint.requireComplete();
        return new Munit(
                shape, Collections.unmodifiableSortedMap(checkpoint.weights(shape)), MunitRecipe.PUBLISHED, null);
    }

    private Munit with(MunitRecipe other) {
        return new Munit(shape, weights, other, pictures);
    }

    /** For pictures of another size than 256 x 256. */
    public Munit size(int height, int width) {
        return with(new MunitRecipe(new PictureSize(height, width), recipe.edges(), recipe.activation()));
    }

    /** With another padding than reflection, which the released ones were trained with. */
    public Munit padding(Edges edges) {
        Objects.requireNonNull(edges, "edges");
        return with(new MunitRecipe(recipe.size(), Objects.requireNonNull(edges, "edges"), recipe.activation()));
    }

    /** With other rectifiers than ReLU, which the released ones were trained with. */
    public Munit activation(MunitActivation activation) {
        Objects.requireNonNull(activation, "activation");
        return with(new MunitRecipe(recipe.size(), recipe.edges(), Objects.requireNonNull(activation, "activation")));
    }

    /** Samples are drawn from these pictures [N, 3, H, W] in [-1, 1], of the {@link #size}. */
    public Munit pictures(InputSampler sampler) {
        return new Munit(shape, weights, recipe, Objects.requireNonNull(sampler, "sampler"));
    }

    /** Samples are drawn from the PNG files of a folder, fitted into the size, which is said before. */
    public Munit pictures(Path folder) throws IOException {
        Objects.requireNonNull(folder, "folder");
        return pictures(ImageFolderSampler.of(folder, MunitGraph.PICTURE, recipe.height(), recipe.width()));
    }

    /** Numbers of a style. */
    public int styleLength() {
        return shape.style();
    }

    /** Pictures of a become pictures of b. */
    public Generator aToB() {
        return generator(Direction.A_TO_B);
    }

    /** Pictures of b become pictures of a. */
    public Generator bToA() {
        return generator(Direction.B_TO_A);
    }

    /** Pictures of a are drawn again from their own content and style. */
    public Generator aToA() {
        return generator(Direction.A_TO_A);
    }

    /** Pictures of b are drawn again from their own content and style. */
    public Generator bToB() {
        return generator(Direction.B_TO_B);
    }

    /** One of the four; the caller closes it. */
    public Generator generator(Direction direction) {
        Objects.requireNonNull(direction, "direction");
        shape.requireFits(recipe.height(), recipe.width(), direction.isReconstruction());
        SortedMap<String, INDArray> used = used(direction);
        MunitGraph built = new MunitGraph(shape, recipe, weights);
        Maps image = built.build(direction);
        List<GraphLayer> layers = built.editable().layers();
        String architecture = architecture(shape, direction);
        GraphModel model = new GraphModel(
                        architecture,
                        Fingerprints.of(
                                new TreeMap<>(used), architecture + "/" + recipe.edges() + "/" + recipe.activation()),
                        () -> fresh(direction),
                        direction.isReconstruction()
                                ? List.of(MunitGraph.PICTURE)
                                : List.of(MunitGraph.PICTURE, MunitGraph.STYLE),
                        MunitGraph.OUTPUT,
                        new int[] {3, image.height(), image.width()},
                        used.values().stream().mapToLong(INDArray::length).sum(),
                        layers,
                        Forms.NONE)
                .withModules(built.editable().modules(), Map.of());
        Map<String, INDArray> fed = new LinkedHashMap<>();
        for (GraphLayer layer : layers) {
            String name = layer.layer().weight();
            fed.put(name, layer.layout().fromCanonical(Named.in(weights, name)));
        }
        return GraphGenerator.of(
                model, fed, new TranslatorInputs(pictureInputs(), direction.isReconstruction() ? 0 : shape.style()));
    }

    static String architecture(MunitShape shape, Direction direction) {
        return "MUNIT " + direction.source() + " to " + direction.target() + ", " + shape;
    }

    private PictureInputs pictureInputs() {
        return new PictureInputs(MunitGraph.PICTURE, recipe.size(), "translator", pictures);
    }

    private SameDiff fresh(Direction direction) {
        MunitGraph built = new MunitGraph(shape, recipe, weights);
        built.build(direction);
        return built.graph();
    }

    /** Weights of the modules that a direction runs through. */
    private SortedMap<String, INDArray> used(Direction direction) {
        TreeMap<String, INDArray> used = new TreeMap<>();
        weights.forEach((name, weight) -> {
            if (isUsed(name, direction)) {
                used.put(name, weight);
            }
        });
        return used;
    }

    static boolean isUsed(String weight, Direction direction) {
        return weight.startsWith(direction.source() + ".enc_content.")
                || weight.startsWith(direction.target() + ".dec.")
                || weight.startsWith(direction.target() + ".mlp.")
                || (direction.isReconstruction() && weight.startsWith(direction.target() + ".enc_style."));
    }

    /**
     * The styles that pictures have.
     *
     * @param domain of the pictures, "a" or "b"
     * @param pictures [N, 3, H, W] in [-1, 1], of the {@link #size}
     * @return [N, S], of the caller's own
     */
    public INDArray stylesOf(String domain, INDArray pictures) {
        Objects.requireNonNull(domain, "domain");
        Objects.requireNonNull(pictures, "pictures");
        if (!MunitCheckpoint.DOMAINS.contains(domain)) {
            throw new IllegalArgumentException(
                    "The domains of a translator are 'a' and 'b', but got '" + domain + "'.");
        }
        shape.requireFits(recipe.height(), recipe.width(), true);
        Inputs inputs = Inputs.of(MunitGraph.PICTURE, pictures);
        pictureInputs().requireFits(inputs);
        MunitGraph built = new MunitGraph(shape, recipe, weights);
        String style = built.buildStyle(domain).name();
        return Named.in(
                new Program(built.graph()).runBatched(Map.of(), inputs.arrays(), inputs.size(), List.of(style)), style);
    }
}
