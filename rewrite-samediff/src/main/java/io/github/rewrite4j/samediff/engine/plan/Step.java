package io.github.rewrite4j.samediff.engine.plan;

import java.util.List;

/** Part of a plan. Belongs to one plan, and so to one thread at a time. */
abstract class Step implements AutoCloseable {
    private final List<Slot> inputs;
    private final List<Slot> outputs;

    Step(List<Slot> inputs, List<Slot> outputs) {
        this.inputs = List.copyOf(inputs);
        this.outputs = List.copyOf(outputs);
    }

    final List<Slot> inputs() {
        return inputs;
    }

    final List<Slot> outputs() {
        return outputs;
    }

    /** Fills the outputs. */
    abstract void forward();

    /** Adds to the gradients of the tracked inputs what those of the outputs give. */
    abstract void backward();

    /** Values that {@link #backward} reads. */
    List<Slot> readBackward() {
        return List.of();
    }

    /** Why this has no adjoint, with what to use instead; empty where it has one. */
    String withoutAdjoint() {
        return "";
    }

    /** Prepares what depends on the arrays and their sizes only. */
    void prepare() {}

    @Override
    public void close() {}
}
