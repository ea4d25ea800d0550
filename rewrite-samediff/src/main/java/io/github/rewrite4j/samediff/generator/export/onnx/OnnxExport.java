package io.github.rewrite4j.samediff.generator.export.onnx;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.samediff.generator.internal.GraphDefinition;
import io.github.rewrite4j.samediff.generator.internal.GraphGenerator;
import io.github.rewrite4j.samediff.generator.onnx.OnnxGenerator;
import io.github.rewrite4j.samediff.generator.style.LatentSampler;
import io.github.rewrite4j.samediff.graph.internal.GraphSurgery;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import onnx.Onnx.ModelProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes a generator as an ONNX network (opset 17), patches applied, for ONNX Runtime, browsers and telephones.
 *
 * <pre>{@code
 * try (Generator edited = generator.with(patch)) {
 *     OnnxExport.of(edited).write(Path.of("beards.onnx"));
 * }
 * }</pre>
 *
 * <p>Inputs are those of the generator, each with a free batch; {@link #truncated} takes the truncation out of them. The
 * output {@code image} is [N, C, H, W], nominally in [-1, 1]. Styles act on the inputs of convolutions and demodulation on
 * their outputs, so that one weight serves a whole batch. Everything that depends on no input is computed beforehand.
 */
public final class OnnxExport {
    private static final int OPSET = 17;
    private static final int IR_VERSION = 8;
    private static final String OUTPUT = "image";

    private final GraphGenerator generator;
    private final boolean half;
    private final OptionalDouble truncation;

    private OnnxExport(GraphGenerator generator, boolean half, OptionalDouble truncation) {
        this.generator = generator;
        this.half = half;
        this.truncation = truncation;
    }

    /**
     * Begins with a generator.
     *
     * @throws RewriteException if the generator is none that a graph draws
     */
    public static OnnxExport of(Generator generator) {
        if (generator instanceof GraphGenerator graph) {
            return new OnnxExport(graph, false, OptionalDouble.empty());
        }
        throw new RewriteException("The generator '" + generator.spec().architecture()
                + "' is drawn by code of its own, not by a graph, so it cannot be written as ONNX.");
    }

    /** Stores weights in 16 bits, half the size; the network widens them and computes in 32, so overflow is no danger. */
    public OnnxExport halfPrecision() {
        return new OnnxExport(generator, true, truncation);
    }

    /**
     * Fixes the truncation of a style generator, which is an input [N, 1] of the network otherwise.
     *
     * @param psi 1 for the whole distribution, 0 for the mean image
     */
    public OnnxExport truncated(double psi) {
        if (!Double.isFinite(psi)) {
            throw new IllegalArgumentException(
                    "A truncation is a finite number, usually 0.5 to 1, but was " + psi + ".");
        }
        if (!generator.definition().inputs().contains(LatentSampler.TRUNCATION)) {
            throw new RewriteException("The generator '" + generator.spec().architecture() + "' has no truncation.");
        }
        return new OnnxExport(generator, half, OptionalDouble.of(psi));
    }

    /**
     * Writes the network; the file appears whole or not at all.
     *
     * @throws RewriteException naming operations without translation, or when the weights take more than 2 GiB
     */
    public void write(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        ModelProto model = model();
        AtomicFile.write(file, model::writeTo);
    }

    ModelProto model() {
        GraphDefinition definition = definition();
        String result = freed(definition);
        OnnxNodes nodes = new OnnxNodes(half);
        new OnnxTranslation(definition, nodes).write();
        nodes.graph().setName("rewrite4j");
        for (String input : definition.inputs()) {
            SDVariable placeholder = definition.graph().getVariable(input);
            long[] shape = placeholder.placeholderShape();
            nodes.graph().addInput(declared(input, shape, "batch"));
        }
        GeneratorSpec spec = generator.spec();
        String output = definition.output();
        if (!output.equals(result)) {
            nodes.add("Identity", result, List.of(output));
        }
        nodes.graph()
                .addOutput(declared(
                        result, new long[] {-1, spec.imageChannels(), spec.imageHeight(), spec.imageWidth()}, "batch"));
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("Rewrite4J")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
                .setGraph(nodes.graph())
                .addMetadataProps(property(OnnxGenerator.PIXELS, "SYMMETRIC"))
                .addMetadataProps(property("architecture", spec.architecture()))
                .addMetadataProps(property("generator", spec.baseFingerprint()))
                .addMetadataProps(property(
                        "patches",
                        generator.patches().stream()
                                .map(applied -> applied.patch().id() + " x " + applied.strength())
                                .collect(Collectors.joining(", "))))
                .build();
    }

    /** The name of the output: {@value #OUTPUT}, after whatever else in a graph of somebody else has it was renamed, or is an input. */
    private static String freed(GraphDefinition definition) {
        if (definition.output().equals(OUTPUT) || !definition.graph().hasVariable(OUTPUT)) {
            return OUTPUT;
        }
        String other = new GraphSurgery(definition.graph()).freeName(OUTPUT + "_inside");
        if (definition.inputs().contains(OUTPUT) || definition.weights().containsKey(OUTPUT)) {
            return other.replace("_inside", "_out");
        }
        definition.graph().getVariable(OUTPUT).rename(other);
        return OUTPUT;
    }

    /** Inputs that samples leave out have their default in the network. */
    private GraphDefinition definition() {
        GraphDefinition whole = generator.definition();
        Map<String, INDArray> fixed = new HashMap<>(whole.weights());
        Inputs drawn = generator.sampler().at(List.of(Sample.of(0)));
        Inputs complete = generator.sampler().complete(drawn);
        List<String> inputs = new ArrayList<>();
        complete.arrays().forEach((input, value) -> {
            if (input.equals(LatentSampler.TRUNCATION) && truncation.isPresent()) {
                fixed.put(input, value.mul(0).addi(truncation.getAsDouble()));
            } else if (drawn.arrays().containsKey(input)) {
                inputs.add(input);
            } else {
                fixed.put(input, value);
            }
        });
        return new GraphDefinition(whole.graph(), fixed, inputs, whole.output());
    }

    private static StringStringEntryProto property(String key, String value) {
        return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    private static ValueInfoProto declared(String name, long[] shape, String batch) {
        TensorShapeProto.Builder sizes = TensorShapeProto.newBuilder();
        for (int i = 0; i < shape.length; i++) {
            TensorShapeProto.Dimension.Builder size = TensorShapeProto.Dimension.newBuilder();
            if (i == 0) {
                size.setDimParam(batch);
            } else if (shape[i] > 0) {
                size.setDimValue(shape[i]);
            } else {
                size.setDimParam(name + "_" + i);
            }
            sizes.addDim(size);
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(TypeProto.Tensor.newBuilder()
                                .setElemType(TensorProto.DataType.FLOAT_VALUE)
                                .setShape(sizes)))
                .build();
    }
}
