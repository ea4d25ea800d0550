package io.github.rewrite4j.samediff.generator.diffusion;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.latent.Domain;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.latent.LatentBasis;
import io.github.rewrite4j.latent.LatentSpace;
import io.github.rewrite4j.latent.LatentSubspaces;
import io.github.rewrite4j.samediff.generator.internal.DomainInputs;
import io.github.rewrite4j.samediff.generator.internal.ExpansionTensors;
import io.github.rewrite4j.samediff.latent.LatentExpansion;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A diffusion autoencoder with domains in its latent space z. */
final class ExpandedDiffusion implements ExpandedGenerator {
    static final String KIND = "expanded-diffusion";
    private static final String STEPS = "steps";

    private final DiffusionCore core;
    private final LatentExpansion expansion;
    private final InputSampler sampler;
    private final AtomicBoolean closed = new AtomicBoolean();

    private ExpandedDiffusion(DiffusionCore core, LatentExpansion expansion, InputSampler sampler) {
        this.core = core.held();
        this.expansion = expansion;
        this.sampler = sampler;
    }

    static ExpandedDiffusion of(DiffusionCore core) {
        LatentExpansion expansion = core.expansion().orElseThrow();
        return new ExpandedDiffusion(
                core, expansion, new DomainInputs(expansion).sampler(core.latents(), Optional.empty()));
    }

    static ExpandedDiffusion read(SafeTensors tensors) throws IOException {
        DiffusionFile file = DiffusionFile.in(tensors)
                .orElseThrow(() -> new FileFormatException(
                        tensors.label(), "tensor names", "expected is a diffusion autoencoder with 'ema_model.*'"));
        DiffusionWeights weights = file.read();
        try {
            LatentExpansion expansion = ExpansionTensors.read(tensors);
            if (expansion.space().dimension() != weights.architecture().style()) {
                throw new IllegalArgumentException(
                        "the domains lie in " + expansion.space().dimension() + " dimensions, but z has "
                                + weights.architecture().style());
            }
            int steps = Integer.parseInt(tensors.metadata().getOrDefault(STEPS, ""));
            return of(new DiffusionCore(
                    new DiffusionNetwork(weights.architecture()), weights, steps, Optional.of(expansion)));
        } catch (IllegalArgumentException wrong) {
            throw new FileFormatException(tensors.label(), "contents", String.valueOf(wrong.getMessage()));
        }
    }

    @Override
    public void save(Path file) throws IOException {
        SafeTensorsWriter writer = new SafeTensorsWriter();
        DiffusionFile.write(writer, open().weights());
        ExpansionTensors.write(writer, expansion);
        writer.metadata("format", "rewrite4j")
                .metadata("version", "1")
                .metadata("kind", KIND)
                .metadata(STEPS, Integer.toString(core.steps().steps()))
                .metadata("generator", core.spec().fingerprint())
                .write(file);
    }

    private DiffusionCore open() {
        if (closed.get()) {
            throw new IllegalStateException("This generator was closed.");
        }
        return core;
    }

    /** The vectors that are drawn: moved, projected, and entered into domains. */
    static float[] placed(DiffusionCore core, LatentExpansion expansion, Inputs all, boolean entered) {
        float[] z = core.z(all);
        float[] offset = HostArrays.of(all.get(OFFSET));
        float[] amounts = HostArrays.of(all.get(DOMAINS));
        LatentSubspaces subspaces = expansion.subspaces();
        int d = subspaces.dimension();
        int count = expansion.domains().size();
        if (offset.length != z.length || amounts.length != z.length / d * count) {
            throw new IllegalArgumentException("The inputs '" + OFFSET + "' and '" + DOMAINS + "' must have a row of "
                    + d + " and of " + count + " for each z.");
        }
        for (int n = 0; n < z.length / d; n++) {
            double[] latent = new double[d];
            for (int i = 0; i < d; i++) {
                latent[i] = (double) z[n * d + i] + offset[n * d + i];
            }
            double[] base = subspaces.base(latent);
            for (int k = 0; k < count && entered; k++) {
                Domain domain = expansion.domains().get(k);
                double[] along = expansion.basis().direction(domain.direction());
                for (int i = 0; i < d; i++) {
                    base[i] += amounts[n * count + k] * domain.distance() * along[i];
                }
            }
            for (int i = 0; i < d; i++) {
                z[n * d + i] = (float) base[i];
            }
        }
        return z;
    }

    @Override
    public List<Domain> domains() {
        return expansion.domains();
    }

    @Override
    public LatentSpace space() {
        return expansion.space();
    }

    @Override
    public LatentBasis basis() {
        return expansion.basis();
    }

    @Override
    public LatentSubspaces subspaces() {
        return expansion.subspaces();
    }

    @Override
    public SortedMap<String, String> notes() {
        return new TreeMap<>(expansion.notes());
    }

    @Override
    public Inputs at(Inputs inputs, Map<String, Double> amounts) {
        return domainInputs().at(this, complete(inputs), amounts);
    }

    @Override
    public Inputs moved(Inputs inputs, int direction, double by) {
        return domainInputs().moved(complete(inputs), direction, by);
    }

    private Inputs complete(Inputs inputs) {
        return domainInputs().complete(sampler, inputs);
    }

    private DomainInputs domainInputs() {
        return new DomainInputs(expansion);
    }

    @Override
    public ExpandedGenerator inDomain(String domain) {
        return new ExpandedDiffusion(open(), expansion, domainInputs().within(sampler, indexOf(domain)));
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
        DiffusionCore now = open();
        Inputs all = complete(inputs);
        return now.images(placed(now, expansion, all, true), DiffusionCore.noise(all));
    }

    /** None: each runs in every step. */
    @Override
    public List<Layer> layers() {
        return List.of();
    }

    @Override
    public AssociativeMemory memory(String first, String last) {
        throw DiffusionCore.notCut();
    }

    @Override
    public ExpandedGenerator withSampler(InputSampler other) {
        return new ExpandedDiffusion(open(), expansion, domainInputs().replaced(sampler, other));
    }

    @Override
    public List<AppliedPatch> patches() {
        return List.of();
    }

    @Override
    public ExpandedGenerator with(Patch patch, double strength) {
        throw DiffusionCore.notCut();
    }

    @Override
    public ExpandedGenerator without(Patch patch) {
        throw new IllegalArgumentException("This patch is not in force: a diffusion autoencoder carries none.");
    }

    @Override
    public <T> Optional<T> capability(Class<T> type) {
        return type == LatentNetwork.class
                ? Optional.of(type.cast(new DiffusionLatent(open(), sampler)))
                : ExpandedGenerator.super.capability(type);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            core.letGo();
        }
    }

    @Override
    public String toString() {
        return core.spec().architecture() + " in " + core.steps().steps() + " steps, with the domains "
                + domains().stream().map(Domain::name).toList();
    }
}
