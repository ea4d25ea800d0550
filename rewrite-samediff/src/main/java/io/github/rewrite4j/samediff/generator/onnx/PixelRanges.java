package io.github.rewrite4j.samediff.generator.onnx;

import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.samediff.generator.PixelRange;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.graph.internal.Program;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a network takes for black and white, as far as it shows. */
final class PixelRanges {
    private static final Logger log = LoggerFactory.getLogger(PixelRanges.class);
    private static final int PROBES = 16;

    private PixelRanges() {}

    /** By the constant's name; empty if there is none of this name. */
    static Optional<PixelRange> named(String name) {
        return Arrays.stream(PixelRange.values())
                .filter(range -> range.name().equals(name))
                .findFirst();
    }

    /** By the operator that makes the picture; empty where that allows for any number. */
    static Optional<PixelRange> after(OnnxNode last, OnnxGraph graph) {
        return switch (last.operator()) {
            case "Tanh" -> Optional.of(PixelRange.SYMMETRIC);
            case "Sigmoid", "HardSigmoid" -> Optional.of(PixelRange.UNIT);
            case "Clip" -> between(bound(last, graph, "min", 1), bound(last, graph, "max", 2));
            default -> Optional.empty();
        };
    }

    private static double bound(OnnxNode node, OnnxGraph graph, String attribute, int input) {
        if (node.has(attribute)) {
            return node.real(attribute, 0);
        }
        if (node.inputs().size() <= input || node.inputs().get(input).isEmpty()) {
            return Double.NaN;
        }
        return graph.constant(graph.value(node.inputs().get(input)), attribute).onlyReal();
    }

    private static Optional<PixelRange> between(double low, double high) {
        if (low == -1 && high == 1) {
            return Optional.of(PixelRange.SYMMETRIC);
        }
        if (low == 0 && high == 1) {
            return Optional.of(PixelRange.UNIT);
        }
        return low == 0 && high == 255 ? Optional.of(PixelRange.BYTES) : Optional.empty();
    }

    /** By pictures; empty where they fit none or more than one. */
    static Optional<PixelRange> of(INDArray pictures) {
        double low = pictures.minNumber().doubleValue();
        double high = pictures.maxNumber().doubleValue();
        if (low < -0.3 && low > -2 && high > 0.3 && high < 2) {
            return Optional.of(PixelRange.SYMMETRIC);
        }
        if (low > -0.15 && high > 0.5 && high < 1.15) {
            return Optional.of(PixelRange.UNIT);
        }
        return low > -40 && high > 60 && high < 300 ? Optional.of(PixelRange.BYTES) : Optional.empty();
    }

    /**
     * What the file notes, what the node says that makes the picture, or what samples look like.
     *
     * @param drawn how each input is drawn; none where samples say nothing
     */
    static Optional<PixelRange> found(
            OnnxFile file, OnnxGraph graph, String wanted, String variable, Map<String, InputSampler> drawn) {
        Optional<PixelRange> said = file.property(OnnxGenerator.PIXELS)
                .flatMap(PixelRanges::named)
                .or(() -> file.nodes().stream()
                        .filter(node -> node.outputs().contains(wanted))
                        .findFirst()
                        .flatMap(node -> after(node, graph)));
        if (said.isPresent() || drawn.isEmpty()) {
            return said;
        }
        Map<String, INDArray> feeds = new LinkedHashMap<>();
        drawn.forEach((input, sampler) ->
                feeds.put(input, sampler.sample(PROBES, Sample.DEFAULT_SEED).get(input)));
        try (INDArray pictures = Named.in(new Program(graph.graph()).run(feeds, List.of(variable)), variable)) {
            Optional<PixelRange> measured = of(pictures);
            measured.ifPresent(range -> log.info(
                    "{}: black and white are taken for {} from {} samples; pixels(...) says otherwise",
                    file.name(),
                    range,
                    PROBES));
            return measured;
        }
    }
}
