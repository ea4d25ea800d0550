package io.github.rewrite4j.io;

import io.github.rewrite4j.io.internal.ByteSource;
import io.github.rewrite4j.io.internal.ForeignFile;
import io.github.rewrite4j.io.internal.LeftOut;
import io.github.rewrite4j.io.internal.ReadBudget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A header that was checked: all spans lie in the file, in order, without a gap, an overlap or a byte left over.
 *
 * @param tensors the tensors in the order of their values
 * @param leftOut tensors of types that are not read, each with what it is
 * @param metadata what the file says about itself
 * @param dataStart the first byte after the header
 */
record SafeTensorsHeader(
        Map<String, TensorInfo> tensors, Map<String, String> leftOut, Map<String, String> metadata, long dataStart) {
    /** Many times what models of ten thousand tensors need; parsing takes several times as much memory. */
    static final long LONGEST = 16_000_000;

    static final String METADATA = "__metadata__";
    static final int PREFIX = Long.BYTES;

    /** The first four bytes of a zip archive, and the first of a pickle, where the length of a header is expected. */
    private static final int ZIP = 0x04034b50;

    private static final int PICKLE = 0x80;

    /**
     * A tensor in the header.
     *
     * @param info type and shape; none if the type is not read
     * @param what words for it where there is no info
     */
    record Entry(String name, long begin, long end, Optional<TensorInfo> info, String what) {}

    static SafeTensorsHeader read(String file, ByteSource source) throws IOException {
        long size = source.size();
        ForeignFile.refuse(file, source);
        if (size < PREFIX) {
            throw FileFormatException.atByte(
                    file, 0, "the file has " + size + " bytes; expected at least 8, the length of the header");
        }
        ByteBuffer prefix = ByteBuffer.allocate(PREFIX).order(ByteOrder.LITTLE_ENDIAN);
        source.read(0, prefix);
        long length = prefix.getLong(0);
        if (length < 0 || length > LONGEST) {
            if (prefix.getInt(0) == ZIP || (prefix.get(0) & 0xff) == PICKLE) {
                throw FileFormatException.atByte(
                        file,
                        0,
                        "this is a " + (prefix.getInt(0) == ZIP ? "zip archive" : "pickle")
                                + ", perhaps a checkpoint of PyTorch; expected a safetensors file");
            }
            throw FileFormatException.atByte(
                    file,
                    0,
                    "the header claims " + Long.toUnsignedString(length) + " bytes; expected at most " + LONGEST
                            + ". Is this a safetensors file?");
        }
        if (length > size - PREFIX) {
            throw FileFormatException.atByte(
                    file,
                    0,
                    "the header claims " + length + " bytes but only " + (size - PREFIX)
                            + " follow. The file is cut off or no safetensors file.");
        }
        ReadBudget budget = ReadBudget.of(file, size);
        budget.charge(length, 4);
        ByteBuffer header = ByteBuffer.allocate((int) length);
        source.read(PREFIX, header);
        String text = decode(file, header.flip());
        if (!text.startsWith("{")) {
            throw FileFormatException.atByte(
                    file, PREFIX, "the header does not begin with '{'; expected a JSON object");
        }
        SafeTensorsHeaderParser parser = new SafeTensorsHeaderParser(file, text, budget);
        parser.parse();
        LeftOut.warn(file, parser.remarks());
        long dataStart = PREFIX + length;
        List<Entry> entries = layOut(file, parser.entries(), dataStart, size);
        Map<String, TensorInfo> tensors = new LinkedHashMap<>();
        Map<String, String> leftOut = new LinkedHashMap<>();
        for (Entry entry : entries) {
            entry.info()
                    .ifPresentOrElse(
                            info -> tensors.put(entry.name(), info), () -> leftOut.put(entry.name(), entry.what()));
        }
        return new SafeTensorsHeader(
                Collections.unmodifiableMap(tensors),
                Collections.unmodifiableMap(leftOut),
                Collections.unmodifiableMap(parser.metadata()),
                dataStart);
    }

    static String decode(String file, ByteBuffer bytes) throws IOException {
        CharBuffer text = CharBuffer.allocate(bytes.remaining());
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(bytes, text, true);
        if (result.isError()) {
            throw FileFormatException.atByte(
                    file, (long) PREFIX + bytes.position(), "the header is not UTF-8 here; expected JSON in UTF-8");
        }
        return text.flip().toString();
    }

    private static List<Entry> layOut(String file, List<Entry> tensors, long dataStart, long size)
            throws FileFormatException {
        List<Entry> sorted = new ArrayList<>(tensors);
        // A stable sort: empty tensors that share an offset keep the order of the header.
        sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        long available = size - dataStart;
        long reached = 0;
        for (Entry tensor : sorted) {
            if (tensor.end() > available) {
                throw FileFormatException.atKey(
                        file,
                        tensor.name(),
                        "data_offsets end at " + tensor.end() + " but only " + available
                                + " bytes of values follow the header. The file is cut off.");
            }
            if (tensor.begin() != reached) {
                throw FileFormatException.atKey(
                        file,
                        tensor.name(),
                        "data_offsets begin at " + tensor.begin() + ", which "
                                + (tensor.begin() < reached ? "overlaps the tensor before" : "leaves a gap")
                                + "; expected " + reached);
            }
            reached = tensor.end();
        }
        if (reached != available) {
            throw FileFormatException.atByte(
                    file, dataStart + reached, (available - reached) + " bytes follow the last tensor; expected none");
        }
        return sorted;
    }
}
