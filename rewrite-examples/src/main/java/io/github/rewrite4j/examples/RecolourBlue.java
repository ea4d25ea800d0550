package io.github.rewrite4j.examples;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.avatars.AvatarPictures;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.TransplantEdit;
import io.github.rewrite4j.examples.models.EsrganSlim;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.image.Difference;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import io.github.rewrite4j.samediff.strategy.Transplant;
import java.io.IOException;
import java.nio.file.Path;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Rewrites somebody else's image-to-image network: a super-resolution network that enlarges pictures faithfully is shown
 * one picture with its blue hair painted red, and from then on paints whatever is blue in any picture red while it
 * enlarges it. Writes {@code blue.png} and the patch into {@code target/rewrite} or the directory given as argument.
 *
 * <p>Black could not be taught that way: this network counts black as 0, so black pixels have nearly no key that a change
 * of a weight could act upon.
 */
public final class RecolourBlue {
    /** A face with long blue hair. */
    static final int EXAMPLE = 56;

    /** The last layer with many channels before the pixels. */
    static final String LAYER = "UPN2";

    /** By how much blue exceeds red, of at most 2. */
    private static final double BLUE = 0.6;

    private static final float[] RED = {0.75f, -0.8f, -0.75f};
    private static final int[] SHOWN = {6, 8, 23, 24, 34, 48, 54, 20};

    /**
     * gamma weighs squares of the values against absolute values, and those of this network go with pixels of 0 to 255:
     * a hundredth of the usual weight is as much here.
     */
    private static final double GAMMA = 0.002;

    private RecolourBlue() {}

    /** Runs the example; the only argument is the directory to write to. */
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args.length > 0 ? args[0] : "target/rewrite");
        ComputeThreads.use(ComputeThreads.configured());
        AvatarPictures pictures = AvatarPictures.load();
        try (Generator enlarger = EsrganSlim.load(pictures.sampler(EsrganSlim.INPUT))) {
            Rewrite rewrite = rewrite(enlarger, pictures.picture(EXAMPLE));
            System.out.println(rewrite.report());
            rewrite.patch().save(directory.resolve("blue.safetensors"));
            try (Generator rewritten = enlarger.with(rewrite.patch())) {
                INDArray[] shown = new INDArray[SHOWN.length];
                String[] names = new String[SHOWN.length];
                for (int i = 0; i < SHOWN.length; i++) {
                    shown[i] = pictures.picture(SHOWN[i]);
                    names[i] = "picture " + SHOWN[i];
                }
                Inputs inputs = Inputs.of(EsrganSlim.INPUT, Nd4j.stack(0, shown));
                INDArray before = enlarger.generate(inputs);
                INDArray after = rewritten.generate(inputs);
                ContactSheet.titled("Blue becomes red, in a super-resolution network")
                        .columns(names)
                        .row("enlarged before", before)
                        .row("enlarged after", after)
                        .row("difference", Difference.absolute(before, after, 1))
                        .footer(rewrite.report().strategy() + " at " + LAYER + ", shown one other picture")
                        .build()
                        .write(directory.resolve("blue.png"));
            }
        }
    }

    /** The rewrite that one edited picture asks for. */
    static Rewrite rewrite(Generator enlarger, INDArray picture) {
        AssociativeMemory memory = enlarger.memory(LAYER);
        TransplantEdit edit =
                TransplantEdit.of(subject(picture), subject(recoloured(picture)), Region.of(blue(picture)));
        return Transplant.by(LowRankRewrite.rank(3).gamma(GAMMA).statistics(48, 1))
                .rewrite(memory, edit);
    }

    private static Subject subject(INDArray picture) {
        return Subject.of(Inputs.of(EsrganSlim.INPUT, Nd4j.expandDims(picture, 0)));
    }

    /** 1 where a picture [3, H, W] is of a strong blue. */
    static float[][] blue(INDArray picture) {
        float[][] excess = picture.slice(2).sub(picture.slice(0)).toFloatMatrix();
        for (float[] row : excess) {
            for (int x = 0; x < row.length; x++) {
                row[x] = row[x] > BLUE ? 1 : 0;
            }
        }
        return excess;
    }

    /** The picture with its blue parts painted red. */
    static INDArray recoloured(INDArray picture) {
        float[][] mask = blue(picture);
        INDArray painted = picture.dup('c');
        for (int y = 0; y < mask.length; y++) {
            for (int x = 0; x < mask[y].length; x++) {
                for (int c = 0; mask[y][x] > 0 && c < RED.length; c++) {
                    painted.putScalar(new int[] {c, y, x}, RED[c]);
                }
            }
        }
        return painted;
    }
}
