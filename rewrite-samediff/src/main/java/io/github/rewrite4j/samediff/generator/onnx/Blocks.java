package io.github.rewrite4j.samediff.generator.onnx;

import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;

/** Squares of places that become channels, and channels that become squares of places. */
final class Blocks {
    private Blocks() {}

    static void register(Map<String, Operator> all) {
        all.put("DepthToSpace", Blocks::depthToSpace);
        all.put("SpaceToDepth", Blocks::spaceToDepth);
    }

    private static void depthToSpace(OnnxNode node, OnnxGraph graph) {
        Value in = Shapes.image(graph.in(0), "its input");
        long block = block(node);
        long channels = in.size(1) / (block * block);
        if (channels * block * block != in.size(1)) {
            throw new OnnxException("its blocks of " + block + " do not divide " + in.size(1) + " channels.");
        }
        boolean columnsFirst = node.text("mode", "DCR").equals("CRD");
        SDVariable x = graph.variable(0);
        SDVariable split = columnsFirst
                ? Shapes.reshape(graph, x, in.size(0), channels, block, block, in.size(2), in.size(3))
                : Shapes.reshape(graph, x, in.size(0), block, block, channels, in.size(2), in.size(3));
        SDVariable moved = columnsFirst
                ? graph.graph().permute(split, 0, 1, 4, 2, 5, 3)
                : graph.graph().permute(split, 0, 3, 4, 1, 5, 2);
        long[] shape = {in.size(0), channels, in.size(2) * block, in.size(3) * block};
        graph.put(Shapes.reshape(graph, moved, shape), in.kind(), shape);
    }

    private static void spaceToDepth(OnnxNode node, OnnxGraph graph) {
        Value in = Shapes.image(graph.in(0), "its input");
        long block = block(node);
        if (in.size(2) % block != 0 || in.size(3) % block != 0) {
            throw new OnnxException("its blocks of " + block + " do not divide " + Size.text(in.shape()) + ".");
        }
        long height = in.size(2) / block;
        long width = in.size(3) / block;
        SDVariable split =
                Shapes.reshape(graph, graph.variable(0), in.size(0), in.size(1), height, block, width, block);
        SDVariable moved = graph.graph().permute(split, 0, 3, 5, 1, 2, 4);
        long[] shape = {in.size(0), in.size(1) * block * block, height, width};
        graph.put(Shapes.reshape(graph, moved, shape), in.kind(), shape);
    }

    private static long block(OnnxNode node) {
        long block = node.whole("blocksize", 0);
        if (block < 1 || block > 64) {
            throw new OnnxException("its blocksize " + block + " is none of 1 to 64.");
        }
        return block;
    }
}
