package io.github.rewrite4j.io.torch;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.TensorType;
import io.github.rewrite4j.io.internal.StridedTensor;
import io.github.rewrite4j.io.torch.TorchCheckpoint.TorchStorages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A tensor of a PyTorch checkpoint: type, shape and the stored elements that it views. */
public final class TorchTensor {
    private final long[] shape;
    private final boolean negative;
    private final @Nullable View known;
    private final Opening opening;

    /** Finds the elements when they are wanted. */
    @FunctionalInterface
    interface Opening {
        View open() throws IOException;
    }

    /**
     * Elements that are known to be there.
     *
     * @param storage what is viewed
     * @param tensor the elements of it
     * @param storages where the bytes lie; none for those of the file itself
     */
    record View(
            Pickled.Storage storage,
            StridedTensor tensor,
            @Nullable TorchStorages storages) {}

    /**
     * A view of a storage.
     *
     * @param negative whether the values are the stored ones with the sign turned, as those of PyTorch's lazy negative views
     */
    TorchTensor(Pickled.Storage storage, StridedTensor tensor, boolean negative) {
        View view = new View(storage, tensor, null);
        this.shape = tensor.shape();
        this.negative = negative;
        this.known = view;
        this.opening = () -> view;
    }

    /** A view of a storage that is opened when it is wanted. */
    TorchTensor(SavedStorage storage, long[] shape, long[] strides, long offset, boolean negative) {
        this.shape = shape.clone();
        this.negative = negative;
        this.known = null;
        this.opening = () -> storage.view(shape, strides, offset);
    }

    /**
     * The type of its elements in the file.
     *
     * @throws FileFormatException if its storage is damaged, which shows no earlier where it was pickled as bytes
     */
    public TensorType type() throws FileFormatException {
        return view().tensor().type();
    }

    /**
     * The values of an array of numpy, which lie in the pickle itself; tensors are loaded by their names.
     *
     * @throws IllegalStateException for a tensor
     */
    public INDArray load() throws IOException {
        View view = view();
        Pickled.Content content = view.storage()
                .content()
                .orElseThrow(() -> new IllegalStateException("A tensor is loaded by its name."));
        return view.tensor().read(content.bytes().bytes().order(content.order()));
    }

    /** Its dimensions, outermost first; empty for a scalar. */
    public long[] shape() {
        return shape.clone();
    }

    View view() throws FileFormatException {
        try {
            return opening.open();
        } catch (FileFormatException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The view, if nothing has to be opened for it. */
    Optional<View> known() {
        return Optional.ofNullable(known);
    }

    boolean negative() {
        return negative;
    }

    @Override
    public String toString() {
        return known().map(view -> view.tensor().type() + " ").orElse("") + Arrays.toString(shape);
    }
}
