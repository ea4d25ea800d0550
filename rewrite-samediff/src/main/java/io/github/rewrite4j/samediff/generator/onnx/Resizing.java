package io.github.rewrite4j.samediff.generator.onnx;

import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Resizing of maps: whole multiples of the nearest cell by ND4J's own operation, everything else by a matrix for rows and one for
 * columns, which have a gradient.
 */
final class Resizing {
    /** Larger than any map of an image network. */
    private static final long LARGEST = 1 << 15;

    private Resizing() {}

    static void register(Map<String, Operator> all) {
        all.put("Resize", Resizing::resize);
        all.put("Upsample", (node, graph) -> {
            float[] scales =
                    node.reals("scales").orElseGet(() -> graph.constant(1).allReals());
            build(graph, node.text("mode", "nearest"), "asymmetric", "floor", node, scales, null);
        });
    }

    private static void resize(OnnxNode node, OnnxGraph graph) {
        String mode = node.text("mode", "nearest");
        if (graph.opset() < 11) {
            build(graph, mode, "asymmetric", "floor", node, graph.constant(1).allReals(), null);
            return;
        }
        float[] scales = graph.maybeConstant(2).map(Constant::allReals).orElse(new float[0]);
        long[] sizes = graph.maybeConstant(3).map(Constant::allWholes).orElse(null);
        int rank = graph.in(0).rank();
        long[] axes = node.wholes("axes").orElse(null);
        if (axes != null) {
            float[] allScales = new float[rank];
            long[] allSizes = graph.in(0).shape().clone();
            java.util.Arrays.fill(allScales, 1);
            for (int i = 0; i < axes.length; i++) {
                int axis = OnnxNode.axis(axes[i], rank);
                if (scales.length > 0) {
                    allScales[axis] = scales[i];
                }
                if (sizes != null) {
                    allSizes[axis] = sizes[i];
                }
            }
            scales = scales.length > 0 ? allScales : scales;
            sizes = sizes == null ? null : allSizes;
        }
        if (!node.text("keep_aspect_ratio_policy", "stretch").equals("stretch")) {
            throw new OnnxException("its keep_aspect_ratio_policy is not read; only 'stretch' is.");
        }
        build(
                graph,
                mode,
                node.text("coordinate_transformation_mode", "half_pixel"),
                node.text("nearest_mode", "round_prefer_floor"),
                node,
                scales,
                sizes);
    }

    private static void build(
            OnnxGraph graph,
            String mode,
            String place,
            String nearest,
            OnnxNode node,
            float[] scales,
            long @org.jspecify.annotations.Nullable [] sizes) {
        Value in = Shapes.image(graph.in(0), "its input");
        if (sizes == null ? scales.length != 4 : sizes.length != 4) {
            throw new OnnxException("it says neither by what its four axes grow nor to which sizes.");
        }
        if (sizes == null
                ? scales[0] != 1 || scales[1] != 1
                : (sizes[0] != in.size(0) && graph.freed(sizes[0]) != in.size(0)) || sizes[1] != in.size(1)) {
            throw new OnnxException("it resizes the batch or the channels.");
        }
        String kind = mode.equals("bilinear") ? "linear" : mode.equals("bicubic") ? "cubic" : mode;
        if (!java.util.Set.of("nearest", "linear", "cubic").contains(kind)) {
            throw new OnnxException("its mode '" + OnnxFile.shown(mode) + "' is not known.");
        }
        Resampling[] ways = new Resampling[2];
        for (int i = 0; i < 2; i++) {
            int before = (int) in.size(i + 2);
            double after = sizes == null ? Math.floor(before * (double) scales[i + 2]) : sizes[i + 2];
            if (!(after >= 1 && after <= LARGEST) || before > LARGEST) {
                throw new OnnxException("it resizes " + before + " cells to " + after + ".");
            }
            double scale = sizes == null ? scales[i + 2] : after / before;
            ways[i] = new Resampling(
                    before,
                    (int) after,
                    scale,
                    kind,
                    place,
                    nearest,
                    node.real("cubic_coeff_a", -0.75),
                    node.whole("exclude_outside", 0) != 0,
                    node.whole("antialias", 0) != 0);
        }
        SDVariable x = graph.variable(0);
        int down = ways[0].repeats();
        int across = ways[1].repeats();
        long channels = in.size(1);
        if (down > 0 && across > 0) {
            x = down == 1 && across == 1 ? x : graph.graph().cnn().upsampling2d(x, down, across, true);
        } else {
            x = columns(graph, x, ways[1], channels, in.size(2));
            x = graph.graph().permute(x, 0, 1, 3, 2);
            x = columns(graph, x, ways[0], channels, ways[1].out());
            x = graph.graph().permute(x, 0, 1, 3, 2);
        }
        graph.put(x, Kind.REAL, in.size(0), channels, ways[0].out(), ways[1].out());
    }

    /** The last axis of [N, C, rows, in] resized. */
    private static SDVariable columns(OnnxGraph graph, SDVariable x, Resampling way, long channels, long rows) {
        SDVariable flat = graph.graph().reshape(x, -1, way.in());
        SDVariable matrix =
                graph.graph().constant(Nd4j.create(way.matrix()).transpose().dup('c'));
        return graph.graph().reshape(graph.graph().mmul(flat, matrix), -1, channels, rows, way.out());
    }
}
