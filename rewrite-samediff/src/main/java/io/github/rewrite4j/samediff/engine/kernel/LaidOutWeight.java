package io.github.rewrite4j.samediff.engine.kernel;

import org.bytedeco.dnnl.memory;

/** A weight in the order that a kernel reads it in. Kernels that read it keep its memory alive. */
public final class LaidOutWeight implements AutoCloseable {
    private final memory.desc description;
    private final memory numbers;

    LaidOutWeight(memory numbers) {
        this.numbers = numbers;
        this.description = numbers.get_desc();
    }

    memory numbers() {
        return numbers;
    }

    boolean fits(memory.desc other) {
        return description.equals(other);
    }

    @Override
    public void close() {
        numbers.close();
        description.close();
    }
}
