package io.github.rewrite4j.edit;

import io.github.rewrite4j.image.Pixels;
import io.github.rewrite4j.io.PrintableText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Opens the masks and pictures that one text or one file names: only files that it may name, each once, and together no more pixels
 * than {@value #MOST_PIXELS}, which is found out before memory for them is taken.
 */
final class MaskReader {
    /** 16 masks of 1024 x 1024. */
    private static final int MOST_PIXELS = 1 << 24;

    /** 2048 x 2048. */
    private static final int MOST_OF_ONE = 1 << 22;

    private static final int MOST_BYTES = 1 << 26;
    private static final int HEADER = 24;
    private static final long PNG = 0x89504E470D0A1A0AL;
    private static final int LONGEST_SHOWN = 300;

    private final Path folder;
    private final MaskFiles allowed;
    private final Map<String, Region> known = new HashMap<>();
    private long left = MOST_PIXELS;

    /**
     * @param folder that names are relative to
     * @param allowed which files may be opened
     */
    MaskReader(Path folder, MaskFiles allowed) {
        this.folder = folder;
        this.allowed = allowed;
    }

    /** A mask for {@link Region#png(Path)} or, with alpha, {@link Region#pngAlpha(Path)}. */
    Region read(String name, boolean alpha) throws IOException {
        String key = (alpha ? "alpha " : "brush ") + name;
        Region before = known.get(key);
        if (before != null) {
            return before;
        }
        Path file = file(name);
        byte[] png = decodable(bytes(name), file.toString());
        Region region = Region.mask(name, Pixels.read(png, file.toString()), file.toString(), alpha);
        known.put(key, region);
        return region;
    }

    /** A picture: a PNG, whose size is known before it is decoded, or a JPEG. */
    Pixels picture(String name) throws IOException {
        byte[] bytes = bytes(name);
        boolean png = bytes.length >= HEADER && ByteBuffer.wrap(bytes).getLong(0) == PNG;
        Pixels pixels = Pixels.read(png ? decodable(bytes, name) : bytes, name);
        if (!png) {
            charge((long) pixels.height() * pixels.width());
        }
        return pixels;
    }

    private byte[] bytes(String name) throws IOException {
        Path file = file(name);
        if (Files.size(file) > MOST_BYTES) {
            throw new IOException(quoted(name) + " has " + Files.size(file) + " bytes: pictures of at most "
                    + MOST_BYTES + " are read.");
        }
        return Files.readAllBytes(file);
    }

    /** The same bytes, if the picture they claim to hold is no larger than what is left. */
    byte[] decodable(byte[] png, String name) throws IOException {
        ByteBuffer header = ByteBuffer.wrap(png);
        if (png.length < HEADER || header.getLong(0) != PNG) {
            throw new IOException(PrintableText.name(name) + " is no PNG file, which the masks of an edit must be.");
        }
        long width = header.getInt(HEADER - 8) & 0xFFFF_FFFFL;
        long height = header.getInt(HEADER - 4) & 0xFFFF_FFFFL;
        if (header.getInt(12) != 0x49484452) {
            return png;
        }
        if (width > MOST_OF_ONE || height > MOST_OF_ONE || width * height > MOST_OF_ONE) {
            throw new IOException(PrintableText.name(name) + " has " + width + "x" + height
                    + " pixels: masks and pictures of at most 2^22, such as 2048x2048, are read; reduce it.");
        }
        charge(width * height);
        return png;
    }

    private void charge(long pixels) throws IOException {
        left -= pixels;
        if (left < 0) {
            throw new IOException(
                    "the masks and pictures have more than 2^24 pixels together: reduce them to the size of"
                            + " the generator's images.");
        }
    }

    /** A regular file that may be opened; its real path. */
    Path file(String name) throws IOException {
        Path file = named(name);
        boolean climbs = !file.normalize().startsWith(folder.normalize());
        if (allowed == MaskFiles.INSIDE_FOLDER && (climbs || Path.of(name).isAbsolute())) {
            throw outside(name, "");
        }
        if (!Files.exists(file)) {
            throw new NoSuchFileException(PrintableText.shortened(file.toString(), LONGEST_SHOWN));
        }
        Path real = file.toRealPath();
        if (allowed == MaskFiles.INSIDE_FOLDER && !real.startsWith(folder.toRealPath())) {
            throw outside(name, " through a link");
        }
        if (Files.isDirectory(real)) {
            throw new IOException(quoted(name) + " is a folder: name a file in it.");
        }
        if (!Files.isRegularFile(real)) {
            throw new IOException(quoted(name) + " is a device or a pipe, which is never opened: name a file.");
        }
        return real;
    }

    private Path named(String name) throws IOException {
        try {
            return folder.resolve(name);
        } catch (InvalidPathException wrong) {
            throw new IOException(
                    quoted(name) + " cannot be the name of a file here (" + wrong.getReason() + "). Where the name has"
                            + " letters other than a to z, start Java in a locale of UTF-8, such as LC_ALL=C.UTF-8; now"
                            + " names are in "
                            + System.getProperty(
                                    "sun.jnu.encoding", Charset.defaultCharset().name())
                            + ".",
                    wrong);
        }
    }

    private static IOException outside(String name, String how) {
        return new IOException(
                quoted(name) + " leads out of the folder of the edit" + how + ": copy it beside the edit, or"
                        + " allow files elsewhere if you trust who"
                        + " wrote it (MaskFiles.ANYWHERE in Java,"
                        + " --masks anywhere on the command"
                        + " line).");
    }

    private static String quoted(String name) {
        return "'" + PrintableText.name(name) + "'";
    }
}
