package io.github.rewrite4j.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An npz file of numpy, open for reading: a zip archive of npy arrays, versions 1 to 3, in C or Fortran order, stored or
 * deflated. Arrays of numbers and booleans are read, float16 widened; arrays of Python objects are refused, since reading
 * them means running what the file says. Format: numpy.lib.format.
 *
 * <p>Not made for the use by several threads at once.
 */
public final class NpzFile implements TensorSource {
    private static final String SUFFIX = ".npy";

    private final String file;
    private final ByteSource source;
    private final ZipArchive archive;
    private final Map<String, NpyHeader> arrays;

    private NpzFile(String file, ByteSource source, ZipArchive archive, Map<String, NpyHeader> arrays) {
        this.file = file;
        this.source = source;
        this.archive = archive;
        this.arrays = arrays;
    }

    /**
     * Opens a file and checks the headers of all arrays.
     *
     * @throws FileFormatException if it is no valid npz file or holds an array that is not of numbers
     */
    public static NpzFile open(Path file) throws IOException {
        return open(file.toString(), ByteSource.ofFile(file));
    }

    static NpzFile open(String file, ByteSource source) throws IOException {
        try {
            ZipArchive archive = ZipArchive.open(file, source);
            Map<String, NpyHeader> arrays = new LinkedHashMap<>();
            for (String entry : archive.names()) {
                if (!entry.endsWith(SUFFIX)) {
                    throw ZipArchive.atEntry(file, entry, "this is no array; expected names that end in " + SUFFIX);
                }
                arrays.put(
                        entry.substring(0, entry.length() - SUFFIX.length()),
                        NpyHeader.read(file, archive, archive.entry(entry)));
            }
            return new NpzFile(file, source, archive, Collections.unmodifiableMap(arrays));
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
    public boolean contains(String name) {
        return arrays.containsKey(name);
    }

    @Override
    public TensorType type(String name) throws FileFormatException {
        return header(name).tensor().type().type();
    }

    @Override
    public long[] shape(String name) throws FileFormatException {
        return header(name).tensor().shape();
    }

    /** An array; needs its memory twice, three times if it is compressed. */
    @Override
    public INDArray load(String name) throws IOException {
        NpyHeader header = header(name);
        ZipEntryInfo entry = archive.entry(name + SUFFIX);
        ByteBuffer values = entry.compressed()
                ? ByteBuffer.wrap(archive.bytes(entry))
                        .position(header.length())
                        .slice()
                : archive.slice(entry, header.length(), header.tensor().spanBytes());
        return header.tensor().read(values.order(header.order()));
    }

    private NpyHeader header(String name) throws FileFormatException {
        NpyHeader header = arrays.get(name);
        if (header == null) {
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
