package io.github.rewrite4j.samediff.serving;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import java.util.concurrent.Semaphore;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Draws only what it is let, so that others queue up behind it for as long as a test likes. */
final class Held extends Derived {
    private static final int ALL = 1000;

    private final Semaphore drawings;

    Held(Generator inner) {
        this(inner, new Semaphore(0));
    }

    private Held(Generator inner, Semaphore drawings) {
        super(inner);
        this.drawings = drawings;
    }

    /** Lets the next drawing happen, here or in a generator derived from this. */
    void letOne() {
        drawings.release();
    }

    /** Lets all drawings happen. */
    void letAll() {
        drawings.release(ALL);
    }

    @Override
    Generator wrap(Generator derived) {
        return new Held(derived, drawings);
    }

    @Override
    public INDArray generate(Inputs inputs) {
        try {
            drawings.acquire();
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
        }
        return inner.generate(inputs);
    }
}
