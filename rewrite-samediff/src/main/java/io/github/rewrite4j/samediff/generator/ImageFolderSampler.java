package io.github.rewrite4j.samediff.generator;

import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.image.Pixels;
import io.github.rewrite4j.io.Fingerprints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The PNG pictures of a folder as inputs [N, 3, H, W] in [-1, 1], or [N, 1, H, W] of their luma.
 *
 * <p>Which picture a sample is, is decided by seed and index alone (see {@link PictureSampler}). A picture is cropped at
 * its centre to the wanted proportions and reduced or enlarged by an antialiased triangle filter; transparency is
 * ignored. Pictures are read when they are asked for.
 */
public final class ImageFolderSampler implements InputSampler {
    private final List<Path> files;
    private final int channels;
    private final int height;
    private final int width;
    private final PictureSampler sampler;

    private ImageFolderSampler(List<Path> files, String id, String input, int channels, int height, int width) {
        this.files = files;
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.sampler = new PictureSampler(input, files.size(), this::picture, id);
    }

    /**
     * Lists a folder, without the folders in it; files are taken in the order of their names.
     *
     * @param folder holds PNG files
     * @param input name of the input
     * @param height pixels of the input
     * @param width pixels of the input
     * @throws IOException when the folder cannot be read or holds no PNG file
     */
    public static ImageFolderSampler of(Path folder, String input, int height, int width) throws IOException {
        return of(folder, input, 3, height, width);
    }

    /**
     * As {@link #of(Path, String, int, int)}, of grey pictures as well.
     *
     * @param channels 3, or 1 for the luma
     */
    public static ImageFolderSampler of(Path folder, String input, int channels, int height, int width)
            throws IOException {
        Objects.requireNonNull(folder, "folder");
        Objects.requireNonNull(input, "input");
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException(
                    "Pictures have 3 channels (colours) or 1 (grey), but asked for were " + channels + ".");
        }
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "A picture has positive sizes, but asked for were " + height + " x " + width + ".");
        }
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> files = entries.filter(Files::isRegularFile)
                    .filter(file -> file.toString().toLowerCase(Locale.ROOT).endsWith(".png"))
                    .sorted()
                    .toList();
            if (files.isEmpty()) {
                throw new IOException(folder + " holds no file that ends in .png: name a folder of PNG pictures.");
            }
            StringBuilder listing = new StringBuilder();
            for (Path file : files) {
                listing.append(file.getFileName())
                        .append(' ')
                        .append(Files.size(file))
                        .append('\n');
            }
            String hash = Fingerprints.of(new TreeMap<>(), listing.toString()).substring(0, 16);
            String grey = channels == 1 ? "-grey" : "";
            return new ImageFolderSampler(
                    files, "folder-" + hash + "-" + height + "x" + width + grey, input, channels, height, width);
        }
    }

    @Override
    public Inputs at(List<Sample> samples) {
        Objects.requireNonNull(samples, "samples");
        return sampler.at(samples);
    }

    @Override
    public String id() {
        return sampler.id();
    }

    /** How many pictures there are. */
    public int count() {
        return files.size();
    }

    /** One of them as [channels, height, width], of the caller's own. */
    public INDArray picture(int number) {
        Path file = files.get(number);
        try {
            INDArray colours = fitted(Pixels.read(file), height, width);
            return channels == 3 ? colours : luma(colours);
        } catch (IOException failure) {
            RewriteCancelledException.ifInterrupted("reading pictures");
            throw new RewriteException(
                    "The picture " + file + " cannot be read, " + failure.getMessage()
                            + " Repair or remove it and list the folder again.",
                    failure);
        }
    }

    /** ITU-R BT.601. */
    private static INDArray luma(INDArray colours) {
        try (colours) {
            INDArray grey = Nd4j.create(1, colours.size(1), colours.size(2));
            grey.slice(0).addi(colours.slice(0).mul(0.299));
            grey.slice(0)
                    .addi(colours.slice(1).mul(0.587))
                    .addi(colours.slice(2).mul(0.114));
            return grey;
        }
    }

    /** A picture [3, height, width] in [-1, 1], cropped at its centre and resized. */
    static INDArray fitted(Pixels pixels, int height, int width) {
        double scale = Math.min((double) pixels.height() / height, (double) pixels.width() / width);
        int cropHeight = Math.max(1, (int) Math.round(scale * height));
        int cropWidth = Math.max(1, (int) Math.round(scale * width));
        int top = (pixels.height() - cropHeight) / 2;
        int left = (pixels.width() - cropWidth) / 2;
        INDArray[] channels = new INDArray[3];
        for (int channel = 0; channel < 3; channel++) {
            float[][] values = new float[cropHeight][cropWidth];
            for (int y = 0; y < cropHeight; y++) {
                for (int x = 0; x < cropWidth; x++) {
                    values[y][x] = pixels.value(channel, top + y, left + x) / 255f;
                }
            }
            channels[channel] = Mask.of(values).resized(height, width).toArray();
        }
        INDArray picture = Nd4j.stack(0, channels).muli(2).subi(1);
        Arrays.stream(channels).forEach(INDArray::close);
        return picture;
    }
}
