package io.github.rewrite4j.samediff.generator.rosinality;

import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Fingerprints;
import io.github.rewrite4j.io.PrintableText;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.io.internal.ReadBudget;
import io.github.rewrite4j.latent.LatentSamples;
import io.github.rewrite4j.latent.LegacyNumpyRandom;
import io.github.rewrite4j.samediff.generator.internal.CheckpointReader;
import io.github.rewrite4j.samediff.generator.internal.GraphGenerator;
import io.github.rewrite4j.samediff.generator.style.LatentSampler;
import io.github.rewrite4j.samediff.generator.style.MissingNoise;
import io.github.rewrite4j.samediff.generator.style.StyledGraph;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.Dense;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.StyledLayer;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.ToRgb;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.graph.internal.Program;
import io.github.rewrite4j.samediff.graph.internal.WeightLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a generator in the {@linkplain RosinalityLayout layout} of rosinality's StyleGAN2.
 *
 * <p>Weights are stored for equalised learning rates (Karras et al. 2018): a layer multiplies them by 1 / sqrt(fan in),
 * the mapping in addition by 0.01. Truncation pulls towards {@code latent_avg} of the file, or towards the mean of
 * 10,000 mapped samples where the file has none; encoders (pSp, e4e) keep one mean for each layer, and then each layer is
 * pulled towards its own. Noise maps that the file lacks are drawn, see {@link MissingNoise}.
 */
final class RosinalityCheckpoint {
    private static final Logger log = LoggerFactory.getLogger(RosinalityCheckpoint.class);
    private static final double MAPPING_RATE = 0.01;
    private static final String LATENT_MEAN = "latent_avg";
    private static final int MEAN_SAMPLES = 10_000;
    private static final int MEAN_BATCH = 1000;
    private static final long MEAN_SEED = 0;

    private final RosinalityLayout layout;
    private final TensorSource tensors;
    private final CheckpointReader reader;
    private final String prefix;
    private final MissingNoise missingNoise;
    private final TreeMap<String, INDArray> weights = new TreeMap<>();

    private RosinalityCheckpoint(TensorSource tensors, String prefix, MissingNoise missingNoise) throws IOException {
        this.tensors = tensors;
        this.prefix = prefix;
        this.missingNoise = missingNoise;
        this.reader = new CheckpointReader(prefix.isEmpty() ? tensors : tensors.under(prefix));
        this.layout = RosinalityLayout.of(reader);
    }

    /** The layout of this file, if it is one; with the usual noise where it holds none. */
    static Optional<RosinalityCheckpoint> in(TensorSource tensors) throws IOException {
        return in(tensors, MissingNoise.usual());
    }

    /** The layout of this file, if it is one. */
    static Optional<RosinalityCheckpoint> in(TensorSource tensors, MissingNoise missingNoise) throws IOException {
        Optional<String> prefix = RosinalityLayout.prefix(tensors);
        if (prefix.isEmpty()) {
            return Optional.empty();
        }
        RosinalityCheckpoint checkpoint = new RosinalityCheckpoint(tensors, prefix.get(), missingNoise);
        if (checkpoint.layout.latent() == 1) {
            throw FileFormatException.atKey(
                    tensors.label(), prefix.get() + "style.1.weight", "a latent of one dimension cannot be normalised");
        }
        return Optional.of(checkpoint);
    }

    /** Size and needs, from names and shapes alone. */
    GeneratorEstimate estimate() throws IOException {
        return layout.estimate().noting(notes());
    }

    /** Holds the file against the tensors that it must have. */
    void requireComplete() throws IOException {
        requireAllNoiseOrNone();
        layout.requireComplete();
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (!layout.hasNoiseMaps()) {
            notes.add(missingNoise.sentence() + ".");
        }
        Optional<String> leftOut =
                meanNames().stream().filter(tensors.leftOut()::containsKey).findFirst();
        if (meanNames().stream().noneMatch(tensors::contains)) {
            notes.add((leftOut.isPresent()
                            ? "'" + leftOut.get() + "' is " + tensors.leftOut().get(leftOut.get())
                                    + ", which is not read"
                            : "The checkpoint holds no '" + LATENT_MEAN + "'")
                    + "; truncation pulls towards the mean of " + MEAN_SAMPLES + " mapped samples.");
        }
        return notes;
    }

