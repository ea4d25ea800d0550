package io.github.rewrite4j.examples;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.examples.scenes.DrawnScene;
import io.github.rewrite4j.examples.scenes.PartFinder;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import io.github.rewrite4j.samediff.metric.EditMetrics;
import io.github.rewrite4j.samediff.strategy.ExemplarPreview;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Wheels become footballs and pictures on a wall televisions, wherever they stand: {@code RewriteScenes DIRECTORY
 * [car|room GENERATOR]}, of both generators that come with the examples or of one that {@link TrainScenes} trained. Each context gets
 * an exemplar of its own, where the part is found in it; measured on samples that the edit did not see, with the goal where the part
 * is found in those.
 */
public final class RewriteScenes {
    private static final int CONTEXTS = 256;
    private static final int MEASURED = 100;
    private static final int MOST_DRAWN = 2048;
    private static final int SHOWN = 10;
    private static final int STEPS = 600;

    /** Mean difference of colours up to which a part counts as found. */
    private static final double FOUND = 0.35;

    private RewriteScenes() {}

    /** Samples in which the part was found, and what it is to become there. */
    private record Shown(List<Sample> samples, List<Exemplar> exemplars, int drawn) {
        static Shown of(Generator generator, DrawnScene scene, long seed, int count) {
            PartFinder finder = scene.finder();
            List<Sample> samples = new ArrayList<>();
            List<Exemplar> exemplars = new ArrayList<>();
            int drawn = 0;
            while (samples.size() < count && drawn < MOST_DRAWN) {
                List<Sample> batch = Sample.range(seed, drawn, drawn + 32);
                INDArray images = generator.generate(generator.sampler().at(batch));
                for (int n = 0; n < batch.size() && samples.size() < count; n++, drawn++) {
                    PartFinder.Found found = finder.find(images.slice(n));
                    if (found.distance() < FOUND) {
                        samples.add(batch.get(n));
                        exemplars.add(scene.exemplar(found.place()));
                    }
                }
            }
            if (samples.size() < count) {
                throw new IllegalStateException("The " + scene.part() + " were found in " + samples.size() + " of "
                        + drawn + " samples only: train the generator longer.");
            }
            return new Shown(samples, exemplars, drawn);
        }
    }

    /** Edits, measures and shows. */
    public static void main(String[] args) throws IOException {
        if (args.length != 1 && args.length != 3) {
            throw new IllegalArgumentException(
                    "Name the directory to write into; and, for a generator of your own, car or room and its file.");
        }
        ComputeThreads.use(ComputeThreads.configured());
        Path directory = Path.of(args[0]);
        if (args.length == 3) {
            try (Generator generator = StyleGan2.load(Path.of(args[2]))) {
                edit(DrawnScene.valueOf(args[1].toUpperCase(Locale.ROOT)), generator, directory);
            }
            return;
        }
        for (DrawnScene scene : DrawnScene.values()) {
            try (Generator generator = scene.load()) {
                edit(scene, generator, directory);
            }
        }
    }

    private static void edit(DrawnScene scene, Generator generator, Path directory) throws IOException {
        Shown learnt = Shown.of(generator, scene, Sample.DEFAULT_SEED, CONTEXTS);
        Shown fresh = Shown.of(generator, scene, 2, MEASURED);
        AssociativeMemory memory = generator.memory("layer3", "layer6");
        Rewrite rewrite = OutOfDomainRewrite.inImages()
                .steps(STEPS)
                .rewrite(memory, ExemplarEdit.each(learnt.exemplars(), learnt.samples()));
        rewrite.patch().save(directory.resolve(scene.other() + ".safetensors"));
        ExemplarPreview preview = ExemplarPreview.of(memory, rewrite.patch(), fresh.exemplars(), fresh.samples());
        EditMetrics metrics = preview.metrics();
        ContactSheet.titled("From " + scene.part() + " to " + scene.other())
                .row("before", first(preview.before()))
                .row("after", first(preview.after()))
                .row("put there by hand", first(preview.goal()))
                .build()
                .write(directory.resolve(scene.other() + ".png"));
        System.out.printf(
                Locale.ROOT,
                "| %s to %s | %s | %.2f | %.1f | found in %d of %d, and %d of %d |%n",
                scene.part(),
                scene.other(),
                memory.spec().name(),
                metrics.success(),
                metrics.outsidePsnr(),
                CONTEXTS,
                learnt.drawn(),
                MEASURED,
                fresh.drawn());
    }

    private static INDArray first(INDArray images) {
        return images.get(NDArrayIndex.interval(0, SHOWN)).dup('c');
    }
}
