package io.github.rewrite4j.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A moving picture that every browser shows, repeated for ever. Each frame has 256 colours of its own choice. Immutable;
 * methods return changed copies.
 *
 * <pre>{@code
 * AnimatedGif.of(images).enlarged(4).backAndForth().milliseconds(80).write(Path.of("night.gif"));
 * }</pre>
 */
public final class AnimatedGif {
    private static final String FORMAT = "javax_imageio_gif_image_1.0";
    private static final int LEAST = 20;
    private static final int MOST = 600_000;

    private final List<BufferedImage> frames;
    private final int scale;
    private final int milliseconds;

    private AnimatedGif(List<BufferedImage> frames, int scale, int milliseconds) {
        BufferedImage first = frames.get(0);
        for (BufferedImage frame : frames) {
            if (frame.getWidth() != first.getWidth() || frame.getHeight() != first.getHeight()) {
                throw new IllegalArgumentException("A frame has " + frame.getWidth() + "x" + frame.getHeight()
                        + " pixels, but the first " + first.getWidth() + "x" + first.getHeight()
                        + ": all frames must be of one size.");
            }
        }
        this.frames = List.copyOf(frames);
        this.scale = scale;
        this.milliseconds = milliseconds;
    }

    /** One frame an image, [N, 3, H, W] in [-1, 1], or grey [N, 1, H, W]; 100 ms each. */
    public static AnimatedGif of(INDArray images) {
        Objects.requireNonNull(images, "images");
        ImageBatch batch = ImageBatch.images("frames", images);
        List<BufferedImage> frames = new ArrayList<>();
        for (int i = 0; i < batch.count(); i++) {
            frames.add(Images.picture(batch, i));
        }
        return new AnimatedGif(frames, 1, 100);
    }

    /** One frame a sheet, all of one size; 100 ms each. */
    public static AnimatedGif ofSheets(List<ContactSheet> sheets) {
        if (sheets.isEmpty()) {
            throw new IllegalArgumentException("A moving picture needs at least one frame.");
        }
        return new AnimatedGif(sheets.stream().map(ContactSheet::toImage).toList(), 1, 100);
    }

    /** Each pixel becomes a square of this side, 1 to 64. */
    public AnimatedGif enlarged(int factor) {
        if (factor < 1 || factor > 64) {
            throw new IllegalArgumentException("The factor is " + factor + ": it must be 1 to 64.");
        }
        return new AnimatedGif(frames, factor, milliseconds);
    }

    /** How long each frame stays, 20 to 600,000; kept in hundredths of a second. */
    public AnimatedGif milliseconds(int each) {
        if (each < LEAST || each > MOST) {
            throw new IllegalArgumentException("A frame of " + each + " ms is not possible: " + LEAST + " to " + MOST
                    + " are, and most browsers show shorter ones slower.");
        }
        return new AnimatedGif(frames, scale, each);
    }

    /** The same, followed by all frames between the last and the first in reverse, so that nothing jumps. */
    public AnimatedGif backAndForth() {
        List<BufferedImage> all = new ArrayList<>(frames);
        for (int i = frames.size() - 2; i > 0; i--) {
            all.add(frames.get(i));
        }
        return new AnimatedGif(all, scale, milliseconds);
    }

    /** Number of frames. */
    public int frames() {
        return frames.size();
    }

    /** Writes the file, which appears whole or not at all. */
    public void write(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        Images.writeAtomically(encoded(), file);
    }

    private byte[] encoded() throws IOException {
        Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName("gif");
        if (!writers.hasNext()) {
            throw new IOException("This Java runtime has no GIF writer: use one with the module java.desktop.");
        }
        ImageWriter writer = writers.next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.prepareWriteSequence(null);
            for (BufferedImage frame : frames) {
                BufferedImage large = enlarged(frame);
                writer.writeToSequence(new IIOImage(large, null, timing(writer, large)), null);
            }
            writer.endWriteSequence();
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private BufferedImage enlarged(BufferedImage frame) {
        Drawing.requireSize((long) frame.getWidth() * scale, (long) frame.getHeight() * scale);
        BufferedImage large =
                new BufferedImage(frame.getWidth() * scale, frame.getHeight() * scale, BufferedImage.TYPE_INT_RGB);
        Drawing.paste(frame, large, 0, 0, scale);
        return large;
    }

    /** How long the frame stays, and that all is repeated for ever. */
    private IIOMetadata timing(ImageWriter writer, BufferedImage frame) throws IIOInvalidTreeException {
        IIOMetadata metadata = writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(frame), null);
        IIOMetadataNode root = new IIOMetadataNode(FORMAT);
        IIOMetadataNode control = new IIOMetadataNode("GraphicControlExtension");
        control.setAttribute("disposalMethod", "none");
        control.setAttribute("userInputFlag", "FALSE");
        control.setAttribute("transparentColorFlag", "FALSE");
        control.setAttribute("transparentColorIndex", "0");
        control.setAttribute("delayTime", Integer.toString(milliseconds / 10));
        root.appendChild(control);
        IIOMetadataNode loop = new IIOMetadataNode("ApplicationExtension");
        loop.setAttribute("applicationID", "NETSCAPE");
        loop.setAttribute("authenticationCode", "2.0");
        loop.setUserObject(new byte[] {1, 0, 0});
        IIOMetadataNode extensions = new IIOMetadataNode("ApplicationExtensions");
        extensions.appendChild(loop);
        root.appendChild(extensions);
        metadata.mergeTree(FORMAT, root);
        return metadata;
    }
}
