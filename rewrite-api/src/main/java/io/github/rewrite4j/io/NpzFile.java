package io.github.rewrite4j.io;

import io.github.rewrite4j.io.internal.ByteSource;
import io.github.rewrite4j.io.internal.ForeignFile;
import io.github.rewrite4j.io.internal.LeftOut;
import io.github.rewrite4j.io.internal.NpyHeader;
import io.github.rewrite4j.io.internal.ReadBudget;
import io.github.rewrite4j.io.internal.ZipArchive;
import io.github.rewrite4j.io.internal.ZipEntryInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An npz file of numpy, open for reading: a zip archive of npy arrays, versions 1 to 3, in C or Fortran order, stored or
 * deflated. Arrays of numbers and booleans are read, float16 widened; arrays of text, complex numbers, records or Python
 * objects, and entries that are no arrays, are {@linkplain #leftOut() left out}. Format: numpy.lib.format.
 *
 * <p>Not made for the use by several threads at once.
 */
final class NpzFile implements TensorSource {
    private static final String SUFFIX = ".npy";

    /** Bytes that the header of an array takes, read and kept. */
    private static final int ARRAY = 3000;

    private final String file;
    private final ByteSource source;
    private final ZipArchive archive;
    private final Map<String, NpyHeader> arrays;
    private final Map<String, String> leftOut;

    private NpzFile(
            String file,
            ByteSource source,
            ZipArchive archive,
            Map<String, NpyHeader> arrays,
            Map<String, String> leftOut) {
        this.file = file;
        this.source = source;
        this.archive = archive;
        this.arrays = arrays;
        this.leftOut = leftOut;
    }

    /**
     * Opens a file and checks the headers of all arrays.
     *
     * @throws FileFormatException if it is no valid npz file
     */
    public static NpzFile open(Path file) throws IOException {
        return open(file.toString(), ByteSource.ofFile(file));
    }

    static NpzFile open(String file, ByteSource source) throws IOException {
        try {
            ForeignFile.refuse(file, source);
            ReadBudget budget = ReadBudget.of(file, source.size());
            ZipArchive archive = ZipArchive.open(file, source, budget);
            Map<String, NpyHeader> arrays = new LinkedHashMap<>();
            Map<String, String> leftOut = new LinkedHashMap<>();
            for (String entry : archive.names()) {
                ZipEntryInfo array = archive.entry(entry);
                budget.charge(ARRAY);
                if (!entry.endsWith(SUFFIX)) {
                    leftOut.put(entry, "an entry that is no array");
                    continue;
                }
                String name = entry.substring(0, entry.length() - SUFFIX.length());
                try {
                    arrays.put(name, NpyHeader.read(file, archive, array));
                    budget.charge(array.compressed() ? array.size() : 0);
                } catch (NpyHeader.NoNumbersException other) {
                    leftOut.put(name, String.valueOf(other.getMessage()));
                }
            }
            LeftOut.warn(file, leftOut);
            return new NpzFile(
                    file, source, archive, Collections.unmodifiableMap(arrays), Collections.unmodifiableMap(leftOut));
        } catch (IOException | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    @Override
    public String label() {
        return file;
    }

    @Override
    public List<String> names() {
        return List.copyOf(arrays.keySet());
    }

    @Override
    public Map<String, String> leftOut() {
        return leftOut;
    }

    @Override
    public boolean contains(String name) {
        Objects.requireNonNull(name, "name");
        return arrays.containsKey(name);
    }

    @Override
    public TensorType type(String name) throws FileFormatException {
        Objects.requireNonNull(name, "name");
        return header(name).tensor().type();
    }

    @Override
    public long[] shape(String name) throws FileFormatException {
        Objects.requireNonNull(name, "name");
        return header(name).tensor().shape();
    }

    /** An array; needs its memory twice, three times if it is compressed. */
    @Override
    public INDArray load(String name) throws IOException {
        Objects.requireNonNull(name, "name");
        NpyHeader header = header(name);
        ZipEntryInfo entry = archive.entry(name + SUFFIX);
        ByteBuffer values = entry.compressed()
                ? ByteBuffer.wrap(archive.bytes(entry))
                        .position(header.length())
                        .slice()
                : archive.slice(entry, header.length(), header.tensor().spanBytes());
        try {
            return header.tensor().read(values.order(header.order()));
        } catch (ArithmeticException e) {
            FileFormatException tooLarge = FileFormatException.atKey(file, name, String.valueOf(e.getMessage()));
            tooLarge.initCause(e);
            throw tooLarge;
        }
    }

    private NpyHeader header(String name) throws FileFormatException {
        NpyHeader header = arrays.get(name);
        if (header == null) {
            LeftOut.refuse(file, name, leftOut);
            throw FileFormatException.atKey(
                    file, name, "there is no such array. " + NearestNames.hint(name, arrays.keySet()));
        }
        return header;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }

    @Override
    public String toString() {
        return "npz '" + file + "' of " + arrays.size() + " arrays";
    }
}
