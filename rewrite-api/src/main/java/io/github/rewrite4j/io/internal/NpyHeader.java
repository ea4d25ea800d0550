package io.github.rewrite4j.io.internal;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.PrintableText;
import io.github.rewrite4j.io.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an npy array of numbers says about itself.
 *
 * @param tensor type, shape and order
 * @param order byte order
 * @param length bytes before the values
 */
public record NpyHeader(StridedTensor tensor, ByteOrder order, int length) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int LONGEST = 1 << 16;

    /** As much as most headers take. */
    private static final int USUAL = 128;

    private static final Pattern DESCR = Pattern.compile("'descr'\\s*:\\s*'([^']{1,16})'");
    private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9, L]{0,400})\\)");
    private static final Pattern FIELDS = Pattern.compile("'descr'\\s*:\\s*\\[");
    private static final Map<String, TensorType> TYPES = Map.ofEntries(
            Map.entry("f8", TensorType.F64),
            Map.entry("f4", TensorType.F32),
            Map.entry("f2", TensorType.F16),
            Map.entry("i8", TensorType.I64),
            Map.entry("i4", TensorType.I32),
            Map.entry("i2", TensorType.I16),
            Map.entry("i1", TensorType.I8),
            Map.entry("u8", TensorType.U64),
            Map.entry("u4", TensorType.U32),
            Map.entry("u2", TensorType.U16),
            Map.entry("u1", TensorType.U8),
            Map.entry("b1", TensorType.BOOL));

    /** The type of an array whose elements are no numbers that are read. */
    public static final class NoNumbersException extends Exception {
        private static final long serialVersionUID = 1L;

        NoNumbersException(String what) {
            super(what);
        }
    }

    /**
     * Reads the header of an entry.
     *
     * @throws NoNumbersException if the array holds something else than numbers that are read
     * @throws FileFormatException if it is no valid array
     */
    public static NpyHeader read(String file, ZipArchive archive, ZipEntryInfo entry)
            throws IOException, NoNumbersException {
        byte[] head = archive.head(entry, USUAL);
        try {
            int whole = length(head);
            if (whole > head.length) {
                require(
                        whole <= Math.min(LONGEST, entry.size()),
                        "the header claims " + whole + " bytes; expected at most " + Math.min(LONGEST, entry.size()));
                head = archive.head(entry, whole);
            }
            return parse(head, whole, entry.size());
        } catch (IllegalArgumentException e) {
            FileFormatException wrong = ZipArchive.atEntry(file, entry.name(), String.valueOf(e.getMessage()));
            wrong.initCause(e);
            throw wrong;
        }
    }

    /** The bytes before the values. */
    private static int length(byte[] head) throws NoNumbersException {
        for (int i = 0; i < MAGIC.length; i++) {
            if (i >= head.length || head[i] != MAGIC[i]) {
                throw new NoNumbersException("an entry that does not begin with the mark of an npy array");
            }
        }
        require(head.length >= 12, "the header is cut off");
        int version = head[6];
        require(version >= 1 && version <= 3, "the version is " + version + "; expected 1, 2 or 3");
        ByteBuffer bytes = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
        long textLength = version == 1 ? bytes.getShort(8) & 0xffff : bytes.getInt(8) & 0xffffffffL;
        require(textLength <= LONGEST, "the header claims " + textLength + " bytes; expected at most " + LONGEST);
        return start(version) + (int) textLength;
    }

    private static int start(int version) {
        return version == 1 ? 10 : 12;
    }

    private static NpyHeader parse(byte[] head, int length, long size) throws NoNumbersException {
        int start = start(head[6]);
        String text = new String(head, start, length - start, StandardCharsets.ISO_8859_1);
        if (FIELDS.matcher(text).find()) {
            throw new NoNumbersException("an array of records");
        }
        String descr = find(DESCR, text, "descr, the type of the elements such as '<f4'");
        char order = descr.charAt(0);
        Optional<TensorType> known = "<>|=".indexOf(order) < 0 ? Optional.empty() : type(descr.substring(1));
        if (known.isEmpty()) {
            throw new NoNumbersException(what(descr));
        }
        TensorType type = known.get();
        boolean fortran = find(ORDER, text, "fortran_order").equals("True");
        long[] shape = shape(find(SHAPE, text, "shape, a tuple of whole numbers"));
        StridedTensor tensor = StridedTensor.filling(type, shape, fortran, (size - length) / type.bytes());
        require(
                (long) tensor.length() * type.bytes() == size - length,
                (size - length) + " bytes follow the header; expected " + (long) tensor.length() * type.bytes());
        return new NpyHeader(tensor, order == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, length);
    }

    /** The type that numpy calls by a letter and a number of bytes, such as {@code f4}. */
    public static Optional<TensorType> type(String code) {
        return Optional.ofNullable(TYPES.get(code));
    }

    /** Words for an array of elements that are not read. */
    public static String what(String descr) {
        String code = descr.replaceAll("^[<>|=]", "");
        String kind = code.isEmpty() ? "" : code.substring(0, 1);
        return switch (kind) {
            case "U", "S", "a" -> "an array of text";
            case "O" -> "an array of Python objects";
            case "c" -> "an array of complex numbers";
            case "V" -> "an array of records";
            case "M", "m" -> "an array of times";
            default -> "an array of type '" + PrintableText.name(descr) + "'";
        };
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
                    "the shape (" + PrintableText.name(tuple) + ") is none");
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
