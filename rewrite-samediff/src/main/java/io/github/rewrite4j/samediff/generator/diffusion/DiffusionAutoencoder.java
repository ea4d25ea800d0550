package io.github.rewrite4j.samediff.generator.diffusion;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.Backend;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A diffusion autoencoder as a generator: pictures of vectors {@code z} [N, d], drawn in a few steps without chance from a
 * fixed x_T, or from one for each sample, {@code xT} [N, 3, H, W].
 *
 * <p>It reads the authors' Lightning checkpoints, whose averaged weights it takes, and files that {@link #save} wrote. Samples
 * are drawn from a Gaussian about the mean of z, with the deviations of the checkpoint, or the whole covariance in ours: a
 * stand-in for the diffusion model of z that the authors train besides, which is not read. Ten steps unless {@link #withSteps}
 * says otherwise. Cost: one pass of the U-Net a step. Its layers cannot be cut, since each runs in every step; it can be
 * expanded by new domains.
 */
public final class DiffusionAutoencoder implements Generator {
    /** Steps from noise to picture unless asked otherwise. */
    public static final int STEPS = 10;

    private final DiffusionCore core;
    private final InputSampler sampler;
    private final AtomicBoolean closed = new AtomicBoolean();

    DiffusionAutoencoder(DiffusionCore core, InputSampler sampler) {
        this.core = core.held();
        this.sampler = sampler;
    }

    static DiffusionAutoencoder of(DiffusionNetwork network, DiffusionWeights weights) {
        DiffusionCore core = new DiffusionCore(network, weights, STEPS, Optional.empty());
        return new DiffusionAutoencoder(core, core.latents());
    }

    /**
     * Reads a checkpoint.
     *
     * @throws FileFormatException when it is no diffusion autoencoder, or damaged
     */
    public static DiffusionAutoencoder load(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        Backend.require();
        try (TensorSource tensors = TensorSource.open(file)) {
            return read(tensors);
        }
    }

    /**
     * As {@link #load(Path)}, from a stream of safetensors such as a resource of a jar, which is read to its end and not
     * closed.
     *
     * @param label what error messages call the file
     */
    public static DiffusionAutoencoder load(InputStream file, String label) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(label, "label");
        Backend.require();
        try (SafeTensors tensors = SafeTensors.read(file, label)) {
            return read(tensors);
        }
    }

    static DiffusionAutoencoder read(TensorSource tensors) throws IOException {
        DiffusionFile file = DiffusionFile.in(tensors)
                .orElseThrow(() -> new FileFormatException(
                        tensors.label(), "tensor names", "expected is a diffusion autoencoder with 'ema_model.*'"));
        DiffusionWeights weights = file.read();
        return of(new DiffusionNetwork(weights.architecture()), weights);
    }

    /** Writes it as safetensors with the authors' names; the file appears whole or not at all. */
    public void save(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        SafeTensorsWriter writer = new SafeTensorsWriter();
        DiffusionFile.write(writer, open().weights());
        writer.metadata("format", "rewrite4j")
                .metadata("version", "1")
                .metadata("kind", DiffusionFile.KIND)
                .write(file);
    }

    private DiffusionCore open() {
        if (closed.get()) {
            throw new IllegalStateException("This generator was closed.");
        }
        return core;
    }

    /** Its sizes. */
    public DiffusionArchitecture architecture() {
        return open().weights().architecture();
    }

    /**
     * The inputs that draw pictures again: z, and the noise that the steps lead back to.
     *
     * @param images [N, 3, H, W] in [-1, 1]
     * @param steps towards noise; more are more exact, the authors take 250
     */
    public Inputs encode(INDArray images, int steps) {
        Objects.requireNonNull(images, "images");
        return open().encode(images, steps);
    }

    DiffusionWeights weights() {
        return open().weights();
    }

    /** The same weights in another number of steps; closed apart. */
    public DiffusionAutoencoder withSteps(int steps) {
        DiffusionCore now = open();
        DiffusionNetwork network = new DiffusionNetwork(now.weights().architecture());
        return new DiffusionAutoencoder(new DiffusionCore(network, now.weights(), steps, Optional.empty()), sampler);
    }

    @Override
    public GeneratorSpec spec() {
        return core.spec();
    }

    @Override
    public InputSampler sampler() {
        return sampler;
    }

    @Override
    public INDArray generate(Inputs inputs) {
        Objects.requireNonNull(inputs, "inputs");
        DiffusionCore now = open();
        return now.images(now.z(sampler.complete(inputs)), DiffusionCore.noise(inputs));
    }

    /** None: see the class. */
    @Override
    public List<Layer> layers() {
        return List.of();
    }

    @Override
    public AssociativeMemory memory(String first, String last) {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(last, "last");
        throw DiffusionCore.notCut();
    }

    @Override
    public DiffusionAutoencoder withSampler(InputSampler other) {
        Objects.requireNonNull(other, "other");
        return new DiffusionAutoencoder(open(), other);
    }

    @Override
    public List<AppliedPatch> patches() {
        return List.of();
    }

    @Override
    public Generator with(Patch patch, double strength) {
        Objects.requireNonNull(patch, "patch");
        throw DiffusionCore.notCut();
    }

    @Override
    public Generator without(Patch patch) {
        Objects.requireNonNull(patch, "patch");
        throw new IllegalArgumentException("This patch is not in force: a diffusion autoencoder carries none.");
    }

    @Override
    public <T> Optional<T> capability(Class<T> type) {
        Objects.requireNonNull(type, "type");
        return type == LatentNetwork.class
                ? Optional.of(type.cast(new DiffusionLatent(open(), sampler)))
                : Generator.super.capability(type);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            core.letGo();
        }
    }

    @Override
    public String toString() {
        return core.spec().architecture() + " in " + core.steps().steps() + " steps";
    }
}
