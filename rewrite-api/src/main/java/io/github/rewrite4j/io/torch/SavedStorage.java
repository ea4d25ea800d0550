package io.github.rewrite4j.io.torch;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.internal.ReadBudget;
import io.github.rewrite4j.io.internal.StridedTensor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A storage that was pickled together with what views it, as {@code pickle.dump} does with tensors: a string of bytes that is
 * a checkpoint of the plain layout in itself, with one storage and nothing else. It is opened when its elements are wanted
 * and never before.
 */
final class SavedStorage {
    private final Pickled.Embedded bytes;
    private final ReadBudget budget;
    private @Nullable TorchLayout opened;

    SavedStorage(Pickled.Embedded bytes, ReadBudget budget) {
        this.bytes = bytes;
        this.budget = budget;
    }

    /** The storage and where its elements lie. */
    synchronized TorchLayout open() throws IOException {
        TorchLayout known = opened;
        if (known == null) {
            synchronized (budget) {
                known = TorchLayout.ofSaved(bytes, budget);
            }
            opened = known;
        }
        return known;
    }

    /** Elements of this storage as a tensor. */
    TorchTensor.View view(long[] shape, long[] strides, long offset) throws IOException {
        TorchLayout layout = open();
        if (!(layout.root() instanceof Pickled.Storage storage)) {
            throw FileFormatException.atByte(
                    budget.file(), bytes.begin(), "a storage is wanted here, but the bytes hold something else");
        }
        if (storage.type().isEmpty()) {
            throw FileFormatException.atByte(
                    budget.file(), bytes.begin(), "this is " + storage.what() + ", which is not read");
        }
        try {
            StridedTensor tensor = StridedTensor.of(storage.type().get(), shape, strides, offset, storage.length());
            synchronized (budget) {
                budget.charge(tensor.length(), tensor.type().bytes());
            }
            return new TorchTensor.View(storage, tensor, layout.storages());
        } catch (IllegalArgumentException e) {
            FileFormatException wrong =
                    FileFormatException.atByte(budget.file(), bytes.begin(), String.valueOf(e.getMessage()));
            wrong.initCause(e);
            throw wrong;
        }
    }
}
