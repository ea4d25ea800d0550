package io.github.rewrite4j.edit;

import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.image.Pixels;
import io.github.rewrite4j.io.PrintableText;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which part of an image is meant: an immutable soft mask in [0, 1], 1 = selected.
 *
 * <p>Shapes are in pixels of the image that they are used on: x to the right, y down, the pixel in the upper left
 * corner covering 0 to 1 in both. They are drawn hard, by pixel centres, once the size of the image is known ({@link
 * #onImage}). Pictures and arrays have a size of their own and are stretched over the image. On the grid of a layer
 * ({@link #onGrid}) the mask is reduced by an antialiased triangle filter rounded to 8 bits, as the published rewriting
 * interface reduces brush masks.
 *
 * <p>Combinations take the larger value ({@link #union}), the smaller one ({@link #intersect}), or the smaller of one
 * and the complement of the other ({@link #minus}). Parts outside the image are not lost: a region can be moved or
 * grown into it. Two regions are equal when they are described alike; drawing costs one pass over the pixels of each part.
 */
public final class Region {
    private static final Logger log = LoggerFactory.getLogger(Region.class);

    /** Operations of one region, at most. */
    static final int MOST_OPERATIONS = 1000;

    /** Corners of all polygons of one region, at most. */
    static final int MOST_CORNERS = 10_000;

    /** Cells that drawing may look at on any image: a third of a second, and 128 MB if all are held at once. */
    private static final double MOST_CELLS = 1 << 25;

    /** How often drawing may look at each pixel of a larger image: far less work than drawing the image itself. */
    private static final double MOST_PASSES = 1 << 6;

    private static final int LONGEST_SHOWN = 300;

    private static final Region FULL = new Region(new Shape.Everything());

    private final Shape shape;
    private final int operations;
    private final int corners;

    private Region(Shape shape) {
        this(
                shape,
                0,
                shape instanceof Outline.Polygon polygon ? polygon.corners().size() / 2 : 0);
    }

    private Region(Shape shape, int operations, int corners) {
        if (operations > MOST_OPERATIONS) {
            throw new IllegalArgumentException("A region has at most " + MOST_OPERATIONS
                    + " operations (union, inverted, moved and so on): draw it into a mask and use Region.of(mask), or"
                    + " save it as a PNG.");
        }
        if (corners > MOST_CORNERS) {
            throw new IllegalArgumentException("The polygons of a region have at most " + MOST_CORNERS
                    + " corners: leave some out, or draw the region into a PNG.");
        }
        this.shape = shape;
        this.operations = operations;
        this.corners = corners;
    }

    /** An ellipse: its centre and half its axes, in pixels. */
    public static Region ellipse(double centreX, double centreY, double halfWidth, double halfHeight) {
        return new Region(new Outline.Ellipse(centreX, centreY, halfWidth, halfHeight));
    }

    /** A rectangle: its upper left corner and its size, in pixels. */
    public static Region rectangle(double x, double y, double width, double height) {
        return new Region(new Outline.Rectangle(x, y, width, height));
    }

    /**
     * A closed polygon; where it crosses itself the even-odd rule decides.
     *
     * @param xy x0, y0, x1, y1, ...: at least three corners
     */
    public static Region polygon(double... xy) {
        Objects.requireNonNull(xy, "xy");
        return new Region(new Outline.Polygon(Arrays.stream(xy).boxed().toList()));
    }

    /** The whole image. */
    public static Region full() {
        return FULL;
    }

    /**
     * A brush mask, white on black: the red channel of a PNG (or JPEG) divided by 255 (grey pictures: the grey). Files that mark the
     * object otherwise are understood where that is safe, of which the log warns: in another
     * colour, in alpha, with 0 and 1 for black and white, in 16 bits that hold 8, with the noise of JPEG. Maps of labels,
     * pictures of many colours, masks without black and inverted ones are refused. In pictures of fewer than 16 pixels,
     * too few to judge, the red channel is taken as it is.
     *
     * @throws IOException if the file cannot be read or is no mask
     */
    public static Region png(Path file) throws IOException {
        return mask(nameOf(file), Pixels.read(file), file.toString(), false);
    }

    /** As {@link #png(Path)}, from the bytes of the file. */
    public static Region png(byte[] file) throws IOException {
        return mask(file.length + " bytes", Pixels.read(file, "the mask"), "the mask", false);
    }

    /** As {@link #png(Path)}, from a stream, which stays open; see {@link Pixels#read(InputStream, String)}. */
    public static Region png(InputStream in) throws IOException {
        return mask("stream", Pixels.read(in, "the mask"), "the mask", false);
    }

    /**
     * A cut-out: the alpha channel of a PNG divided by 255, whatever its colours; 0 and 1 count as 0 and 255.
     *
     * @throws IOException if the file cannot be read, has no alpha channel, or one that is inverted or
     *     leaves nothing out
     */
    public static Region pngAlpha(Path file) throws IOException {
        return mask(nameOf(file), Pixels.read(file), file.toString(), true);
    }

    /** As {@link #pngAlpha(Path)}, from the bytes of the file. */
    public static Region pngAlpha(byte[] file) throws IOException {
        return mask(file.length + " bytes", Pixels.read(file, "the mask"), "the mask", true);
    }

    /** As {@link #pngAlpha(Path)}, from a stream, which stays open. */
    public static Region pngAlpha(InputStream in) throws IOException {
        return mask("stream", Pixels.read(in, "the mask"), "the mask", true);
    }

    /**
     * A brush mask that was painted in Java, understood as {@link #png(Path)} understands a file.
     *
     * @throws IllegalArgumentException if it is no mask
     */
    public static Region of(BufferedImage mask) {
        Objects.requireNonNull(mask, "mask");
        return painted(mask, false);
    }

    /**
     * The alpha channel of a picture, understood as {@link #pngAlpha(Path)} understands that of a file.
     *
     * @throws IllegalArgumentException if it has none, or one that is inverted or leaves nothing out
     */
    public static Region alphaOf(BufferedImage picture) {
        return painted(picture, true);
    }

    private static Region painted(BufferedImage picture, boolean alpha) {
        Pixels pixels = Pixels.of(picture);
        try {
            return of(mask("picture", pixels, "the picture", alpha).ownMask().orElseThrow());
        } catch (IOException wrong) {
            throw new IllegalArgumentException(wrong.getMessage(), wrong);
        }
    }

    private static String nameOf(Path file) {
        return String.valueOf(file.getFileName());
    }

    /**
     * The mask in a picture.
     *
     * @param name what the text of the region calls it
     * @param label what messages call it
     * @param alpha whether its alpha channel marks the object
     */
    static Region mask(String name, Pixels pixels, String label, boolean alpha) throws IOException {
        if (alpha && !pixels.hasAlpha()) {
            throw new IOException(label + " has no alpha channel that could mark an object: save it as RGBA, or use"
                    + " Region.png for a brush mask in black and white.");
        }
        MaskPicture mask = alpha ? MaskPicture.cutOut(pixels, label) : MaskPicture.brush(pixels, label);
        mask.notes().forEach(note -> log.warn("{}", PrintableText.of(note)));
        return new Region(new Picture((alpha ? "pngAlpha(" : "png(") + MaskName.written(name) + ")", mask.mask()));
    }

    /** A mask in rows: values in [0, 1], 1 = selected. */
    public static Region of(float[][] mask) {
        Objects.requireNonNull(mask, "mask");
        return of(Mask.of(mask));
    }

    /** A mask as an array [height, width]: values in [0, 1], 1 = selected. */
    public static Region of(INDArray mask) {
        Objects.requireNonNull(mask, "mask");
        return of(Mask.of(mask));
    }

    /** A mask of its own size. */
    public static Region of(Mask mask) {
        Objects.requireNonNull(mask, "mask");
        return new Region(new Picture("of(" + mask + ")", mask));
    }

    /**
     * Reads a region as {@link #toString} writes it, for instance {@code ellipse(32, 10, 10, 8).grown(2)},
     * {@code rectangle(...)}, {@code polygon(...)}, {@code full()}, {@code png(mask.png)}, {@code pngAlpha(cut.png)}.
     *
     * <p>The name of a file with parentheses that do not pair is put in quotes: {@code png('mask (.png')}; a quote in it
     * is written twice.
     *
     * @param folder that names of mask files are relative to; only files in it are opened
     * @throws IllegalArgumentException saying at which character it is wrong
     * @throws IOException if a mask file cannot be read or may not be opened
     */
    public static Region parse(String text, Path folder) throws IOException {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(folder, "folder");
        return parse(text, folder, MaskFiles.INSIDE_FOLDER);
    }

    /**
     * As {@link #parse(String, Path)}.
     *
     * @param masks which files may be opened
     */
    public static Region parse(String text, Path folder, MaskFiles masks) throws IOException {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(folder, "folder");
        Objects.requireNonNull(masks, "masks");
        return parse(text, new MaskReader(folder, masks));
    }

    static Region parse(String text, MaskReader masks) throws IOException {
        return new RegionParser(text, masks).parse();
    }

    /** What either selects. */
    public Region union(Region other) {
        return combined(Combination.Operation.UNION, other);
    }

    /** What this selects and the other does not. */
    public Region minus(Region other) {
        return combined(Combination.Operation.MINUS, other);
    }

    /** What both select. */
    public Region intersect(Region other) {
        return combined(Combination.Operation.INTERSECT, other);
    }

    /** What this does not select. */
    public Region inverted() {
        return changed(new Shape.Inverted(shape));
    }

    /**
     * Widened to all pixels at a Chebyshev distance of at most {@code px}.
     *
     * @param px 0 to 4096
     */
    public Region grown(int px) {
        return changed(new Shape.Grown(shape, px));
    }

    /** Moved by whole pixels: {@code dx} to the right, {@code dy} down. */
    public Region moved(int dx, int dy) {
        return changed(new Shape.Moved(shape, dx, dy));
    }

    /** The mask with the size that it was painted or given in, where this is nothing but one. */
    public Optional<Mask> ownMask() {
        return shape instanceof Picture picture ? Optional.of(picture.mask()) : Optional.empty();
    }

    private Region changed(Shape changed) {
        return new Region(changed, operations + 1, corners);
    }

    /** How many operations it is made of. */
    int operations() {
        return operations;
    }

    /**
     * The mask in pixels of an image, possibly empty; see {@link #requireOnImage}.
     *
     * @throws IllegalArgumentException if drawing would take too long: more than 2^25 cells and more than 64 passes over the
     *     image
     */
    public Mask onImage(int height, int width) {
        Window window = Window.of(height, width);
        double cells = shape.cost(window);
        if (cells > Math.max(MOST_CELLS, MOST_PASSES * window.cells())) {
            throw new IllegalArgumentException("Drawing the region " + shown() + " on " + width + "x" + height
                    + " pixels would take " + Numbers.text(Math.rint(cells / window.cells()))
                    + " passes over the image: grow it by less, or draw it into a mask once and use Region.of(mask).");
        }
        return new Mask(height, width, shape.values(window));
    }

    /**
     * The mask on the grid of a layer, possibly empty; see {@link #requireOnGrid}. A picture or an array is reduced to
     * the grid directly from its own size, everything else from the size of the image.
     */
    public Mask onGrid(int imageHeight, int imageWidth, int gridHeight, int gridWidth) {
        Checks.size("grid", gridHeight, gridWidth);
        return onGrid(imageHeight, imageWidth, new FeatureShape(1, gridHeight, gridWidth));
    }

    /** As {@link #onGrid(int, int, int, int)}, on a grid of which a margin may lie outside of the picture. */
    public Mask onGrid(int imageHeight, int imageWidth, FeatureShape grid) {
        Objects.requireNonNull(grid, "grid");
        Checks.size("image", imageHeight, imageWidth);
        Mask drawn = shape instanceof Picture picture ? picture.mask() : onImage(imageHeight, imageWidth);
        return drawn.onGrid(grid);
    }

    /**
     * As {@link #onImage}, for an edit that needs something to be selected.
     *
     * @throws EmptyRegionException if no pixel of the image is selected
     */
    public Mask requireOnImage(int height, int width) {
        Mask mask = onImage(height, width);
        if (mask.isEmpty()) {
            throw EmptyRegionException.onImage(shown(), shape.extent(height, width), height, width);
        }
        return mask;
    }

    /**
     * As {@link #onGrid}, for an edit that needs something to be selected.
     *
     * @throws EmptyRegionException if no pixel of the image is selected, or so few that nothing is left on the grid
     */
    public Mask requireOnGrid(int imageHeight, int imageWidth, int gridHeight, int gridWidth) {
        Checks.size("grid", gridHeight, gridWidth);
        return requireOnGrid(imageHeight, imageWidth, new FeatureShape(1, gridHeight, gridWidth));
    }

    /** As {@link #requireOnGrid(int, int, int, int)}, on a grid of which a margin may lie outside of the picture. */
    public Mask requireOnGrid(int imageHeight, int imageWidth, FeatureShape grid) {
        Objects.requireNonNull(grid, "grid");
        Mask mask = onGrid(imageHeight, imageWidth, grid);
        if (mask.isEmpty()) {
            Mask pixels = requireOnImage(imageHeight, imageWidth);
            throw new EmptyRegionException("The region " + shown() + " selects " + pixels.selectedCells()
                    + " pixels of the image, which is too little to leave a trace on a grid of " + grid.width() + "x"
                    + grid.height() + " cells for " + imageWidth + "x" + imageHeight
                    + " pixels: enlarge it, for example by grown(px), or choose a layer with a finer grid.");
        }
        return mask;
    }

    private Region combined(Combination.Operation operation, Region other) {
        return new Region(
                new Combination(operation, shape, other.shape),
                operations + other.operations + 1,
                corners + other.corners);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Region region && shape.equals(region.shape);
    }

    @Override
    public int hashCode() {
        return shape.hashCode();
    }

    /** Reads like the calls that made it: {@code ellipse(32, 10, 10, 8).grown(2)}. */
    @Override
    public String toString() {
        return shape.toString();
    }

    /** For messages: a region of many parts is cut short. */
    private String shown() {
        return PrintableText.shortened(toString(), LONGEST_SHOWN);
    }
}
