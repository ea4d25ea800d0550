package io.github.rewrite4j.examples;

import io.github.rewrite4j.avatars.RealAvatars;
import io.github.rewrite4j.examples.domains.PictureEffects;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.samediff.expansion.PictureTransform;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A folder of pictures in another look, to learn from: the last drawn faces of the bundled ones through an effect. Usage: {@code
 * EffectPictures sketch|night|print DIRECTORY [COUNT]}, a hundred unless said.
 */
public final class EffectPictures {
    private static final int SIDE = 64;

    private EffectPictures() {}

    /** Writes PNG files. */
    public static void main(String[] args) throws IOException {
        if (args.length < 2) {
            throw new IllegalArgumentException(
                    "Name an effect, sketch, night or print, and the directory to write into.");
        }
        PictureTransform effect =
                switch (args[0]) {
                    case "sketch" -> PictureEffects.pencilSketch();
                    case "night" -> PictureEffects.night();
                    case "print" -> PictureEffects.popArt();
                    default ->
                        throw new IllegalArgumentException(
                                "There is no effect '" + args[0] + "': choose sketch, night or print.");
                };
        int count = args.length > 2 ? Integer.parseInt(args[2]) : 100;
        RealAvatars avatars = RealAvatars.load();
        float[] picture = new float[3 * SIDE * SIDE];
        for (int i = 0; i < count; i++) {
            avatars.copyImage(RealAvatars.COUNT - count + i, picture);
            Images.write(
                    Nd4j.create(effect.apply(picture, SIDE, SIDE), new long[] {3, SIDE, SIDE}, 'c'),
                    Path.of(args[1]).resolve(String.format(Locale.ROOT, "%03d.png", i)));
        }
        System.out.println(count + " pictures in " + args[1]);
    }
}
