package io.github.rewrite4j.image.internal;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** What a file is that was given as a picture and is none that is read. */
public final class OtherPicture {
    private static final int LOOKED_AT = 256;

    private OtherPicture() {}

    private record Mark(int at, String letters, String what) {}

    /** Bytes as letters of Latin 1. */
    private static final List<Mark> MARKS = List.of(
            new Mark(0, "GIF8", "a GIF picture"),
            new Mark(8, "WEBP", "a WebP picture"),
            new Mark(0, "BM", "a BMP picture"),
            new Mark(0, "II*\0", "a TIFF picture or a camera's raw file"),
            new Mark(0, "MM\0*", "a TIFF picture or a camera's raw file"),
            new Mark(4, "ftypavif", "an AVIF picture"),
            new Mark(4, "ftyphe", "a HEIC picture, as telephones take them"),
            new Mark(4, "ftypmif1", "a HEIC picture, as telephones take them"),
            new Mark(4, "ftyp", "a film"),
            new Mark(0, "\u00ff\n", "a JPEG XL picture"),
            new Mark(4, "JXL ", "a JPEG XL picture"),
            new Mark(4, "jP  ", "a JPEG 2000 picture"),
            new Mark(0, "8BPS", "a Photoshop file"),
            new Mark(0, "%PDF-", "a PDF document"),
            new Mark(0, "PK\u0003\u0004", "a zip archive"));

    /**
     * A sentence that says what the file is and what to do.
     *
     * @param name what messages call it
     */
    public static String refusal(byte[] file, String name) {
        if (file.length == 0) {
            return name + " is empty and so neither a PNG nor a JPEG file: copy or download it again.";
        }
        String start = new String(file, 0, Math.min(LOOKED_AT, file.length), StandardCharsets.ISO_8859_1);
        for (Mark mark : MARKS) {
            if (start.startsWith(mark.letters, mark.at)) {
                return name + " is " + mark.what + ", neither a PNG nor a JPEG file: convert the picture to PNG.";
            }
        }
        String text = start.replaceFirst("^\u00ef\u00bb\u00bf", "").strip().toLowerCase(Locale.ROOT);
        if (text.startsWith("version https://git-lfs")) {
            return name
                    + " is a pointer of Git LFS, neither a PNG nor a JPEG file: fetch the picture with git lfs pull.";
        }
        if (text.startsWith("<!doctype html") || text.startsWith("<html") || text.startsWith("<head")) {
            return name + " is a web page, neither a PNG nor a JPEG file: download the picture itself.";
        }
        if (text.startsWith("<svg") || (text.startsWith("<?xml") && text.contains("<svg"))) {
            return name + " is an SVG drawing, neither a PNG nor a JPEG file: convert the picture to PNG.";
        }
        return name + " is neither a PNG nor a JPEG file (its " + file.length
                + " bytes begin otherwise): convert the picture to PNG.";
    }
}
