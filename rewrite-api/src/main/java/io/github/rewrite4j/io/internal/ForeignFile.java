package io.github.rewrite4j.io.internal;

import io.github.rewrite4j.io.FileFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Recognises what people pass as a file of weights by mistake, and calls it by its name. */
public final class ForeignFile {
    private static final int LOOKED_AT = 512;

    /** Where the header of a safetensors file begins: behind its length. */
    private static final int HEADER_AT = Long.BYTES;

    /** Letters of a text that a message repeats. */
    private static final int SHOWN = 60;

    private static final String UNPACK = "; unpack it and load the file inside";
    private static final String NOT_READ =
            ", which is not read. Export the weights as safetensors or with torch.save(model.state_dict(), file)";

    private static final String ONNX =
            "an ONNX network, not a list of weights: open it by GeneratorFamilies or OnnxGenerator, or export the weights"
                    + " as safetensors or with torch.save(model.state_dict(), file)";

    private static final String UTF16 =
            "a text in UTF-16, perhaps a message or a web page in place of the file; get the file itself";

    /** First bytes, in hexadecimal digits, and what begins with them. */
    private static final List<Mark> MARKS = List.of(
            new Mark(0, "1f8b", "a gzip file" + UNPACK + " (gunzip)"),
            new Mark(0, "fd377a585a00", "an xz file" + UNPACK + " (unxz)"),
            new Mark(0, "425a68", "a bzip2 file" + UNPACK + " (bunzip2)"),
            new Mark(0, "28b52ffd", "a zstd file" + UNPACK + " (unzstd)"),
            new Mark(0, "04224d18", "an lz4 file" + UNPACK + " (unlz4)"),
            new Mark(0, "377abcaf271c", "a 7z archive" + UNPACK),
            new Mark(0, "526172211a07", "a rar archive" + UNPACK),
            new Mark(257, "7573746172", "a tar archive" + UNPACK + " (tar xf)"),
            new Mark(0, "504b0506", "an empty zip archive; get the file again"),
            new Mark(
                    0,
                    "934e554d5059",
                    "a single array of numpy (.npy); a checkpoint holds many: save them together with numpy.savez"),
            new Mark(
                    0,
                    "894844460d0a1a0a",
                    "an HDF5 file (Keras, MATLAB or h5py), which is not read. Of a Keras model make an ONNX network by"
                            + " 'python -m tf2onnx.convert --keras FILE --output model.onnx' and load that"),
            new Mark(
                    4,
                    "54464c33",
                    "a TensorFlow Lite model, which is not read. Make an ONNX network of it by 'python -m tf2onnx.convert"
                            + " --tflite FILE --output model.onnx' and load that"),
            new Mark(0, "47475546", "a GGUF file" + NOT_READ),
            new Mark(0, "89504e470d0a1a0a", "a PNG picture; give a file of weights"),
            new Mark(0, "ffd8ff", "a JPEG picture; give a file of weights"),
            new Mark(0, "474946383", "a GIF picture; give a file of weights"),
            new Mark(8, "57454250", "a WebP picture; give a file of weights"),
            new Mark(0, "49492a00", "a TIFF picture; give a file of weights"),
            new Mark(0, "4d4d002a", "a TIFF picture; give a file of weights"),
            new Mark(0, "38425053", "a Photoshop picture; give a file of weights"),
            new Mark(0, "0000000c4a584c20", "a JPEG XL picture; give a file of weights"),
            new Mark(0, "ff0a", "a JPEG XL picture; give a file of weights"),
            new Mark(4, "66747970", "a film or a picture (MP4, HEIC, AVIF); give a file of weights"),
            new Mark(0, "53514c69746520666f726d617420", "an SQLite database" + NOT_READ),
            new Mark(0, "4d41544c414220352e30204d41542d66696c65", "a MATLAB file" + NOT_READ),
            new Mark(0, "255044462d", "a PDF document; give a file of weights"),
            new Mark(0, "424d", "a BMP picture; give a file of weights"),
            new Mark(
                    0,
                    "00051607",
                    "what macOS keeps beside a file (AppleDouble, ._NAME), not the file itself; give the one without ._"),
            new Mark(0, "d0cf11e0a1b11ae1", "a document of an office program; give a file of weights"),
            new Mark(0, "50415231", "a Parquet table" + NOT_READ),
            new Mark(0, "7f454c46", "a program; give a file of weights"),
            new Mark(0, "4d5a", "a program; give a file of weights"),
            new Mark(0, "fffe", UTF16),
            new Mark(0, "feff", UTF16));

    private ForeignFile() {}

    private record Mark(int at, String hex, String what) {
        boolean begins(byte[] start) {
            StringBuilder found = new StringBuilder();
            for (int i = at; i < start.length && found.length() < hex.length(); i++) {
                found.append(String.format("%02x", start[i]));
            }
            return found.toString().startsWith(hex);
        }
    }

    /**
     * Refuses a file that is known to be something else.
     *
     * @throws FileFormatException saying what it is and what to do
     */
    public static void refuse(String file, ByteSource source) throws IOException {
        Optional<String> what = recognised(source);
        if (what.isPresent()) {
            throw FileFormatException.atByte(file, 0, "this is " + what.get() + ".");
        }
    }

