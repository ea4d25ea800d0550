package io.github.rewrite4j.io;

import java.util.Arrays;

/** A tensor of a PyTorch checkpoint: type, shape and the stored elements that it views. */
public final class TorchTensor {
    private final Pickled.Storage storage;
    private final StridedTensor view;
    private final boolean negative;

    /**
     * A view of a storage.
     *
     * @param negative whether the values are the stored ones with the sign turned, as those of PyTorch's lazy negative views
     */
    TorchTensor(Pickled.Storage storage, StridedTensor view, boolean negative) {
        this.storage = storage;
        this.view = view;
        this.negative = negative;
    }

    /** The type of its elements in the file. */
    public TensorType type() {
        return view.type();
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

    boolean negative() {
        return negative;
    }

    @Override
    public String toString() {
        return type() + " " + Arrays.toString(view.shape());
    }
}
