package io.github.rewrite4j.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an npy array says about itself.
 *
 * @param tensor type, shape and order
 * @param order byte order
 * @param length bytes before the values
 */
record NpyHeader(StridedTensor tensor, ByteOrder order, int length) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int LONGEST = 1 << 16;
    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']{1,16})'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9, L]{0,400})\\)");
    private static final Map<String, StoredType> TYPES = Map.ofEntries(
            Map.entry("f8", StoredType.F64),
            Map.entry("f4", StoredType.F32),
            Map.entry("f2", StoredType.F16),
            Map.entry("i8", StoredType.I64),
            Map.entry("i4", StoredType.I32),
            Map.entry("i2", StoredType.I16),
            Map.entry("i1", StoredType.I8),
            Map.entry("u4", StoredType.U32),
            Map.entry("u2", StoredType.U16),
            Map.entry("u1", StoredType.U8),
            Map.entry("b1", StoredType.BOOL));

    static NpyHeader read(String file, ZipArchive archive, ZipEntryInfo entry) throws IOException {
        byte[] head = archive.head(entry, LONGEST);
        try {
            return parse(head, entry.size());
        } catch (IllegalArgumentException e) {
            FileFormatException wrong = ZipArchive.atEntry(file, entry.name(), String.valueOf(e.getMessage()));
            wrong.initCause(e);
            throw wrong;
        }
    }

    private static NpyHeader parse(byte[] head, long size) {
        for (int i = 0; i < MAGIC.length; i++) {
            require(i < head.length && head[i] == MAGIC[i], "the entry does not begin with the mark of an npy array");
        }
        require(head.length >= 12, "the header is cut off");
        int version = head[6];
        require(version >= 1 && version <= 3, "the version is " + version + "; expected 1, 2 or 3");
        ByteBuffer bytes = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        long textLength = version == 1 ? bytes.getShort(8) & 0xffff : bytes.getInt(8) & 0xffffffffL;
        int textStart = version == 1 ? 10 : 12;
        require(
                textLength <= head.length - textStart,
                "the header claims " + textLength + " bytes; expected at most " + (head.length - textStart));
        String text = new String(head, textStart, (int) textLength, StandardCharsets.ISO_8859_1);

        String descr = find(DESCR, text, "descr, a plain type of numbers such as '<f4' (records are not read)");
        char order = descr.charAt(0);
        require(
                !descr.contains("O"),
                "the array holds Python objects, which are not read: reading them would mean running what the file "
                        + "says. Save arrays of numbers.");
        StoredType type = TYPES.get(descr.substring(1));
        if (type == null || "<>|=".indexOf(order) < 0) {
            throw new IllegalArgumentException(
                    "the type '" + FileFormatException.printable(descr) + "' is not read; expected one of "
                            + TYPES.keySet().stream().sorted().toList());
        }
        boolean fortran = find(ORDER, text, "fortran_order").equals("True");
        long[] shape = shape(find(SHAPE, text, "shape, a tuple of whole numbers"));
        int length = textStart + (int) textLength;
        StridedTensor tensor = StridedTensor.filling(type, shape, fortran, (size - length) / type.bytes());
        require(
                (long) tensor.length() * type.bytes() == size - length,
                (size - length) + " bytes follow the header; expected " + (long) tensor.length() * type.bytes());
        return new NpyHeader(tensor, order == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, length);
    }

    private static long[] shape(String tuple) {
        String plain = tuple.replace("L", "").replace(" ", "");
        if (plain.isEmpty()) {
            return new long[0];
        }
        // A tuple of one ends in a comma.
        String numbers = plain.endsWith(",") ? plain.substring(0, plain.length() - 1) : plain;
        String[] parts = numbers.split(",", -1);
        long[] shape = new long[parts.length];
        for (int i = 0; i < parts.length; i++) {
            require(
                    !parts[i].isEmpty() && parts[i].length() <= 18,
                    "the shape (" + FileFormatException.printable(tuple) + ") is none");
            shape[i] = Long.parseLong(parts[i]);
        }
        return shape;
    }

    private static String find(Pattern pattern, String text, String what) {
        Matcher matcher = pattern.matcher(text);
        require(matcher.find(), "the header lacks " + what);
        return matcher.group(1);
    }

    private static void require(boolean condition, String problem) {
        if (!condition) {
            throw new IllegalArgumentException(problem);
        }
    }
}
