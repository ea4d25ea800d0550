package io.github.rewrite4j.io.internal;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.NearestNames;
import io.github.rewrite4j.io.PrintableText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The entries of a zip archive and where they lie, checked completely when it is opened: every entry lies inside the file,
 * none overlaps another, no name is there twice. Stored entries can be read in place. Format: PKWARE APPNOTE 6.3,
 * with the 64-bit extension.
 */
public final class ZipArchive {
    private static final int END = 0x06054b50;
    private static final int END_LENGTH = 22;
    private static final int LONGEST_COMMENT = 0xffff;
    private static final int LOCATOR_64 = 0x07064b50;
    private static final int LOCATOR_64_LENGTH = 20;
    private static final int END_64 = 0x06064b50;
    private static final int END_64_LENGTH = 56;
    private static final int LOCAL = 0x04034b50;
    private static final int LOCAL_LENGTH = 30;
    private static final int LONGEST_DIRECTORY = 1 << 26;

    /** Deflate cannot do better than this; what claims to is a lie. */
    private static final long BEST_RATIO = 1032;

    /** Bytes for an entry, beside its name. */
    private static final int ENTRY = 400;

    private final String file;
    private final ByteSource source;
    private final Map<String, ZipEntryInfo> entries;

    private ZipArchive(String file, ByteSource source, Map<String, ZipEntryInfo> entries) {
        this.file = file;
        this.source = source;
        this.entries = entries;
    }

    /** Reads the directory; the source stays open and belongs to the caller. What is inflated later is for the caller to charge. */
    public static ZipArchive open(String file, ByteSource source, ReadBudget budget) throws IOException {
        long end = findEnd(file, source);
        ByteBuffer record = read(source, end, END_LENGTH);
        long count = record.getShort(10) & 0xffff;
        long size = record.getInt(12) & 0xffffffffL;
        long start = record.getInt(16) & 0xffffffffL;
        long before = end;
        if (end >= LOCATOR_64_LENGTH) {
            ByteBuffer locator = read(source, end - LOCATOR_64_LENGTH, LOCATOR_64_LENGTH);
            if (locator.getInt(0) == LOCATOR_64) {
                before = locator.getLong(8);
                if (before < 0 || before > end - LOCATOR_64_LENGTH - END_64_LENGTH) {
                    throw FileFormatException.atByte(
                            file, end - LOCATOR_64_LENGTH, "the 64-bit directory would begin at byte " + before);
                }
                ByteBuffer wide = read(source, before, END_64_LENGTH);
                if (wide.getInt(0) != END_64) {
                    throw FileFormatException.atByte(file, before, "no 64-bit end of directory is here");
                }
                count = wide.getLong(32);
                size = wide.getLong(40);
                start = wide.getLong(48);
            }
        }
        if (start < 0 || size < 0 || size > LONGEST_DIRECTORY || start > before - size) {
            throw FileFormatException.atByte(
                    file,
                    end,
                    "the directory claims " + size + " bytes from byte " + start
                            + ", which do not fit before it. The archive is cut off or damaged.");
        }
        budget.charge(size, 3);
        List<ZipEntryInfo> found =
                new ZipDirectory(file, source, start, ZipDirectory.records(source, start, (int) size)).entries(count);
        budget.charge(found.size(), ENTRY);
        return new ZipArchive(file, source, checked(file, found));
    }

    private static long findEnd(String file, ByteSource source) throws IOException {
        long size = source.size();
        int tail = (int) Math.min(size, END_LENGTH + LONGEST_COMMENT);
        ByteBuffer bytes = read(source, size - tail, tail);
        for (int at = tail - END_LENGTH; at >= 0; at--) {
            if (bytes.getInt(at) == END && at + END_LENGTH + (bytes.getShort(at + 20) & 0xffff) == tail) {
                return size - tail + at;
            }
        }
        throw FileFormatException.atByte(
                file, size, "the archive has no end of directory. It is cut off: copy or download it again.");
    }

