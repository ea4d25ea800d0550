package io.github.rewrite4j.io;

import java.util.Arrays;

/** A tensor of a PyTorch checkpoint: type, shape and the stored elements that it views. */
public final class TorchTensor {
    private final Pickled.Storage storage;
    private final StridedTensor view;

    TorchTensor(Pickled.Storage storage, StridedTensor view) {
        this.storage = storage;
        this.view = view;
    }

    /** The type of its elements; 8 and 16 bit whole numbers with a sign count as I32. */
    public TensorType type() {
        return view.type().type();
    }

    /** Its dimensions, outermost first; empty for a scalar. */
    public long[] shape() {
        return view.shape();
    }

    Pickled.Storage storage() {
        return storage;
    }

    StridedTensor view() {
        return view;
    }

    @Override
    public String toString() {
        return type() + " " + Arrays.toString(view.shape());
    }
}
