package io.github.rewrite4j.examples;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.avatars.BundledDiffusion;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.avatars.RealAvatars;
import io.github.rewrite4j.examples.domains.PictureEffects;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.expansion.DomainExpansion;
import io.github.rewrite4j.samediff.expansion.ImageTransform;
import io.github.rewrite4j.samediff.generator.diffusion.DiffusionAutoencoder;
import io.github.rewrite4j.samediff.metric.ImageRange;
import io.github.rewrite4j.samediff.metric.Psnr;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The diffusion autoencoder that comes with the examples: faces that it never saw, drawn again from z alone and from z and x_T; its samples
 * beside the style generator's; and its expansion by night and sketch, through all steps of the sampler. Writes {@code
 * diffusion.png} and {@code diffusion-expanded.safetensors} into {@code target/rewrite} or the directory given as first argument; a
 * second argument is the number of steps of the expansion, 0 for none.
 */
public final class DiffusionAvatars {
    /** Steps of the sampler while domains are learnt and drawn. */
    static final int SAMPLER = 5;

    private static final int FACES = 10;
    private static final int INVERSION = 100;
    private static final int STEPS = 600;
    private static final int BATCH = 4;

    /** Of Adam, a tenth of the style generator's: an error of the first step is many times larger in the picture. */
    static final double RATE = 3e-4;

    private DiffusionAvatars() {}

    /** Steps that lead to noise and back, and how near the picture comes. */
    static double reconstruction(DiffusionAutoencoder generator, INDArray faces, List<INDArray> rows) {
        Inputs found = generator.encode(faces, INVERSION);
        try (DiffusionAutoencoder fine = generator.withSteps(INVERSION)) {
            INDArray again = fine.generate(found);
            rows.add(again);
            rows.add(generator.generate(Inputs.of("z", found.get("z"))));
            return Psnr.forRange(ImageRange.SYMMETRIC).mean(again, faces);
        }
    }

    /** How it is expanded: small batches through five steps of the sampler. */
    static DomainExpansion training(int steps) {
        return DomainExpansion.withDomains(
                        ImageTransform.of("night", PictureEffects.night()),
                        ImageTransform.of("sketch", PictureEffects.pencilSketch()))
                .batch(BATCH)
                .iterations(steps)
                .learningRates(RATE, 0.03)
                .seed(7);
    }

    /** Means of squares of 2 x 2 pixels. */
    static INDArray halved(INDArray large) {
        int n = (int) large.size(0);
        int side = (int) large.size(2) / 2;
        float[] all = large.dup('c').data().asFloat();
        float[] small = new float[n * 3 * side * side];
        for (int i = 0; i < small.length; i++) {
            int corner = i / side * 4 * side + i % side * 2;
            small[i] = (all[corner] + all[corner + 1] + all[corner + 2 * side] + all[corner + 2 * side + 1]) / 4;
        }
        return Nd4j.create(small, new long[] {n, 3, side, side}, 'c');
    }

    /** Draws, expands and draws again. */
    public static void main(String[] args) throws IOException {
        Path out = Path.of(args.length > 0 ? args[0] : "target/rewrite");
        int steps = args.length > 1 ? Integer.parseInt(args[1]) : STEPS;
        ComputeThreads.use(ComputeThreads.configured());
        ProgressDisplay progress = ProgressDisplay.on(System.out);
        try (Generator style = BundledGenerator.load();
                DiffusionAutoencoder generator = BundledDiffusion.load();
                DiffusionAutoencoder source = generator.withSteps(SAMPLER)) {
            INDArray faces = TrainDiffusionAutoencoder.pictures(
                    RealAvatars.load(), RealAvatars.COUNT - FACES, RealAvatars.COUNT);
            List<INDArray> again = new ArrayList<>();
            double psnr = reconstruction(generator, faces, again);
            ContactSheet.Builder sheet = ContactSheet.titled("A diffusion autoencoder of the same faces")
                    .row("faces that it never saw", faces)
                    .row(String.format(Locale.ROOT, "from z and x_T, %.1f dB", psnr), again.get(0))
                    .row("from z alone", again.get(1))
                    .row("its samples", generator.generate(generator.sample(FACES, 3)))
                    .row("the style generator's", halved(style.generate(style.sample(FACES, 3))));
            if (steps > 0) {
                try (ExpandedGenerator expanded = training(steps).train(source, progress)) {
                    progress.done();
                    Inputs inputs = expanded.sample(FACES, 3);
                    sheet.row("its samples in " + SAMPLER + " steps", source.generate(source.sample(FACES, 3)))
                            .row("the same, expanded", expanded.generate(inputs))
                            .row("in night", expanded.generate(expanded.at(inputs, "night")))
                            .row("in sketch", expanded.generate(expanded.at(inputs, "sketch")));
                    expanded.save(out.resolve("diffusion-expanded.safetensors"));
                }
            }
            sheet.labelWidth(190).scale(2).build().write(out.resolve("diffusion.png"));
            System.out.println(out.resolve("diffusion.png"));
        }
    }
}
