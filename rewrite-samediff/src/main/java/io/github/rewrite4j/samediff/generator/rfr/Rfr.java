package io.github.rewrite4j.samediff.generator.rfr;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.edit.ValidityMask;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Fingerprints;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.Backend;
import io.github.rewrite4j.samediff.generator.ImageFolderSampler;
import io.github.rewrite4j.samediff.generator.PictureSize;
import io.github.rewrite4j.samediff.generator.internal.Forms;
import io.github.rewrite4j.samediff.generator.internal.GraphGenerator;
import io.github.rewrite4j.samediff.generator.internal.GraphModel;
import io.github.rewrite4j.samediff.generator.internal.PictureInputs;
import io.github.rewrite4j.samediff.graph.internal.GraphLayer;
import io.github.rewrite4j.samediff.graph.internal.WeightLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Inpainters of Li et al. (2020), from the checkpoints of their training script or a bare state dict; both variants, told
 * apart by the kernels.
 *
 * <pre>{@code
 * Rfr rfr = Rfr.load(Path.of("checkpoint_paris.pth")).size(256, 256).pictures(folder).holes(mask, ValidityMask.Known.BLACK);
 * try (Generator inpainter = rfr.inpainter()) {
 *     INDArray filled = inpainter.generate(inpainter.sample(4, 1));
 * }
 * }</pre>
 *
 * <p>Inputs: {@code picture} [N, 3, H, W] in [-1, 1], whose pixels in the hole are not looked at, and {@code known} [N, 1, H, W],
 * which is 1 where the picture is known and 0 in the hole; see {@link ValidityMask}. Sides are multiples of 16. Images are the
 * pictures with their holes filled: what is known comes out bit for bit, so an edit is seen inside of holes alone.
 *
 * <p>Layers: {@code Pconv1}, {@code Pconv2}, {@code Tconv}, {@code tail1}, {@code tail2.conv1} to {@code conv3} and {@code out}
 * are linear memories. {@code Pconv1+bn1}, {@code Pconv2+bn20}, {@code Tconv+bn3}, {@code tail1+leaky} and {@code tail2} stand
 * for such layers with what follows them. The layers of the recurrent module run six times for one picture and cannot be
 * rewritten. A fingerprint does not depend on the size of pictures. Immutable; each method returns a changed copy that shares
 * the weights.
 */
public final class Rfr {
    private static final int MULTIPLE = 16;
    private static final PictureSize PUBLISHED = new PictureSize(256, 256);
    private static final List<String> REPEATED = List.of("Pconv21", "Pconv22");

    private final RfrShape shape;
    private final RfrTensors tensors;
    private final PictureSize size;
    private final @Nullable InputSampler pictures;
    private final HoleSource holes;
    private final int passes;

    private Rfr(
            RfrShape shape,
            RfrTensors tensors,
            PictureSize size,
            @Nullable InputSampler pictures,
            HoleSource holes,
            int passes) {
        this.shape = shape;
        this.tensors = tensors;
        this.size = size;
        this.pictures = pictures;
        this.holes = holes;
        this.passes = passes;
    }

    /**
     * Reads a checkpoint of PyTorch, or the same tensors in safetensors.
     *
     * @throws FileFormatException when a weight is missing, misshapen or not finite
     * @throws io.github.rewrite4j.NoBackendException when ND4J has no backend
     */
    public static Rfr load(Path checkpoint) throws IOException {
        Objects.requireNonNull(checkpoint, "checkpoint");
        try (TensorSource source = TensorSource.open(checkpoint)) {
            return of(source);
        }
    }

    /** As {@link #load}, of tensors that are open already and may be closed afterwards. */
    public static Rfr of(TensorSource source) throws IOException {
        Objects.requireNonNull(source, "source");
        Backend.require();
        RfrCheckpoint checkpoint = RfrCheckpoint.in(source)
                .orElseThrow(() -> new FileFormatException(
                        source.label(),
                        "tensor names",
                        "expected are the tensors of an RFR inpainter, such as 'Pconv21.weight'."));
        RfrShape shape = checkpoint.requireComplete();
        return new Rfr(shape, new RfrTensors(checkpoint.weights(shape)), PUBLISHED, null, new RandomHoles(), 1);
    }

    /**
     * For pictures of another size than 256 x 256.
     *
     * @throws RewriteException if a side is no multiple of 16
     */
    public Rfr size(int height, int width) {
        requireMultiple(height, width);
        return new Rfr(shape, tensors, new PictureSize(height, width), pictures, holes, passes);
    }

    static void requireMultiple(int height, int width) {
        if (height % MULTIPLE != 0 || width % MULTIPLE != 0) {
            throw new RewriteException("Pictures of " + height + " x " + width
                    + " pixels cannot be filled by this network, whose maps are halved four times: give sides that are"
                    + " multiples of " + MULTIPLE + ", such as " + nearest(height) + " x " + nearest(width) + ".");
        }
    }