    private static Map<String, ZipEntryInfo> checked(String file, List<ZipEntryInfo> found) throws FileFormatException {
        Map<String, ZipEntryInfo> byName = new LinkedHashMap<>();
        for (ZipEntryInfo entry : found) {
            if (byName.put(entry.name(), entry) != null) {
                throw atEntry(file, entry.name(), "the archive holds this entry twice; expected once");
            }
        }
        List<ZipEntryInfo> sorted = new ArrayList<>(found);
        sorted.sort(Comparator.comparingLong(ZipEntryInfo::header));
        for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i - 1).end() > sorted.get(i).header()) {
                throw atEntry(
                        file,
                        sorted.get(i).name(),
                        "the entry overlaps '"
                                + PrintableText.name(sorted.get(i - 1).name()) + "'");
            }
        }
        return byName;
    }

    public List<String> names() {
        return List.copyOf(entries.keySet());
    }

    public boolean has(String name) {
        return entries.containsKey(name);
    }

    /** The entry of this name. */
    public ZipEntryInfo entry(String name) throws FileFormatException {
        ZipEntryInfo entry = entries.get(name);
        if (entry == null) {
            throw atEntry(file, name, "the archive has no such entry. " + NearestNames.hint(name, entries.keySet()));
        }
        return entry;
    }

    /** Some bytes of a stored entry, in place. */
    public ByteBuffer slice(ZipEntryInfo entry, long from, int length) throws IOException {
        if (from < 0 || length > entry.size() - from) {
            throw atEntry(
                    file, entry.name(), "byte " + from + " and " + length + " more are wanted of " + entry.size());
        }
        return source.slice(entry.start() + from, length);
    }

    /** A whole entry, inflated if it is compressed, and held against its checksum. */
    public byte[] bytes(ZipEntryInfo entry) throws IOException {
        byte[] bytes = head(entry, entry.size());
        CRC32 checksum = new CRC32();
        checksum.update(bytes);
        if (checksum.getValue() != entry.crc()) {
            throw atEntry(file, entry.name(), "the checksum does not match: the file is damaged, download it again");
        }
        return bytes;
    }

    /** The first bytes of an entry, fewer if it is shorter; their checksum is not looked at. */
    public byte[] head(ZipEntryInfo entry, long atMost) throws IOException {
        long size = Math.min(entry.size(), atMost);
        if (size > Integer.MAX_VALUE - 8L) {
            throw atEntry(file, entry.name(), "the entry has " + size + " bytes; expected less than 2 GiB");
        }
        if (!entry.compressed()) {
            byte[] bytes = new byte[(int) size];
            slice(entry, 0, (int) size).get(bytes);
            return bytes;
        }
        if (entry.size() / BEST_RATIO > entry.stored()) {
            throw atEntry(
                    file,
                    entry.name(),
                    entry.stored() + " bytes claim to become " + entry.size()
                            + ". This is no archive of weights; save it without compression if it is.");
        }
        return inflate(entry, (int) size);
    }

    private byte[] inflate(ZipEntryInfo entry, int size) throws IOException {
        byte[] bytes = new byte[size];
        Inflater inflater = new Inflater(true);
        try {
            long next = 0;
            int done = 0;
            while (done < size) {
                if (inflater.needsInput()) {
                    int some = (int) Math.min(ByteSource.MAPPED, entry.stored() - next);
                    if (some == 0) {
                        break;
                    }
                    inflater.setInput(source.slice(entry.start() + next, some));
                    next += some;
                }
                int count = inflater.inflate(bytes, done, size - done);
                if (count == 0 && (inflater.finished() || inflater.needsDictionary())) {
                    break;
                }
                done += count;
            }
            boolean whole = size == entry.size();
            if (done < size || (whole && !inflater.finished() && inflater.inflate(new byte[1]) > 0)) {
                throw atEntry(
                        file,
                        entry.name(),
                        "the entry does not inflate to the " + entry.size() + " bytes that it claims");
            }
            return bytes;
        } catch (DataFormatException e) {
            FileFormatException damaged =
                    atEntry(file, entry.name(), "the compressed bytes are damaged: " + e.getMessage());
            damaged.initCause(e);
            throw damaged;
        } finally {
            inflater.end();
        }
    }

    /** Where the bytes of an entry begin, from its local header. */
    static long dataStart(String file, ByteSource source, String name, long header, long limit) throws IOException {
        if (header < 0 || header > limit - LOCAL_LENGTH) {
            throw atEntry(file, name, "the entry would begin at byte " + header + ", behind the end");
        }
        ByteBuffer local = read(source, header, LOCAL_LENGTH);
        if (local.getInt(0) != LOCAL) {
            throw atEntry(file, name, "no entry begins at byte " + header);
        }
        return header + LOCAL_LENGTH + (local.getShort(26) & 0xffff) + (local.getShort(28) & 0xffff);
    }

    public static FileFormatException atEntry(String file, String name, String problem) {
        return new FileFormatException(file, "entry '" + PrintableText.name(name) + "'", problem);
    }

    private static ByteBuffer read(ByteSource source, long position, int length) throws IOException {
        return source.slice(position, length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
