package io.github.rewrite4j.samediff.serving;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Takes its time, so that others queue up behind it. */
final class Slow extends Derived {
    private final long millis;

    Slow(Generator inner, long millis) {
        super(inner);
        this.millis = millis;
    }

    @Override
    Generator wrap(Generator derived) {
        return new Slow(derived, millis);
    }

    @Override
    public INDArray generate(Inputs inputs) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
        return inner.generate(inputs);
    }
}
