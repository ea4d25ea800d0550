package io.github.rewrite4j.io;

import io.github.rewrite4j.io.internal.ByteSource;
import io.github.rewrite4j.io.internal.ForeignFile;
import io.github.rewrite4j.io.internal.ReadBudget;
import io.github.rewrite4j.io.internal.ZipArchive;
import io.github.rewrite4j.io.torch.TorchCheckpoint;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A file of named tensors, open for reading, whatever its format: safetensors, a PyTorch checkpoint or npz.
 *
 * <p>Opening looks at names, types and shapes only; values are read when they are asked for, a tensor at a time.
 */
public interface TensorSource extends Closeable {
    /**
     * Opens a file by what its first bytes say it is.
     *
     * @throws FileFormatException if it is broken or of no format that is known here
     * @throws IOException if it cannot be read
     */
    static TensorSource open(Path file) throws IOException {
        return open(file.toString(), ByteSource.ofFile(file));
    }

    /** As {@link #open(Path)}, from a source, which is closed with what is opened or upon failure. */
    private static TensorSource open(String file, ByteSource source) throws IOException {
        try {
            return switch (FileKind.of(file, source)) {
                case TORCH -> TorchCheckpoint.open(file, source);
                case NPZ -> NpzFile.open(file, source);
                case SAFETENSORS -> SafeTensors.open(file, source);
            };
        } catch (IOException | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    /** What error messages call the file. */
    String label();

    /** The names of all tensors. */
    List<String> names();

    /**
     * What the file holds beside its {@linkplain #names() tensors}: text, objects, complex or quantised numbers and the
     * like, by name, each with words for what it is. Such a part is refused when it is asked for; a warning in the log names
     * the first of them.
     */
    Map<String, String> leftOut();

    /** Whether there is a tensor of this name. */
    default boolean contains(String name) {
        Objects.requireNonNull(name, "name");
        return names().contains(name);
    }

    /**
     * The type of a tensor's elements.
     *
     * @throws FileFormatException if there is none of this name; the message lists the nearest names
     */
    TensorType type(String name) throws FileFormatException;

    /**
     * The dimensions of a tensor, outermost first; empty for a scalar.
     *
     * @throws FileFormatException if there is none of this name; the message lists the nearest names
     */
    long[] shape(String name) throws FileFormatException;

    /**
     * A tensor as a new array in C order, narrow types widened as {@link TensorType} says.
     *
     * @throws FileFormatException if there is no such tensor or its values are not there in full
     */
    INDArray load(String name) throws IOException;

    /** As {@link #load}, then cast to {@code type}. */
    default INDArray loadAs(String name, DataType type) throws IOException {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        INDArray loaded = load(name);
        return loaded.dataType() == type ? loaded : loaded.castTo(type);
    }

    /** The tensors whose names begin with {@code prefix}, named by the rest; closing the view does nothing. */
    default TensorSource under(String prefix) {
        Objects.requireNonNull(prefix, "prefix");
        return new PrefixedTensors(this, prefix);
    }

    /** The formats, told apart by their first bytes. */
    enum FileKind {
        SAFETENSORS,
        TORCH,
        NPZ;

        static FileKind of(String file, ByteSource source) throws IOException {
            ForeignFile.refuse(file, source);
            if (source.size() < Integer.BYTES) {
                return SAFETENSORS;
            }
            ByteBuffer start = ByteBuffer.allocate(Integer.BYTES);
            source.read(0, start);
            if (start.getInt(0) == 0x504B0304) {
                List<String> entries = ZipArchive.open(file, source, ReadBudget.of(file, source.size()))
                        .names();
                boolean torch = entries.stream().anyMatch(name -> name.endsWith("/data.pkl"));
                return !torch && entries.stream().anyMatch(name -> name.endsWith(".npy")) ? NPZ : TORCH;
            }
            // No safetensors header is 2^55 bytes long, which a first byte of 0x80 before text could otherwise mean.
            return start.get(0) == (byte) 0x80 && start.get(1) >= 2 && start.get(1) <= 5 && looksLikePickle(source)
                    ? TORCH
                    : SAFETENSORS;
        }

        /** A safetensors header has '{' as its ninth byte, a pickle of PyTorch never has. */
        private static boolean looksLikePickle(ByteSource source) throws IOException {
            if (source.size() <= SafeTensorsHeader.PREFIX) {
                return true;
            }
            ByteBuffer ninth = ByteBuffer.allocate(1);
            source.read(SafeTensorsHeader.PREFIX, ninth);
            return ninth.get(0) != '{';
        }
    }
}
