package io.github.rewrite4j.samediff.generator;

import io.github.rewrite4j.family.LoadOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Height and width in pixels.
 *
 * @param height positive
 * @param width positive
 */
public record PictureSize(int height, int width) {
    /** {@code size} of families of graphs: of pictures that go in, where the file leaves them free. */
    public static final LoadOption<PictureSize> OPTION = new LoadOption<>(
            "size",
            "HEIGHTxWIDTH",
            "Pixels of pictures that go in, where the file leaves them free.",
            PictureSize.class,
            PictureSize::parse);

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,5})(?:x([0-9]{1,5}))?");

    public PictureSize {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException("a picture of " + height + " x " + width + " pixels is none");
        }
    }

    private static PictureSize parse(String text) {
        Matcher sizes = TEXT.matcher(text);
        if (!sizes.matches()) {
            throw new IllegalArgumentException("expected is a height and a width, such as 256x384");
        }
        int height = Integer.parseInt(sizes.group(1));
        return new PictureSize(height, sizes.group(2) == null ? height : Integer.parseInt(sizes.group(2)));
    }
}
