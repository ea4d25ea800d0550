package io.github.rewrite4j.io.torch;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.NearestNames;
import io.github.rewrite4j.io.PrintableText;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.io.TensorType;
import io.github.rewrite4j.io.internal.ByteSource;
import io.github.rewrite4j.io.internal.ForeignFile;
import io.github.rewrite4j.io.internal.LeftOut;
import io.github.rewrite4j.io.internal.ReadBudget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A checkpoint of PyTorch ({@code torch.save}, {@code .pt}, {@code .pth}), open for reading: the zip layout and the plain
 * layout that PyTorch wrote before version 1.6. Of a TorchScript archive ({@code torch.jit.save}), such as those that CLIP
 * was published as, the weights are read and the programs are not. Also pickles of tensors that bring their storages with them, as those of
 * NVIDIA's StyleGAN2-ADA and StyleGAN3 ({@code .pkl}) do; such a storage is not looked at before a tensor of it is asked for,
 * and a damaged one is refused then.
 *
 * <p>Such a file is a program for Python's pickle machine. Here it is run by a machine that can build tensors, dicts,
 * lists, tuples, sets, numbers, texts and plain arrays of numpy, and nothing else: whatever names another class or function becomes a placeholder
 * that is dropped with a {@linkplain #warnings() warning}, and nothing is ever called.
 *
 * <p>A tensor is named by the keys on the way to it, joined with dots: {@code checkpoint["g_ema"]["conv1.weight"]} is
 * {@code g_ema.conv1.weight}. Tensors may share a storage and be any view of it. Values are read when they are asked for,
 * in place and from mapped memory where they are large.
 */
public final class TorchCheckpoint implements TensorSource {
    private final String file;
    private final ByteSource source;
    private final CheckpointTree.Plain tree;
    private final TorchStorages storages;
    private final List<String> warnings;
    private final ReadBudget budget;

    private TorchCheckpoint(
            String file,
            ByteSource source,
            CheckpointTree.Plain tree,
            TorchStorages storages,
            List<String> warnings,
            ReadBudget budget) {
        this.file = file;
        this.budget = budget;
        this.source = source;
        this.tree = tree;
        this.storages = storages;
        this.warnings = List.copyOf(warnings);
    }

    /**
     * Opens a checkpoint and reads its structure.
     *
     * @throws ForeignPickleException if it is a pickle but no checkpoint of PyTorch
     * @throws FileFormatException if it is broken, or claims more than it holds
     * @throws IOException if it cannot be read
     */
    public static TorchCheckpoint open(Path file) throws IOException {
        return open(file.toString(), ByteSource.ofFile(file));
    }

    /** As {@link #open(Path)}, of bytes that are open already and are closed with the checkpoint, or upon failure. */
    public static TorchCheckpoint open(String file, ByteSource source) throws IOException {
        Objects.requireNonNull(file, "file");
        try {
            ForeignFile.refuse(file, source);
            ByteBuffer start = source.slice(0, (int) Math.min(4, source.size()));
            ReadBudget budget = ReadBudget.of(file, source.size());
            TorchObjects objects = new TorchObjects(budget);
            TorchLayout layout = start.remaining() == 4 && start.getInt(0) == 0x504B0304
                    ? TorchLayout.ofZip(file, source, objects, budget)
                    : TorchLayout.ofPlain(file, source, objects, budget);
            CheckpointTree.Plain tree = CheckpointTree.of(file, layout.root(), objects, budget);
            for (Map.Entry<String, TorchTensor> tensor : tree.tensors().entrySet()) {
                Optional<TorchTensor.View> view = tensor.getValue().known();
                if (view.isPresent()) {
                    layout.storages().requireHolds(tensor.getKey(), view.get().storage());
                }
            }
            if (tree.leftOut().isEmpty()) {
                LeftOut.warn(file, objects.warnings());
            } else {
                LeftOut.warn(file, tree.leftOut());
                LeftOut.warn(file, tree.dropped());
            }
            return new TorchCheckpoint(file, source, tree, layout.storages(), objects.warnings(), budget);
        } catch (IOException | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    /** What was left out of the file and why, in sentences; the log names the first of the {@linkplain #leftOut() parts}. */
    public List<String> warnings() {
        return warnings;
    }

    /**
     * What lies at the end of these keys: a map with text keys, a list, a number (Long, Double, BigInteger), a Boolean, a
     * text, bytes or a {@link TorchTensor}. Maps and lists are unmodifiable; None and dropped objects are left out of them.
     *
     * @param path the keys from outside to inside; none for all that the file holds
     * @throws FileFormatException if there is nothing; the message lists the nearest keys
     */
    public Object value(String... path) throws FileFormatException {
        Objects.requireNonNull(path, "path");
        Object value = tree.root();
        for (String key : path) {
            Map<?, ?> map = value instanceof Map<?, ?> found ? found : Map.of();
            Object inner = map.get(key);
            if (inner == null) {
                throw FileFormatException.atKey(
                        file,
                        String.join("/", path),
                        "there is no '" + key + "'. "
                                + NearestNames.hint(
                                        key,
                                        map.keySet().stream()
                                                .map(String::valueOf)
                                                .toList()));
            }
            value = inner;
        }
        return value instanceof byte[] bytes ? bytes.clone() : value;
    }

    /**
     * A whole module that the file holds, as pickles of NVIDIA's networks and {@code torch.save(model, file)} do.
     *
     * @param name keys on the way to it, joined with dots, such as {@code G_ema.synthesis}
     * @return empty if there is no module of this name
     */
    public Optional<TorchModule> module(String name) throws FileFormatException {
        Objects.requireNonNull(name, "name");
        Pickled.Thing module = tree.modules().get(name);
        if (module == null) {
            return Optional.empty();
        }
        synchronized (budget) {
            return Optional.of(new TorchModule(module.type().path(), CheckpointTree.attributes(file, module, budget)));
        }
    }

    /**
     * The state dict at the end of these keys, for instance {@code state("g_ema")}; without keys, that of the whole file.
     * A view: this checkpoint must stay open.
     *
     * @throws FileFormatException if there is no dict; the message lists the nearest keys
     */
    public TensorSource state(String... path) throws FileFormatException {
        Objects.requireNonNull(path, "path");
        if (!(value(path) instanceof Map<?, ?>)) {
            throw FileFormatException.atKey(file, String.join("/", path), "this is no state dict but a single value");
        }
        return path.length == 0 ? this : under(String.join(".", path) + ".");
    }

    @Override
    public String label() {
        return file;
    }

    @Override
    public List<String> names() {
        return List.copyOf(tree.tensors().keySet());
    }

    @Override
    public Map<String, String> leftOut() {
        return tree.leftOut();
    }

    @Override
    public boolean contains(String name) {
        Objects.requireNonNull(name, "name");
        return tree.tensors().containsKey(name);
    }

    @Override
    public TensorType type(String name) throws FileFormatException {
        Objects.requireNonNull(name, "name");
        return tensor(name).type();
    }

    @Override
    public long[] shape(String name) throws FileFormatException {
        Objects.requireNonNull(name, "name");
        return tensor(name).shape();
    }

    @Override
    public INDArray load(String name) throws IOException {
        Objects.requireNonNull(name, "name");
        TorchTensor tensor = tensor(name);
        try {
            TorchTensor.View view = tensor.view();
            TorchStorages own = view.storages();
            INDArray array = view.tensor().read((own == null ? storages : own).bytes(view));
            return tensor.negative() ? array.negi() : array;
        } catch (ArithmeticException e) {
            FileFormatException tooLarge = FileFormatException.atKey(file, name, String.valueOf(e.getMessage()));
            tooLarge.initCause(e);
            throw tooLarge;
        }
    }

    private TorchTensor tensor(String name) throws FileFormatException {
        TorchTensor tensor = tree.tensors().get(name);
        if (tensor == null) {
            LeftOut.refuse(file, name, tree.leftOut());
            throw FileFormatException.atKey(
                    file,
                    name,
                    "there is no such tensor. "
                            + NearestNames.hint(name, tree.tensors().keySet()));
        }
        return tensor;
    }

    /** Closes the file. What was loaded stays. */
    @Override
    public void close() throws IOException {
        source.close();
    }

    @Override
    public String toString() {
        return "PyTorch checkpoint '" + file + "' of " + tree.tensors().size() + " tensors";
    }

    /** Where storages lie and how their bytes are ordered. */
    record TorchStorages(String file, ByteSource source, Map<String, Span> spans, ByteOrder order) {
        /** First byte and number of bytes of a storage. */
        record Span(long begin, long length) {}

        void requireHolds(String name, Pickled.Storage storage) throws FileFormatException {
            if (storage.content().isPresent()) {
                return;
            }
            Span span = spans.get(storage.key());
            if (span == null) {
                throw FileFormatException.atKey(
                        file,
                        name,
                        "its storage '" + PrintableText.name(storage.key()) + "' is missing. "
                                + "The file is cut off or damaged.");
            }
            long available = span.length() / storage.width();
            if (storage.begin() > available || storage.length() > available - storage.begin()) {
                throw FileFormatException.atKey(
                        file,
                        name,
                        "its storage claims " + storage.length() + " elements of " + storage.width()
                                + " bytes but holds " + span.length() + " bytes. The file is cut off or damaged.");
            }
        }

        ByteBuffer bytes(TorchTensor.View view) throws IOException {
            Pickled.Storage storage = view.storage();
            if (storage.content().isPresent()) {
                Pickled.Content content = storage.content().get();
                return content.bytes().bytes().order(content.order());
            }
            Span span = spans.getOrDefault(storage.key(), new Span(0, 0));
            long first = span.begin()
                    + storage.begin() * storage.width()
                    + view.tensor().firstByte();
            int length = view.tensor().spanBytes();
            return source.slice(length == 0 ? span.begin() : first, length).order(order);
        }
    }
}
