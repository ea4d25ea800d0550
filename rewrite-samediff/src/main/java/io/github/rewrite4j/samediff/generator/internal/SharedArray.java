package io.github.rewrite4j.samediff.generator.internal;

import java.util.concurrent.atomic.AtomicInteger;
import org.nd4j.linalg.api.ndarray.INDArray;

/** An array with several holders; freed when the last one lets go. */
final class SharedArray {
    private final INDArray array;
    private final AtomicInteger holders = new AtomicInteger(1);

    /** The caller is the first holder. */
    SharedArray(INDArray array) {
        this.array = array;
    }

    INDArray array() {
        return array;
    }

    SharedArray retain() {
        holders.incrementAndGet();
        return this;
    }

    void release() {
        if (holders.decrementAndGet() == 0 && array.closeable()) {
            array.close();
        }
    }
}
