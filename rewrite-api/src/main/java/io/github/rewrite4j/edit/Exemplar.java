package io.github.rewrite4j.edit;

import io.github.rewrite4j.image.Pixels;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A picture with an object that a generator never drew, and where in it the object is. Immutable; values in [-1, 1].
 *
 * <p>The mask says which pixels belong to the object (above zero), alpha how much of each the object covers. On a
 * picture G the object looks like
 *
 * <pre>{@code (1 - alpha) G + o,   o = with - (1 - alpha) without inside the mask, 0 elsewhere}</pre>
 *
 * (the {@linkplain #compositeOn composite}), so that shadows and glass keep what they do to the background. Where there
 * is no second picture without the object, {@code o = alpha with}. Alpha is taken as zero outside the mask, so that the
 * composite is G there: a picture that differs from its partner in more than the object, for instance in hair that a hat
 * hides, leaves no ghost.
 *
 * <p>The share o of the object is what is resampled and moved, not the pictures: colours of covered pixels are weighted
 * by their coverage, and a composite of the small exemplar is the small composite.
 */
public final class Exemplar {
    /** Alpha from which on a pixel of a cut-out belongs to the object: fainter ones are the rim of its antialiasing. */
    static final float FAINTEST = 10 / 255f;

    private final String name;
    private final ExemplarLayers layers;

    /** What the user should know, and whether the size of the object was chosen. */
    private final Remarks remarks;

    record Remarks(List<String> notes, boolean sized) {
        static final Remarks NONE = new Remarks(List.of(), false);

        Remarks {
            notes = List.copyOf(notes);
        }

        Remarks with(List<String> more) {
            return new Remarks(Stream.concat(notes.stream(), more.stream()).toList(), sized);
        }
    }

    private Exemplar(String name, ExemplarLayers layers, Remarks remarks) {
        this.name = name;
        this.layers = layers;
        this.remarks = remarks;
    }

    /**
     * From a picture whose alpha channel cuts the object out. The mask is where alpha is at least 10/255. Colours that the
     * old surroundings left under a soft edge are replaced by the object's own.
     *
     * @param picture [3, H, W] in [-1, 1], or grey [1, H, W]; colours not multiplied by alpha
     * @param alpha [H, W]
     * @throws EmptyRegionException if alpha is zero, or so small that nothing is visible
     * @throws IllegalArgumentException if sizes differ or alpha marks everything
     */
    public static Exemplar cutOut(INDArray picture, Mask alpha) {
        Objects.requireNonNull(picture, "picture");
        return create(picture, null, visible(alpha), alpha);
    }

    /** Where something of a cut-out can be seen. */
    static Mask visible(Mask alpha) {
        return alpha.atLeast(FAINTEST);
    }

    /**
     * From a picture and where in it the object is; alpha is the mask as it is, softened by nothing.
     *
     * @param picture [3, H, W] in [-1, 1], or grey [1, H, W]
     * @param object drawn on the picture
     * @throws EmptyRegionException if no pixel of the picture is selected; the message says where the region lies
     * @throws IllegalArgumentException if the picture does not fit or all of it is selected
     */
    public static Exemplar of(INDArray picture, Region object) {
        Objects.requireNonNull(picture, "picture");
        Objects.requireNonNull(object, "object");
        Planes with = Planes.picture("with the object", picture);
        Mask mask = object.requireOnImage(with.height(), with.width());
        return create(picture, null, mask, mask);
    }

    /**
     * From a picture with the object and one without it that is the same elsewhere. The mask is where they differ
     * clearly, some channel by more than 16 of 255 grey levels, tidied: gaps of up to two pixels are closed, single
     * pixels dropped, enclosed holes of at most 1/500 of the area filled. Alpha is 1 inside; at the rim it is estimated
     * from {@code with = alpha object + (1 - alpha) without}, the object's colour continued from inside, and the mask ends
     * where alpha falls below 10/255. What else differs between them, for instance hair that a hat hides, becomes part of the object: give a mask to prevent it.
     *
     * @param with [3, H, W] in [-1, 1], or grey [1, H, W]
     * @param without the same picture without the object, same shape
     * @throws EmptyRegionException if they do not differ clearly anywhere
     * @throws IllegalArgumentException if shapes differ, or they differ everywhere
     */
    public static Exemplar ofPair(INDArray with, INDArray without) {
        Objects.requireNonNull(with, "with");
        Objects.requireNonNull(without, "without");
        Planes first = Planes.picture("with the object", with);
        Planes second = Planes.picture("without the object", without);
        return ofPair(first, second);
    }

    static Exemplar ofPair(Planes with, Planes without) {
        ExemplarLayers.requireSize("picture without the object", without.height(), without.width(), with);
        PairMatting matting = PairMatting.of(with, without);
        if (matting.mask().isEmpty()) {
            throw new EmptyRegionException("The pictures with and without the object differ nowhere by more than 16 of"
                    + " 255 grey levels, so there is no object to find: check that they are two different pictures,"
                    + " or mark the object with a mask.");
        }
        return create(with, without, matting.mask(), matting.alpha());
    }

    /**
     * Reads a cut-out: a picture whose alpha channel marks the object. {@link ExemplarFiles} reads pictures beside which
     * something else marks it.
     *
     * @throws IOException if it cannot be read, is neither PNG nor JPEG, is damaged, or has no alpha channel
     */
    public static Exemplar read(Path picture) throws IOException {
        Objects.requireNonNull(picture, "picture");
        return read(picture, Optional.empty(), Optional.empty());
    }

    /** As {@link ExemplarFiles#read}. */
    static Exemplar read(Path picture, Optional<Path> mask, Optional<Path> without) throws IOException {
        return ExemplarReader.read(picture, mask, without);
    }

    /**
     * Reads a cut-out from a stream, which stays open; see {@link Pixels#read(InputStream, String)}.
     *
     * @param name what reports and messages call it
     * @throws IOException as {@link #read(Path)}
     */
    public static Exemplar read(InputStream picture, String name) throws IOException {
        Objects.requireNonNull(picture, "picture");
        return ExemplarReader.read(
                ExemplarReader.Given.of(Pixels.read(picture, name), name), Optional.empty(), Optional.empty());
    }

    /**
     * From a Java picture whose alpha channel cuts the object out.
     *
     * @throws EmptyRegionException if alpha is zero, or so small that nothing is visible
     * @throws IllegalArgumentException if there is no alpha channel, or it marks everything or looks inverted
     */
    public static Exemplar of(BufferedImage cutOut) {
        Objects.requireNonNull(cutOut, "cutOut");
        return ofPixels(cutOut, Optional.empty());
    }

    /**
     * From a Java picture and a brush mask of the same size, white where the object is.
     *
     * @throws EmptyRegionException if nothing is marked
     * @throws IllegalArgumentException if sizes differ, everything is marked, or the mask is none
     */
    public static Exemplar of(BufferedImage picture, BufferedImage mask) {
        Objects.requireNonNull(picture, "picture");
        Objects.requireNonNull(mask, "mask");
        return ofPixels(picture, Optional.of(mask));
    }

    private static Exemplar ofPixels(BufferedImage picture, Optional<BufferedImage> mask) {
        try {
            return ExemplarReader.read(
                    ExemplarReader.Given.of(Pixels.of(picture), "exemplar"),
                    mask.map(marked -> ExemplarReader.Given.of(Pixels.of(marked), "the mask")),
                    Optional.empty());
        } catch (IOException wrong) {
            throw new IllegalArgumentException(wrong.getMessage(), wrong);
        }
    }

    /**
     * From everything that there is to know.
     *
     * @param with the picture with the object [3, H, W] in [-1, 1]
     * @param without the same picture without it
     * @param mask [H, W], above zero where the object is
     * @param alpha [H, W], how much of each pixel the object covers
     * @throws EmptyRegionException if the mask selects nothing
     * @throws IllegalArgumentException if sizes differ, or the mask selects everything
     */
    public static Exemplar of(INDArray with, INDArray without, Mask mask, Mask alpha) {
        Objects.requireNonNull(with, "with");
        Objects.requireNonNull(without, "without");
        Objects.requireNonNull(mask, "mask");
        Objects.requireNonNull(alpha, "alpha");
        return create(with, without, mask, alpha);
    }

    private static Exemplar create(INDArray with, @Nullable INDArray without, Mask mask, Mask alpha) {
        Planes second = without == null ? null : Planes.picture("without the object", without);
        return create(Planes.picture("with the object", with), second, mask, alpha);
    }

    static Exemplar create(Planes with, @Nullable Planes without, Mask mask, Mask alpha) {
        return new Exemplar("exemplar", ExemplarLayers.of(with, without, mask, alpha), Remarks.NONE);
    }

    /** The same exemplar under a name for reports. */
    public Exemplar named(String newName) {
        Objects.requireNonNull(newName, "newName");
        return new Exemplar(newName, layers, remarks);
    }

    /** The same, its size chosen. */
    Exemplar sized() {
        return new Exemplar(name, layers, new Remarks(remarks.notes(), true));
    }

    Exemplar noting(List<String> more) {
        return new Exemplar(name, layers, remarks.with(more));
    }

    /**
     * Full sentences on what had to be understood or chosen to use the pictures: a mask that is not white on black, a
     * camera's orientation mark, a size that the object was given. Reports of edits repeat them.
     */
    public List<String> notes() {
        return remarks.notes();
    }

    /** What reports call it; "exemplar" unless it was named or read from a file. */
    public String name() {
        return name;
    }

    public int height() {
        return layers.with().height();
    }

    public int width() {
        return layers.with().width();
    }

    /** The picture with the object, a new float32 array [3, H, W]. */
    public INDArray with() {
        return layers.with().toArray();
    }

    /** The picture without the object, a new float32 array [3, H, W], if there is one. */
    public Optional<INDArray> without() {
        return Optional.ofNullable(layers.without()).map(Planes::toArray);
    }

    /** Where the object is: above zero. */
    public Mask mask() {
        return layers.mask();
    }

    /** How much of each pixel the object covers. */
    public Mask alpha() {
        return layers.alpha().toMask();
    }

    /**
     * What the object adds to a picture, o in the composite (1 - alpha) G + o: a new float32 array [3, H, W], from -2 to 2.
     */
    public INDArray share() {
        return layers.share().toArray();
    }

    /**
     * As {@link #share()}, for pictures of so many channels.
     *
     * @param channels 3, or 1 for grey pictures, to which the object adds its luma
     * @return a new float32 array [channels, H, W]
     */
    public INDArray share(int channels) {
        return layers.share().withChannels(channels).toArray();
    }

    /** The mask of the exemplar {@linkplain #resizedTo(int) resized} to a square of this size. */
    public Mask mask(int size) {
        return resizedTo(size).mask();
    }

    /** Alpha of the exemplar {@linkplain #resizedTo(int) resized} to a square of this size. */
    public Mask alpha(int size) {
        return resizedTo(size).alpha();
    }

    /** As {@link #resizedTo(int, int)}, for square pictures. */
    public Exemplar resizedTo(int size) {
        return resizedTo(size, size);
    }

    /**
     * The exemplar as large as fits into a picture of the given size, its proportions kept. What it does not fill holds
     * no object and repeats the border of the picture. Reduced to the mean over the area of each pixel, or enlarged
     * linearly, colours weighted by alpha; the mask is resized as {@link Mask#resized} does.
     *
     * <p>A tight cut-out, an object whose box covers more than nine tenths of its picture and that has no picture without
     * it, cannot be meant to fill the image: it is drawn in the middle at half the image's width, or less if it would be
     * too high, and {@link #notes} says so. Choose its size with {@link #resizedTo(int, int, int)}.
     *
     * @param newHeight in pixels, at least 1
     * @param newWidth in pixels, at least 1
     * @throws EmptyRegionException if the object is too small to leave a trace
     */
    public Exemplar resizedTo(int newHeight, int newWidth) {
        Checks.size("exemplar", newHeight, newWidth);
        if (!remarks.sized() && layers.without() == null && ObjectSize.of(this).fillsPicture()) {
            return ObjectSize.of(this).halfAsWide(newHeight, newWidth);
        }
        if (newHeight == height() && newWidth == width()) {
            return this;
        }
        double scale = Math.min((double) newHeight / height(), (double) newWidth / width());
        int innerHeight = (int) Math.max(1, Math.min(newHeight, Math.round(height() * scale)));
        int innerWidth = (int) Math.max(1, Math.min(newWidth, Math.round(width() * scale)));
        return scaled(innerHeight, innerWidth)
                .onCanvas(newHeight, newWidth, (newHeight - innerHeight) / 2, (newWidth - innerWidth) / 2);
    }

    /**
     * The exemplar on a picture of the given size, its object so many pixels wide, its proportions kept. The centre of the
     * object lies where it lies in its picture, in proportion; an object that would leave the image is moved as far as it
     * stays whole.
     *
     * @param newHeight of the picture in pixels, at least 1
     * @param newWidth of the picture in pixels, at least 1
     * @param objectWidth of the bounding box of the object in pixels, at least 1
     * @throws IllegalArgumentException if the object would be larger than the picture; the message says what fits
     * @throws EmptyRegionException if it is too small to leave a trace
     */
    public Exemplar resizedTo(int newHeight, int newWidth, int objectWidth) {
        Checks.size("exemplar", newHeight, newWidth);
        return ObjectSize.of(this).wide(objectWidth, newHeight, newWidth);
    }

    /** All pictures resized, the remarks kept. */
    Exemplar scaled(int newHeight, int newWidth) {
        return new Exemplar(name, layers.scaled(name, newHeight, newWidth), remarks);
    }

    /**
     * The exemplar with the centre of its object's bounding box at a pixel. An object that would leave the picture is
     * moved only as far as it stays whole. Pixels that come in from outside hold no object and repeat the border.
     *
     * @param x column, 0 to width - 1
     * @param y row, 0 to height - 1
     * @throws IllegalArgumentException if the pixel lies outside the picture
     */
    public Exemplar movedTo(int x, int y) {
        ExemplarLayers moved = layers.movedTo(x, y);
        return moved.equals(layers) ? this : new Exemplar(name, moved, remarks);
    }

    Exemplar onCanvas(int newHeight, int newWidth, int top, int left) {
        return new Exemplar(name, layers.onCanvas(newHeight, newWidth, top, left), remarks);
    }

    /**
     * Pictures with the object put on each, clipped to [-1, 1]. One pass over the pixels.
     *
     * @param images [N, 3, H, W] of the size of this exemplar, or grey ones [N, 1, H, W]
     * @return a new float32 array of the same shape
     * @throws IllegalArgumentException if the shape does not fit
     */
    public INDArray compositeOn(INDArray images) {
        Objects.requireNonNull(images, "images");
        return layers.compositeOn(images);
    }

    @Override
    public String toString() {
        return name + ", " + layers;
    }
}
