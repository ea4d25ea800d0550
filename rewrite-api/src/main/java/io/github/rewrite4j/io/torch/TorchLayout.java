package io.github.rewrite4j.io.torch;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.PrintableText;
import io.github.rewrite4j.io.internal.ByteSource;
import io.github.rewrite4j.io.internal.ReadBudget;
import io.github.rewrite4j.io.internal.ZipArchive;
import io.github.rewrite4j.io.internal.ZipEntryInfo;
import io.github.rewrite4j.io.torch.TorchCheckpoint.TorchStorages;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The two layouts of checkpoints.
 *
 * <p>Zip: {@code NAME/data.pkl} holds the objects, {@code NAME/data/KEY} the storages, {@code NAME/byteorder} their byte
 * order. A TorchScript archive has programs beside these, which are not looked at. Plain: the pickles of a magic number, a version, the system, the objects and the keys of the storages in order,
 * then for each storage its length and its elements. A pickle that was not written by {@code torch.save} is read where its
 * tensors bring {@linkplain SavedStorage their storages} with them.
 *
 * @param root what was unpickled
 * @param storages where the values lie
 */
record TorchLayout(Object root, TorchStorages storages) {
    private static final String OBJECTS = "data.pkl";
    private static final String PROGRAM = "constants.pkl";
    private static final String MAGIC = "119547037146038801333356";
    private static final long VERSION = 1001;

    static TorchLayout ofZip(String file, ByteSource source, TorchObjects objects, ReadBudget budget)
            throws IOException {
        ZipArchive archive = ZipArchive.open(file, source, budget);
        List<String> pickles = archive.names().stream()
                .filter(name -> name.indexOf('/') == name.lastIndexOf('/') && name.endsWith("/" + OBJECTS))
                .toList();
        if (archive.has("model.weights.h5")) {
            throw new FileFormatException(
                    file,
                    "zip directory",
                    "this is a Keras model, which is not read. Make an ONNX network of it by 'python -m tf2onnx.convert"
                            + " --keras FILE --output model.onnx' and load that.");
        }
        if (pickles.size() != 1) {
            throw new FileFormatException(
                    file,
                    "zip directory",
                    "this is a zip archive but neither a PyTorch checkpoint, which has one entry NAME/" + OBJECTS
                            + ", nor an npz file, which has entries that end in .npy. It holds "
                            + archive.names().stream()
                                    .limit(5)
                                    .map(name -> "'" + PrintableText.name(name) + "'")
                                    .toList()
                            + (archive.names().size() > 5 ? " and more" : "")
                            + ". If the checkpoint is inside, unpack it.");
        }
        String entry = pickles.get(0);
        String folder = entry.substring(0, entry.length() - OBJECTS.length());
        ZipEntryInfo pickled = archive.entry(entry);
        budget.charge(pickled.size());
        ByteSource pickle = ByteSource.ofBytes(archive.bytes(pickled));
        String part = "entry '" + PrintableText.name(entry) + "', ";
        PickleInput in = new PickleInput(file, part, pickle, 0, pickle.size(), budget);
        Object root = new Unpickler(in, objects).load();
        if (archive.has(folder + PROGRAM) && objects.storages().isEmpty()) {
            throw new FileFormatException(
                    file,
                    "zip directory",
                    "this is a TorchScript program without weights, of which nothing can be read");
        }
        Map<String, TorchStorages.Span> spans = new HashMap<>();
        String data = folder + "data/";
        for (String name : archive.names()) {
            if (name.startsWith(data)) {
                ZipEntryInfo storage = archive.entry(name);
                if (storage.compressed()) {
                    throw ZipArchive.atEntry(
                            file, name, "the storage is compressed, as PyTorch never writes it; unpack and store it");
                }
                spans.put(name.substring(data.length()), new TorchStorages.Span(storage.start(), storage.size()));
            }
        }
        return new TorchLayout(root, new TorchStorages(file, source, spans, byteOrder(file, archive, folder)));
    }

