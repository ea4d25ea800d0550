package io.github.rewrite4j.samediff.generator.onnx;

import io.github.rewrite4j.samediff.generator.PixelRange;
import java.util.Arrays;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a network takes for black and white, as far as it shows. */
final class PixelRanges {
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
}