    private static Optional<String> recognised(ByteSource source) throws IOException {
        if (source.size() == 0) {
            return Optional.of("an empty file; copy or download it again");
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(LOOKED_AT, source.size()));
        source.read(0, bytes);
        byte[] start = bytes.array();
        // The ninth byte of a safetensors file opens its header: whatever its length happens to look like.
        if (start.length > HEADER_AT && start[HEADER_AT] == '{' && start[HEADER_AT - 1] == 0) {
            return Optional.empty();
        }
        return MARKS.stream()
                .filter(mark -> mark.begins(start))
                .map(Mark::what)
                .findFirst()
                .or(() -> text(start))
                .or(() -> onnx(start))
                .or(() -> nothing(start, source.size()))
                .or(() -> words(start));
    }

    private static Optional<String> text(byte[] start) {
        int skipped = start.length >= 3 && start[0] == (byte) 0xef && start[1] == (byte) 0xbb ? 3 : 0;
        String text = new String(start, skipped, start.length - skipped, StandardCharsets.ISO_8859_1)
                .stripLeading()
                .toLowerCase(Locale.ROOT);
        if (text.startsWith("version https://git-lfs.github.com")) {
            return Optional.of("a pointer of Git LFS, not the file itself; fetch it with git lfs pull");
        }
        if (text.startsWith("/annex/objects/") || text.contains(".git/annex/objects/")) {
            return Optional.of("a pointer of git-annex, not the file itself; fetch it with git annex get");
        }
        boolean markup = text.startsWith("<!doctype") || text.startsWith("<html") || text.startsWith("<head");
        if (markup || text.startsWith("<script") || text.startsWith("<body") || text.startsWith("<!--")) {
            return Optional.of(
                    "a web page (HTML), which servers send in place of a file that needs a confirmation, a login or"
                            + " is gone; download the file itself");
        }
        if (text.startsWith("<svg")) {
            return Optional.of("an SVG picture; give a file of weights");
        }
        if (text.startsWith("<?xml") || text.startsWith("<error")) {
            return Optional.of(
                    "an XML text, perhaps the answer of a server that did not give the file; download it again");
        }
        if (text.startsWith("{") && text.contains("\"weight_map\"")) {
            return Optional.of("the index of a checkpoint in several files, which is not read; join them into one"
                    + " safetensors file and load that");
        }
        if (text.startsWith("{") || text.startsWith("[")) {
            return Optional.of("JSON text, not a file of weights");
        }
        return Optional.empty();
    }

    /** A safetensors file without tensors is eight zeros long or longer by its header; no header begins with zeros. */
    private static Optional<String> nothing(byte[] start, long size) {
        for (byte b : start) {
            if (b != 0) {
                return Optional.empty();
            }
        }
        return Optional.of("a file of " + size + " bytes that begins with zeros only, as a download leaves it that was"
                + " broken off; copy or download it again");
    }

    /** Text of any kind and language: none of the files that are read begins with letters alone. */
    private static Optional<String> words(byte[] start) {
        String letters = letters(start);
        boolean controls =
                letters.chars().anyMatch(c -> Character.isISOControl(c) && c != '\t' && c != '\n' && c != '\r');
        if (letters.isEmpty() || controls) {
            return Optional.empty();
        }
        String text = letters.strip().replaceAll("\\s+", " ");
        if (text.startsWith("(dp") || text.startsWith("(lp") || text.startsWith("ccopy_reg")) {
            return Optional.of(
                    "a pickle of the oldest protocol (0) but no checkpoint of PyTorch. Save the weights alone,"
                            + " with torch.save(model.state_dict(), file) or as safetensors");
        }
        String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
        return Optional.of("a text, \"" + shown
                + "\", perhaps a message or a pointer in place of the file; get the file" + " itself");
    }

    /** As UTF-8, the end of which may be cut in the middle of a letter, or as Latin-1 that is ASCII mostly; empty otherwise. */
    private static String letters(byte[] start) {
        CharBuffer letters = CharBuffer.allocate(start.length);
        CoderResult decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(start), letters, false);
        if (!decoded.isError()) {
            return letters.flip().toString();
        }
        String western = new String(start, StandardCharsets.ISO_8859_1);
        return 5 * western.chars().filter(c -> c > '~').count() < western.length() ? western : "";
    }

    /** A model of ONNX is a protocol buffer: its version, then the name of the program that wrote it. */
    private static Optional<String> onnx(byte[] start) {
        if (start.length < 8
                || start[0] != 8
                || start[1] < 1
                || start[1] > 20
                || (start[2] != 0x12 && start[2] != 0x3a)) {
            return Optional.empty();
        }
        int length = start[3] & 0xff;
        byte[] name = Arrays.copyOfRange(start, 4, Math.min(start.length, 4 + length));
        boolean readable = start[2] == 0x12 && name.length == length;
        for (byte letter : name) {
            readable &= letter >= ' ' && letter < 127;
        }
        return readable || start[2] == 0x3a ? Optional.of(ONNX) : Optional.empty();
    }
}
