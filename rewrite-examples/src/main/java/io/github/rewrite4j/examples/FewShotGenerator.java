package io.github.rewrite4j.examples;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.avatars.Accessories;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.generator.avatar.StyleGanRecipe;
import io.github.rewrite4j.samediff.generator.avatar.StyleGanTraining;
import io.github.rewrite4j.samediff.generator.avatar.TrainedStyleGan;
import io.github.rewrite4j.samediff.generator.training.TrainingPictures;
import io.github.rewrite4j.samediff.metric.EditMetrics;
import io.github.rewrite4j.samediff.strategy.ExemplarPreview;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A generator fine-tuned from the bundled one on the hundred pictures of a folder, and an edit of it: sunglasses from three pictures.
 * Usage: {@code FewShotGenerator FOLDER DIRECTORY [STEPS]}; resumable. What the folder shows has to be aligned as the avatars are.
 */
public final class FewShotGenerator {
    private static final int SIDE = 64;
    private static final int MOST = 100;
    private static final int SEEN = 3;
    private static final int MEASURED = 64;
    private static final int SHOWN = 10;

    private FewShotGenerator() {}

    /** Fine-tunes, edits and measures. */
    public static void main(String[] args) throws IOException {
        if (args.length < 2) {
            throw new IllegalArgumentException("Name a folder of pictures and the directory to write into.");
        }
        ComputeThreads.use(ComputeThreads.configured());
        Path directory = Path.of(args[1]);
        TrainingPictures all = TrainingPictures.folder(Path.of(args[0]), SIDE, SIDE);
        TrainingPictures few = all.part(0, Math.min(MOST, all.count()));
        Path start = directory.resolve("start.safetensors");
        BundledGenerator.copyTo(start);
        StyleGanTraining training = StyleGanTraining.by(
                        StyleGanRecipe.avatar().withSteps(args.length > 2 ? Integer.parseInt(args[2]) : 400))
                .from(start, BundledNetworks.discriminator())
                .checkpoints(directory.resolve("checkpoint"));
        ProgressDisplay progress = ProgressDisplay.on(System.out);
        try (TrainedStyleGan trained = training.train(few, progress)) {
            progress.done();
            trained.save(directory.resolve("few-shot.safetensors"));
            AssociativeMemory memory = trained.generator().memory("layer5", "layer7");
            List<Exemplar> sunglasses = Accessories.bundled().named("sunglasses");
            Rewrite rewrite = OutOfDomainRewrite.inImages()
                    .evaluatedOn(List.of(), 0, 2)
                    .rewrite(
                            memory,
                            new ExemplarEdit(
                                    sunglasses.subList(0, SEEN),
                                    Sample.range(Sample.DEFAULT_SEED, 0, ExemplarEdit.DEFAULT_CONTEXTS)));
            ExemplarPreview preview = ExemplarPreview.of(
                    memory, rewrite.patch(), sunglasses.subList(SEEN, 2 * SEEN), Sample.range(2, 0, MEASURED));
            EditMetrics metrics = preview.metrics();
            ContactSheet.titled("A generator from " + few.count() + " pictures, and sunglasses on it")
                    .row("pictures", few.first(SHOWN))
                    .row("drawn", first(preview.before()))
                    .row("edited", first(preview.after()))
                    .build()
                    .write(directory.resolve("few-shot.png"));
            System.out.printf(
                    Locale.ROOT, "success %.2f, elsewhere %.1f dB%n", metrics.success(), metrics.outsidePsnr());
        }
    }

    private static INDArray first(INDArray images) {
        return images.get(NDArrayIndex.interval(0, SHOWN)).dup('c');
    }
}
