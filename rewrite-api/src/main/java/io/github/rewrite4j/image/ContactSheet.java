package io.github.rewrite4j.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Rows of pictures with a label at the left of each row, for looking at results and for showing them.
 *
 * <pre>{@code
 * ContactSheet.titled("A hair bun for everyone")
 *         .columns("sample 4", "sample 9", "sample 23")
 *         .row("before", before)                       // [3, 3, H, W]
 *         .row("after", after)
 *         .row("difference x 4", Difference.absolute(before, after, 4))
 *         .footer("layer5, rank 3")
 *         .build()
 *         .write(Path.of("bun.png"));
 * }</pre>
 *
 * <p>Labels are always there: where Java has no fonts, built-in letters are drawn.
 */
public final class ContactSheet {
    private final BufferedImage picture;

    private ContactSheet(BufferedImage picture) {
        this.picture = picture;
    }

    /** Begins a sheet; an empty title takes no room. */
    public static Builder titled(String title) {
        Objects.requireNonNull(title, "title");
        return new Builder(title);
    }

    /** The sheet as a Java picture of its own. */
    public BufferedImage toImage() {
        BufferedImage copy = new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_INT_RGB);
        Drawing.paste(picture, copy, 0, 0, 1);
        return copy;
    }

    /** Writes the sheet as a PNG. */
    public void write(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        Images.write(picture, file);
    }

    /** Collects what goes on the sheet; not safe for several threads. */
    public static final class Builder {
        private final String title;
        private final List<SheetLayout.Row> rows = new ArrayList<>();
        private List<String> columns = List.of();
        private String footer = "";
        private int scale;
        private int margin = 12;
        private int labelWidth = 130;
        private boolean builtInLetters;

        private Builder(String title) {
            this.title = title;
        }

        /** Labels above the columns, at most as many as the longest row has pictures. */
        public Builder columns(String... labels) {
            Objects.requireNonNull(labels, "labels");
            columns = List.of(labels);
            return this;
        }

        /** A row of images, [N, 3, H, W] or [3, H, W] in [-1, 1], or grey ones with one channel, with a label that is wrapped where it is long. */
        public Builder row(String label, INDArray images) {
            Objects.requireNonNull(label, "label");
            Objects.requireNonNull(images, "images");
            ImageBatch batch = ImageBatch.images("the row " + label, images);
            List<BufferedImage> pictures = new ArrayList<>();
            for (int i = 0; i < batch.count(); i++) {
                pictures.add(Images.picture(batch, i));
            }
            rows.add(new SheetLayout.Row(label, pictures));
            return this;
        }

        /** A row of drawn pictures. */
        public Builder row(String label, List<BufferedImage> pictures) {
            Objects.requireNonNull(label, "label");
            Objects.requireNonNull(pictures, "pictures");
            rows.add(new SheetLayout.Row(label, pictures));
            return this;
        }

        /** A line below the pictures. */
        public Builder footer(String text) {
            Objects.requireNonNull(text, "text");
            footer = text;
            return this;
        }

        /**
         * Each pixel becomes a square of this side; by default 2 when no picture is larger than 64 pixels, else 1. Rows
         * of smaller pictures than the others are enlarged further, by a whole factor, to the others' size.
         */
        public Builder scale(int factor) {
            scale = requireRange("scale", factor, 1, 64);
            return this;
        }

        /** Empty pixels around the sheet, 0 to 1000; 12 by default. */
        public Builder margin(int pixels) {
            margin = requireRange("margin", pixels, 0, 1000);
            return this;
        }

        /** Pixels for the labels at the left, 20 to 2000; 130 by default. */
        public Builder labelWidth(int pixels) {
            labelWidth = requireRange("label width", pixels, 20, 2000);
            return this;
        }

        /** Draws the built-in letters even where Java has fonts, so that the sheet is the same on every machine. */
        public Builder builtInLetters() {
            builtInLetters = true;
            return this;
        }

        /**
         * Draws the sheet.
         *
         * @throws IllegalArgumentException if there is no row, or more column labels than columns
         */
        public ContactSheet build() {
            if (rows.isEmpty()) {
                throw new IllegalArgumentException(
                        "The contact sheet has no row: add pictures with row(label, images).");
            }
            int longest =
                    rows.stream().mapToInt(row -> row.pictures().size()).max().orElseThrow();
            if (columns.size() > longest) {
                throw new IllegalArgumentException("There are " + columns.size() + " column labels but the longest row"
                        + " has " + longest + " pictures: remove labels or add pictures.");
            }
            Lettering small = builtInLetters ? BitmapLettering.ofSize(13) : Lettering.ofSize(13);
            Lettering large = builtInLetters ? BitmapLettering.ofSize(18) : Lettering.ofSize(18);
            int factor = scale > 0 ? scale : SheetLayout.largestSide(rows) <= 64 ? 2 : 1;
            SheetLayout layout = new SheetLayout(List.copyOf(rows), columns, small, large, factor, margin, labelWidth);
            return new ContactSheet(layout.draw(title, footer));
        }

        private static int requireRange(String what, int value, int least, int most) {
            if (value < least || value > most) {
                throw new IllegalArgumentException(
                        "The " + what + " is " + value + ": it must be " + least + " to " + most + ".");
            }
            return value;
        }
    }
}
