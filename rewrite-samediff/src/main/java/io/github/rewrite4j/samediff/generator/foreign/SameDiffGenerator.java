package io.github.rewrite4j.samediff.generator.foreign;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.io.NearestNames;
import io.github.rewrite4j.samediff.Backend;
import io.github.rewrite4j.samediff.generator.GaussianSampler;
import io.github.rewrite4j.samediff.generator.PixelRange;
import io.github.rewrite4j.samediff.graph.internal.LayerFinder;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Makes a {@link Generator} of a SameDiff graph that somebody else built: name its inputs, with how they are drawn, and
 * its output.
 *
 * <pre>{@code
 * Generator generator = SameDiffGenerator.of(graph)
 *         .input("z", 64)
 *         .output("image")
 *         .pixels(PixelRange.UNIT)
 *         .build();
 * }</pre>
 *
 * <p>The graph itself is not changed, unless {@link #owningGraph} gives it away. Layers with a weight of their own (conv2d, deconv2d, mmul) are found and named
 * after their weights; {@link io.github.rewrite4j.samediff.graph.internal.LayerFinder} says what counts. Where permutations,
 * reshapes or constant factors lie between variable and operation, the editable weight is what the operation reads. Keys
 * and values of matrix products get two dimensions of size one. Layers that cannot be rewritten still run, and
 * {@link Generator#memory(String)} says why they cannot. Data types are FLOAT throughout; the batch is the first
 * dimension of every input and of the output.
 *
 * <p>Trusted graphs only: {@code SameDiff.load}, which reads them, is ND4J's, and a damaged or hostile file can end the
 * whole JVM inside its native code, where no exception can be caught. Weights of others are safe as safetensors.
 */
public final class SameDiffGenerator {
    private final SameDiff graph;
    private final TreeMap<String, InputSampler> samplers = new TreeMap<>();
    private final Set<String> images = new LinkedHashSet<>();
    private String output = "";
    private String name = "SameDiff graph";
    private PixelRange range = PixelRange.SYMMETRIC;
    private boolean channelsLast;
    private boolean owned;

    private SameDiffGenerator(SameDiff graph) {
        this.graph = graph;
    }

    /** Starts with a graph; what is built from it works on copies. */
    public static SameDiffGenerator of(SameDiff graph) {
        Objects.requireNonNull(graph, "graph");
        Backend.require();
        return new SameDiffGenerator(graph);
    }

    /**
     * An input of standard Gaussian numbers, one row of numpy's legacy stream per sample.
     *
     * @param input placeholder
     * @param shape of one sample, without the batch
     */
    public SameDiffGenerator input(String input, long... shape) {
        return input(input, GaussianSampler.of(input, shape));
    }

    /**
     * An input that a sampler draws.
     *
     * @param input placeholder
     * @param sampler of one array, or of several among which one is named as the placeholder
     */
    public SameDiffGenerator input(String input, InputSampler sampler) {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(sampler, "sampler");
        requirePlaceholder(input);
        samplers.put(input, sampler);
        return this;
    }

    /**
     * An input that is a picture: the sampler draws [N, C, H, W] in [-1, 1], the graph reads it as {@link #pixels} and
     * {@link #channelsLast} say.
     */
    public SameDiffGenerator image(String input, InputSampler sampler) {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(sampler, "sampler");
        input(input, sampler);
        images.add(input);
        return this;
    }

    /** The variable that is the picture. */
    public SameDiffGenerator output(String variable) {
        Objects.requireNonNull(variable, "variable");
        requireVariable(variable);
        this.output = variable;
        return this;
    }

    /** Black and white in pictures of the graph, in and out; -1 and 1 unless said. */
    public SameDiffGenerator pixels(PixelRange range) {
        Objects.requireNonNull(range, "range");
        this.range = range;
        return this;
    }

    /** Pictures of the graph are [N, H, W, C], in and out. */
    public SameDiffGenerator channelsLast() {
        this.channelsLast = true;
        return this;
    }

    /**
     * Gives the graph away: it is changed instead of a copy of it, and must not be used by anyone else from now on. Saves the
     * time and the memory that a copy of all weights takes.
     */
    public SameDiffGenerator owningGraph() {
        this.owned = true;
        return this;
    }

    /** What reports call the generator. */
    public SameDiffGenerator name(String name) {
        Objects.requireNonNull(name, "name");
        this.name = name;
        return this;
    }

    /**
     * Copies the graph, unless it was given away, and finds its layers. A copy is held to two samples of the original; a graph
     * that was given away is run only where the sizes of its maps cannot be told without.
     *
     * @throws RewriteException naming the variable at fault: no output, an input without sampler, an input that is not
     *     FLOAT, control flow, pictures that are not [N, C, H, W]
     */
    public Generator build() {
        if (output.isEmpty()) {
            throw new RewriteException(
                    "The graph has no output yet: name the variable that is the picture by output(...).");
        }
        LayerFinder.controlFlow(graph, output).ifPresent(found -> {
            throw new RewriteException("The graph holds the control flow operation '" + found
                    + "': it cannot be cut open. Unroll loops, and build one graph per branch.");
        });
        requireSamplers();
        PictureAdapter pictures = new PictureAdapter(images, range, channelsLast);
        return new ForeignGraph(graph, owned, name, new JointSampler(samplers), samplers.keySet(), output, pictures)
                .generator();
    }

    private void requireSamplers() {
        SortedMap<String, SDVariable> missing = new TreeMap<>();
        for (String input : LayerFinder.inputs(graph, output)) {
            SDVariable variable = graph.getVariable(input);
            if (!samplers.containsKey(input)) {
                missing.put(input, variable);
            } else if (variable.dataType() != DataType.FLOAT) {
                throw new RewriteException("The input '" + input + "' is of the type " + variable.dataType()
                        + ", but inputs of a generator are FLOAT. Cast it inside the graph, or make it a constant.");
            }
        }
        if (!missing.isEmpty()) {
            throw new RewriteException("Nothing says how the inputs " + missing.keySet()
                    + " are drawn: add input(name, shape) or input(name, sampler) for each.");
        }
        if (samplers.isEmpty()) {
            throw new RewriteException(
                    "The output '" + output + "' depends on no input: every sample would be the same.");
        }
    }

    private void requirePlaceholder(String input) {
        requireVariable(input);
        VariableType type = graph.getVariable(input).getVariableType();
        if (type != VariableType.PLACEHOLDER) {
            throw new RewriteException("'" + input + "' is of the kind " + type
                    + ", but an input is a placeholder of the graph. Build it with placeHolder(...).");
        }
    }

    private void requireVariable(String variable) {
        if (!graph.hasVariable(variable)) {
            throw new RewriteException("The graph has no variable '" + variable + "'. "
                    + NearestNames.hint(variable, graph.getVariables().keySet()));
        }
    }
}