    /** Where the mean latent may lie: beside the generator or in what holds it. */
    private List<String> meanNames() {
        List<String> names = new ArrayList<>();
        String folder = prefix;
        names.add(folder + LATENT_MEAN);
        while (!folder.isEmpty()) {
            folder = folder.substring(0, folder.lastIndexOf('.', folder.length() - 2) + 1);
            names.add(folder + LATENT_MEAN);
        }
        return names;
    }

    /** Some maps without the others were lost: to draw those would draw other pictures without a word. */
    private void requireAllNoiseOrNone() throws FileFormatException {
        List<String> lost = IntStream.range(0, layout.convolutions())
                .mapToObj(RosinalityLayout::noise)
                .filter(name -> !reader.has(name))
                .toList();
        if (layout.hasNoiseMaps() && !lost.isEmpty()) {
            throw new FileFormatException(
                    tensors.label(),
                    "tensor names",
                    "some noise maps are missing, " + String.join(", ", lost)
                            + ", and others are there. Add them from where the file was made, or leave out all of"
                            + " 'noises.*': then fixed noise is drawn for all.");
        }
    }

    /** The weights as they are needed. */
    Contents read() throws IOException {
        requireComplete();
        weights.clear();
        for (Map.Entry<String, long[]> tensor : layout.expected().entrySet()) {
            weights.put(tensor.getKey(), reader.read(tensor.getKey(), tensor.getValue()));
        }
        notes().forEach(note -> log.info("'{}': {}", PrintableText.of(tensors.label()), note));
        drawMissingNoise();
        List<Dense> mapping = new ArrayList<>();
        double scale = MAPPING_RATE / Math.sqrt((double) layout.latent());
        for (int k = 1; k <= layout.mappingLayers(); k++) {
            String name = "style." + k;
            mapping.add(Dense.of(name, weight(name + ".weight"), scale, weight(name + ".bias"), MAPPING_RATE));
        }
        INDArray means = latentMeans(mapping);
        TreeMap<String, INDArray> editable = new TreeMap<>();
        List<StyledLayer> layers = new ArrayList<>();
        for (int k = 0; k < layout.convolutions(); k++) {
            StyledLayer layer = layer(k);
            layers.add(layer);
            INDArray stored = weight(layer.weight());
            editable.put(
                    layer.weight(),
                    stored.reshape(stored.size(1), stored.size(2), StyledLayer.KERNEL, StyledLayer.KERNEL));
        }
        String architecture = layout.architecture() + (isSilent() ? ", without noise" : "");
        StyledNetwork network = new StyledNetwork(
                architecture,
                means.mean(true, 0),
                weight("input.input"),
                mapping,
                layers,
                means.size(0) == 1 ? Optional.empty() : Optional.of(means),
                Optional.empty());
        String fingerprint = Fingerprints.of(weights, architecture);
        weights.clear();
        return new Contents(network, fingerprint, editable);
    }

    /**
     * What was read.
     *
     * @param network the description
     * @param fingerprint of all tensors
     * @param editable weights by name, canonical
     */
    record Contents(StyledNetwork network, String fingerprint, Map<String, INDArray> editable) {
        GraphGenerator generator() {
            return new StyledGraph(network).generator(fingerprint, editable);
        }
    }

    private boolean isSilent() {
        return !layout.hasNoiseMaps() && missingNoise.seed().isEmpty();
    }

    /** A map's side doubles with a layer that costs the file a few bytes, so what is drawn is charged like what is read. */
    private void drawMissingNoise() throws IOException {
        if (!layout.hasNoiseMaps() && missingNoise.seed().isPresent()) {
            long read = weights.values().stream().mapToLong(INDArray::length).sum() * Float.BYTES;
            ReadBudget budget = ReadBudget.of(tensors.label(), read);
            for (int k = 0; k < layout.convolutions(); k++) {
                budget.charge((long) RosinalityLayout.grid(k) * RosinalityLayout.grid(k), Float.BYTES);
            }
            LegacyNumpyRandom stream = new LegacyNumpyRandom(missingNoise.seed().getAsLong());
            for (int k = 0; k < layout.convolutions(); k++) {
                weights.put(RosinalityLayout.noise(k), MissingNoise.map(stream, RosinalityLayout.grid(k)));
            }
        }
    }

