package io.github.rewrite4j.samediff.generator.onnx;

/** How one operator of the standard becomes operations of a graph. */
@FunctionalInterface
interface Operator {
    /**
     * Reads the node's inputs from the graph and puts its results there.
     *
     * @throws OnnxException saying what about the node cannot be done
     */
    void build(OnnxNode node, OnnxGraph graph);
}
