package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.latent.Domain;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.latent.LatentBasis;
import io.github.rewrite4j.latent.LatentSpace;
import io.github.rewrite4j.latent.LatentSubspaces;
import io.github.rewrite4j.samediff.Backend;
import io.github.rewrite4j.samediff.generator.StyleLatents;
import io.github.rewrite4j.samediff.generator.internal.DomainInputs;
import io.github.rewrite4j.samediff.generator.internal.GraphGenerator;
import io.github.rewrite4j.samediff.latent.LatentExpansion;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A style-based generator with domains in its latent space w. */
public final class ExpandedStyleGan2 implements ExpandedGenerator {
    private final ExpandedFile.Contents contents;
    private final GraphGenerator generator;

    ExpandedStyleGan2(StyledNetwork network, Map<String, INDArray> editable, LatentExpansion expansion) {
        this(new ExpandedFile.Contents(network, editable, expansion));
    }

    private ExpandedStyleGan2(ExpandedFile.Contents contents) {
        this(contents, base(contents));
    }

    private ExpandedStyleGan2(ExpandedFile.Contents contents, GraphGenerator generator) {
        this.contents = contents;
        this.generator = generator;
    }

    private static GraphGenerator base(ExpandedFile.Contents contents) {
        GraphGenerator plain = new StyledGraph(contents.network(), Optional.of(contents.expansion()))
                .generator(ExpandedFile.fingerprint(contents), contents.editable());
        try (plain) {
            return plain.withSampler(new DomainInputs(contents.expansion()).sampler(plain.sampler(), Optional.empty()));
        }
    }

    /**
     * Reads a generator that {@link #save} wrote; it is equal to the bit.
     *
     * @throws io.github.rewrite4j.io.FileFormatException when the file is damaged or holds something else
     */
    public static ExpandedGenerator load(Path file) throws IOException {
        Backend.require();
        return new ExpandedStyleGan2(ExpandedFile.load(file));
    }

    /**
     * As {@link #load(Path)}, from a stream such as a resource of a jar, which is read to its end and not closed.
     *
     * @param label what error messages call the file
     */
    public static ExpandedGenerator load(InputStream file, String label) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(label, "label");
        Backend.require();
        return new ExpandedStyleGan2(ExpandedFile.load(file, label));
    }

    static ExpandedGenerator of(SafeTensors tensors) throws IOException {
        return new ExpandedStyleGan2(ExpandedFile.read(tensors));
    }

    @Override
    public void save(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        // Patches belong to files of their own; what is saved are the weights in force.
        ExpandedFile.save(
                new ExpandedFile.Contents(contents.network(), generator.canonicalWeights(), contents.expansion()),
                file);
    }

    @Override
    public List<Domain> domains() {
        return contents.expansion().domains();
    }

    @Override
    public LatentSpace space() {
        return contents.expansion().space();
    }

    @Override
    public LatentBasis basis() {
        return contents.expansion().basis();
    }

    @Override
    public LatentSubspaces subspaces() {
        return contents.expansion().subspaces();
    }

    @Override
    public SortedMap<String, String> notes() {
        return new TreeMap<>(contents.expansion().notes());
    }

    @Override
    public Inputs at(Inputs inputs, Map<String, Double> amounts) {
        Objects.requireNonNull(inputs, "inputs");
        Objects.requireNonNull(amounts, "amounts");
        return domainInputs().at(this, complete(inputs), amounts);
    }

    @Override
    public Inputs moved(Inputs inputs, int direction, double by) {
        Objects.requireNonNull(inputs, "inputs");
        return domainInputs().moved(complete(inputs), direction, by);
    }

    private Inputs complete(Inputs inputs) {
        return domainInputs().complete(generator.sampler(), inputs);
    }

    private DomainInputs domainInputs() {
        return new DomainInputs(contents.expansion());
    }

    @Override
    public ExpandedGenerator inDomain(String domain) {
        Objects.requireNonNull(domain, "domain");
        InputSampler within = domainInputs().within(generator.sampler(), indexOf(domain));
        return new ExpandedStyleGan2(contents, generator.withSampler(within));
    }

    @Override
    public GeneratorSpec spec() {
        return generator.spec();
    }

    @Override
    public InputSampler sampler() {
        return generator.sampler();
    }

    @Override
    public INDArray generate(Inputs inputs) {
        Objects.requireNonNull(inputs, "inputs");
        return generator.generate(complete(inputs));
    }

    @Override
    public List<Layer> layers() {
        return generator.layers();
    }

    @Override
    public AssociativeMemory memory(String first, String last) {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(last, "last");
        return generator.memory(first, last);
    }

    @Override
    public ExpandedGenerator withSampler(InputSampler sampler) {
        Objects.requireNonNull(sampler, "sampler");
        InputSampler replaced = domainInputs().replaced(generator.sampler(), sampler);
        return new ExpandedStyleGan2(contents, generator.withSampler(replaced));
    }

    @Override
    public List<AppliedPatch> patches() {
        return generator.patches();
    }

    @Override
    public ExpandedGenerator with(Patch patch, double strength) {
        Objects.requireNonNull(patch, "patch");
        return new ExpandedStyleGan2(contents, generator.with(patch, strength));
    }

    @Override
    public ExpandedGenerator without(Patch patch) {
        Objects.requireNonNull(patch, "patch");
        return new ExpandedStyleGan2(contents, generator.without(patch));
    }

    @Override
    public <T> Optional<T> capability(Class<T> type) {
        return type == LatentNetwork.class || type == StyleLatents.class
                ? generator.capability(type)
                : ExpandedGenerator.super.capability(type);
    }

    @Override
    public void close() {
        generator.close();
    }

    @Override
    public String toString() {
        return generator + " with the domains "
                + domains().stream().map(Domain::name).toList();
    }
}