    private StyledLayer layer(int k) {
        String name = RosinalityLayout.convolution(k);
        INDArray weight = weight(name + ".conv.weight");
        int in = Math.toIntExact(weight.size(2));
        int out = Math.toIntExact(weight.size(1));
        boolean up = RosinalityLayout.isUp(k);
        int grid = RosinalityLayout.grid(k);
        return new StyledLayer(
                name + ".conv",
                name + ".conv.weight",
                in,
                out,
                up ? grid / 2 : grid,
                grid,
                1 / Math.sqrt((double) in * StyledLayer.KERNEL * StyledLayer.KERNEL),
                modulation(name),
                weight(name + ".activate.bias"),
                isSilent()
                        ? Optional.empty()
                        : Optional.of(new StyledNetwork.Noise(
                                weight(RosinalityLayout.noise(k)), weight(name + ".noise.weight"))),
                up ? Optional.of(weight(name + ".conv.blur.kernel")) : Optional.empty(),
                false,
                RosinalityLayout.hasRgb(k) ? Optional.of(toRgb(k, out)) : Optional.empty());
    }

    private ToRgb toRgb(int k, int in) {
        String name = RosinalityLayout.rgb(k);
        INDArray canonical = weight(name + ".conv.weight").reshape(3, in, 1, 1);
        return new ToRgb(
                name,
                WeightLayout.YXIO.fromCanonical(canonical).muli(1 / Math.sqrt(in)),
                weight(name + ".bias"),
                Optional.of(modulation(name)),
                k == 0 ? Optional.empty() : Optional.of(weight(name + ".upsample.kernel")));
    }

    private Dense modulation(String name) {
        return Dense.of(
                name + ".conv.style",
                weight(name + ".conv.modulation.weight"),
                1 / Math.sqrt((double) layout.latent()),
                weight(name + ".conv.modulation.bias"),
                1);
    }

    /** [1, latent], or [latents, latent] where encoders keep a mean for each layer and the means differ. */
    private INDArray latentMeans(List<Dense> mapping) throws IOException {
        CheckpointReader whole = new CheckpointReader(tensors);
        for (String name : meanNames()) {
            if (whole.has(name)) {
                long[] shape = whole.shape(name);
                boolean perLayer = shape.length == 2 && shape[0] == layout.latents();
                long rows = perLayer ? shape[0] : 1;
                long[] expected = shape.length == 2 ? new long[] {rows, layout.latent()} : new long[] {layout.latent()};
                INDArray means = distinct(whole.read(name, expected).reshape(rows, layout.latent()));
                weights.put(LATENT_MEAN, means);
                return means;
            }
        }
        return mappedMean(Math.toIntExact(layout.latent()), mapping);
    }

    /** The first row alone if all rows are the same, as they are where one mean was repeated. */
    private static INDArray distinct(INDArray rows) {
        INDArray first = rows.getRow(0, true).dup('c');
        for (long row = 1; row < rows.size(0); row++) {
            if (!rows.getRow(row, true).equalsWithEps(first, 0)) {
                return rows;
            }
        }
        return first;
    }

    private static INDArray mappedMean(int latent, List<Dense> mapping) {
        Program program = new Program(StyledGraph.mapping(latent, mapping));
        String result = mapping.get(mapping.size() - 1).name();
        float[][] drawn = LatentSamples.firstRows(MEAN_SAMPLES, latent, MEAN_SEED);
        INDArray sum = Nd4j.zeros(DataType.DOUBLE, 1, latent);
        for (int from = 0; from < MEAN_SAMPLES; from += MEAN_BATCH) {
            float[][] part = Arrays.copyOfRange(drawn, from, from + MEAN_BATCH);
            INDArray mapped =
                    Named.in(program.run(Map.of(LatentSampler.LATENT, Nd4j.create(part)), List.of(result)), result);
            sum.addi(mapped.castTo(DataType.DOUBLE).sum(true, 0));
        }
        return sum.divi(MEAN_SAMPLES).castTo(DataType.FLOAT);
    }

    private INDArray weight(String name) {
        return Named.in(weights, name);
    }
}
