package io.github.rewrite4j.samediff.generator.onnx;

import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Maps read at places that the network computes. A place weighs every row and every column by how near it is, so that two
 * products do what a look-up would, with right gradients by places and maps; it takes C H numbers for each place read.
 */
final class Warping {
    /** Added and taken off again, it rounds to the nearest whole number, halves to even ones. */
    private static final double WHOLE = 0x1.8p23;

    private Warping() {}

    static void register(Map<String, Operator> all) {
        all.put("GridSample", Warping::sample);
    }

    private static void sample(OnnxNode node, OnnxGraph graph) {
        Value in = Shapes.image(graph.in(0), "its input");
        Value grid = graph.in(1);
        if (grid.rank() != 4 || grid.size(3) != 2) {
            throw new OnnxException(
                    "its grid has the shape " + Size.text(grid.shape()) + ", but expected was [N, h, w, 2].");
        }
        String mode = node.text("mode", "bilinear");
        boolean nearest = mode.equals("nearest");
        if (!nearest && !mode.equals("bilinear") && !mode.equals("linear")) {
            throw new OnnxException("its mode '" + OnnxFile.shown(mode) + "' is not read; bilinear and nearest are.");
        }
        long channels = in.size(1);
        long height = in.size(2);
        long width = in.size(3);
        long places = grid.size(1) * grid.size(2);
        SameDiff sd = graph.graph();
        SDVariable all = graph.variable(1);
        // A grid that the file fixes is the same for every sample.
        SDVariable ofEach = Size.isFree(grid.size(0)) ? all : all.add(graph.zeros(4));
        SDVariable flat = sd.reshape(ofEach, -1, places, 2);
        SDVariable columns = near(node, graph, Shapes.slice(graph, flat, 3, 2, 0, 1, 1), width, nearest);
        SDVariable rows = near(node, graph, Shapes.slice(graph, flat, 3, 2, 1, 2, 1), height, nearest);
        SDVariable lines = sd.reshape(graph.variable(0), -1, channels * height, width);
        SDVariable read = sd.reshape(sd.mmul(lines, columns, false, true, false), -1, channels, height, places);
        SDVariable weighed = read.mul(sd.reshape(sd.permute(rows, 0, 2, 1), -1, 1, height, places));
        SDVariable sampled = sd.sum(weighed, false, 2);
        graph.put(
                sd.reshape(sampled, -1, channels, grid.size(1), grid.size(2)),
                Kind.REAL,
                in.size(0),
                channels,
                grid.size(1),
                grid.size(2));
    }

    /** How much each cell of an axis counts at each place: max(0, 1 - |x - j|), [N, places, size]. */
    private static SDVariable near(OnnxNode node, OnnxGraph graph, SDVariable coordinates, long size, boolean nearest) {
        boolean corners = node.whole("align_corners", 0) != 0;
        SDVariable x = corners
                ? coordinates.add(1).mul((size - 1) / 2.0)
                : coordinates.add(1).mul(size / 2.0).sub(0.5);
        String padding = node.text("padding_mode", "zeros");
        x = switch (padding) {
            case "zeros" -> x;
            case "border" -> x.getSameDiff().math().clipByValue(x, 0, (double) size - 1);
            case "reflection" -> reflected(x, corners ? 0 : -0.5, corners ? size - 1 : size - 0.5, size);
            default -> throw new OnnxException("its padding_mode '" + OnnxFile.shown(padding) + "' is not known.");
        };
        SameDiff sd = graph.graph();
        if (nearest) {
            x = x.add(WHOLE).sub(WHOLE);
        }
        float[] cells = new float[Constant.count(size)];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = i;
        }
        SDVariable away = sd.math()
                .abs(x.sub(sd.constant(Constant.reals(cells, 1, 1, size).array())));
        return sd.nn().relu(away.neg().add(1), 0);
    }

    /** Thrown back at both ends as often as it takes. */
    private static SDVariable reflected(SDVariable x, double low, double high, long size) {
        SameDiff sd = x.getSameDiff();
        double span = high - low;
        if (span <= 0) {
            return x.mul(0);
        }
        SDVariable far = sd.math().abs(x.sub(low));
        SDVariable turn = far.sub(sd.math().floor(far.div(2 * span)).mul(2 * span));
        SDVariable back = sd.math().abs(turn.sub(span)).neg().add(low + span);
        return sd.math().clipByValue(back, 0, (double) size - 1);
    }
}