    private static ByteOrder byteOrder(String file, ZipArchive archive, String folder) throws IOException {
        String name = folder + "byteorder";
        if (!archive.has(name)) {
            return ByteOrder.LITTLE_ENDIAN;
        }
        String order = new String(archive.head(archive.entry(name), 16), StandardCharsets.US_ASCII).trim();
        return switch (order) {
            case "little" -> ByteOrder.LITTLE_ENDIAN;
            case "big" -> ByteOrder.BIG_ENDIAN;
            default -> throw ZipArchive.atEntry(file, name, "'" + PrintableText.name(order) + "' is no byte order");
        };
    }

    static TorchLayout ofPlain(String file, ByteSource source, TorchObjects objects, ReadBudget budget)
            throws IOException {
        PickleInput in = new PickleInput(file, "", source, 0, source.size(), budget);
        Object first = new Unpickler(in, objects).load();
        if (isMagic(first)) {
            return afterMagic(file, source, in, objects);
        }
        if (!objects.hasSavedStorages()) {
            throw new ForeignPickleException(file, objects.classes());
        }
        return new TorchLayout(first, new TorchStorages(file, source, Map.of(), ByteOrder.LITTLE_ENDIAN));
    }

    /** The checkpoint of a single storage that lies in a string of bytes. */
    static TorchLayout ofSaved(Pickled.Embedded bytes, ReadBudget budget) throws IOException {
        String file = budget.file();
        TorchObjects objects = new TorchObjects(budget);
        PickleInput in = new PickleInput(file, "", bytes.source(), bytes.begin(), bytes.end(), budget);
        if (!isMagic(new Unpickler(in, objects).load())) {
            throw in.broken("a storage does not begin as PyTorch writes it");
        }
        TorchLayout layout = afterMagic(file, bytes.source(), in, objects);
        if (layout.root() instanceof Pickled.Storage storage) {
            layout.storages().requireHolds("storage at byte " + bytes.begin(), storage);
        }
        return layout;
    }

    private static boolean isMagic(Object value) {
        return String.valueOf(value instanceof Number ? value : "").equals(MAGIC);
    }

    private static TorchLayout afterMagic(String file, ByteSource source, PickleInput in, TorchObjects objects)
            throws IOException {
        Object version = new Unpickler(in, objects).load();
        if (!Long.valueOf(VERSION).equals(version)) {
            throw in.broken("the checkpoint is of a version that is not known; expected " + VERSION);
        }
        Object system = new Unpickler(in, objects).load();
        boolean big = system instanceof Map<?, ?> map && Boolean.FALSE.equals(map.get("little_endian"));
        Object root = new Unpickler(in, objects).load();
        Object keys = new Unpickler(in, objects).load();
        if (!(keys instanceof List<?> list)) {
            throw in.broken("the keys of the storages are no list");
        }
        ByteOrder order = big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        return new TorchLayout(root, new TorchStorages(file, source, spans(in, list, widths(objects), order), order));
    }

    private static Map<String, Integer> widths(TorchObjects objects) {
        Map<String, Integer> widths = new HashMap<>();
        objects.storages().forEach(storage -> widths.merge(storage.key(), storage.width(), Math::max));
        return widths;
    }

    /** Each storage is its number of elements and then these; the size of an element is known from the objects. */
    private static Map<String, TorchStorages.Span> spans(
            PickleInput in, List<?> keys, Map<String, Integer> widths, ByteOrder order) throws IOException {
        Map<String, TorchStorages.Span> spans = new HashMap<>();
        for (Object key : keys) {
            Integer width = key instanceof String name ? widths.get(name) : null;
            if (width == null) {
                throw in.broken("a storage follows that no tensor of a known type views; its length is not known");
            }
            long count = in.i8();
            count = order == ByteOrder.BIG_ENDIAN ? Long.reverseBytes(count) : count;
            if (count < 0 || count > in.remaining() / width) {
                throw in.broken("storage '" + PrintableText.name(String.valueOf(key)) + "' claims " + count
                        + " elements of " + width + " bytes but " + in.remaining()
                        + " bytes are left. The file is cut off.");
            }
            if (spans.put(String.valueOf(key), new TorchStorages.Span(in.position(), count * width)) != null) {
                throw in.broken("storage '" + PrintableText.name(String.valueOf(key)) + "' is there twice");
            }
            in.skip(count * width);
        }
        return spans;
    }
}