    private static int nearest(int side) {
        return Math.max(MULTIPLE, (side + MULTIPLE / 2) / MULTIPLE * MULTIPLE);
    }

    /** Samples are drawn from these pictures [N, 3, H, W] in [-1, 1], of the {@link #size}. */
    public Rfr pictures(InputSampler sampler) {
        return new Rfr(shape, tensors, size, Objects.requireNonNull(sampler, "sampler"), holes, passes);
    }

    /** Samples are drawn from the PNG files of a folder, fitted into the size, which is said before. */
    public Rfr pictures(Path folder) throws IOException {
        Objects.requireNonNull(folder, "folder");
        return pictures(ImageFolderSampler.of(folder, RfrGraph.PICTURE, size.height(), size.width()));
    }

    /** Samples have these holes; boxes and strokes unless said. */
    public Rfr holes(HoleSource source) {
        return new Rfr(shape, tensors, size, pictures, Objects.requireNonNull(source, "source"), passes);
    }

    /**
     * Samples have holes from a mask file, or from the PNG masks of a folder, fitted into the size, which is said before. The
     * log says what was understood of the first.
     *
     * @param known what a mask says is known
     */
    public Rfr holes(Path masks, ValidityMask.Known known) throws IOException {
        Objects.requireNonNull(masks, "masks");
        Objects.requireNonNull(known, "known");
        return holes(HoleFolder.of(masks, known, size.height(), size.width()));
    }

    /**
     * {@link #fill} works in so many passes, as the authors advise for large holes.
     *
     * @param count at least 1
     */
    public Rfr passes(int count) {
        if (count < 1) {
            throw new IllegalArgumentException(
                    "A hole is filled in at least one pass, but asked for were " + count + ".");
        }
        return new Rfr(shape, tensors, size, pictures, holes, count);
    }

    /** The network as a generator, one pass at a time; the caller closes it. */
    public Generator inpainter() {
        RfrGraph built = new RfrGraph(shape, tensors);
        built.build(size.height(), size.width());
        List<GraphLayer> layers = built.editable().layers();
        String architecture = architecture(shape);
        GraphModel model = new GraphModel(
                        architecture,
                        Fingerprints.of(new TreeMap<>(tensors.all()), architecture),
                        this::fresh,
                        List.of(RfrGraph.PICTURE, RfrGraph.KNOWN),
                        RfrGraph.OUTPUT,
                        new int[] {3, size.height(), size.width()},
                        RfrCheckpoint.parameters(shape),
                        layers,
                        Forms.NONE)
                .withModules(built.editable().modules(), refusals(layers));
        Map<String, INDArray> fed = new LinkedHashMap<>();
        for (GraphLayer layer : layers) {
            String name = layer.layer().name();
            INDArray canonical =
                    layer.layout() == WeightLayout.YXOI ? tensors.transposed(name) : tensors.canonical(name);
            fed.put(layer.layer().weight(), layer.layout().fromCanonical(canonical));
        }
        return GraphGenerator.of(
                model,
                fed,
                new InpainterInputs(new PictureInputs(RfrGraph.PICTURE, size, "inpainter", pictures), size, holes));
    }

    static String architecture(RfrShape shape) {
        return "RFR inpainter, " + shape;
    }

    private SameDiff fresh() {
        RfrGraph built = new RfrGraph(shape, tensors);
        built.build(size.height(), size.width());
        return built.graph();
    }

    private Map<String, String> refusals(List<GraphLayer> layers) {
        List<String> possible =
                layers.stream().map(layer -> layer.layer().name()).toList();
        String reason =
                "it runs six times for one picture, so that a rule written into it would appear at each of these"
                        + " places. Layers that can be rewritten are " + String.join(", ", possible) + ".";
        List<String> repeated = new ArrayList<>(REPEATED);
        tensors.all().keySet().stream()
                .filter(name -> name.startsWith("RFRModule.") && name.endsWith(".weight"))
                .map(name -> name.substring(0, name.length() - ".weight".length()))
                .forEach(repeated::add);
        repeated.add("RFRModule");
        Map<String, String> refusals = new LinkedHashMap<>();
        repeated.forEach(name -> refusals.put(name, reason));
        return refusals;
    }

    /**
     * Fills holes in {@link #passes} passes: all but the last keep what they painted nearest to the rim, an equal share of the
     * depth of the hole each, and the next takes that as known. Known pixels come out bit for bit.
     *
     * @param inpainter of this size, with or without patches
     * @param inputs pictures and what is known of them
     * @return [N, 3, H, W]
     */
    public INDArray fill(Generator inpainter, Inputs inputs) {
        Objects.requireNonNull(inpainter, "inpainter");
        return RepeatedPasses.fill(inpainter, inputs, passes);
    }
}
