package io.github.rewrite4j.examples;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.avatars.BundledPixels;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.metric.EditMetrics;
import io.github.rewrite4j.samediff.strategy.ExemplarPreview;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Teaches the generator of the second world glasses and hats that it never saw, from one picture each, and measures on
 * samples that no edit saw how far that picture's comes: a sheet for each and one line of {@code second-world.md}. Usage: {@code
 * RewriteSecondWorld DIRECTORY}; half a minute each on two cores.
 */
public final class RewriteSecondWorld {
    private static final int CONTEXTS = 256;
    private static final int MEASURED = 100;
    private static final int SHOWN = 10;

    private RewriteSecondWorld() {}

    /** Runs both edits. */
    public static void main(String[] args) throws IOException {
        if (args.length == 0) {
            throw new IllegalArgumentException("Name the directory to write into.");
        }
        ComputeThreads.use(ComputeThreads.configured());
        Path directory = Path.of(args[0]);
        StringBuilder table = new StringBuilder("| edit | success | elsewhere, dB | seconds |\n|---|---|---|---|\n");
        try (Generator generator = BundledPixels.load()) {
            ContactSheet.titled("Faces of the second world, as rendered and as drawn")
                    .row("rendered", BundledPixels.faces().first(SHOWN))
                    .row("drawn", generator.generate(generator.sample(SHOWN, 2)))
                    .row("drawn", generator.generate(generator.sample(SHOWN, 3)))
                    .build()
                    .write(directory.resolve("second-world.png"));
            for (String name : BundledPixels.OBJECTS) {
                table.append(taught(generator, name, directory));
            }
        }
        String text = table.toString();
        System.out.print(text);
        AtomicFile.write(directory.resolve("second-world.md"), out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String taught(Generator generator, String name, Path directory) throws IOException {
        List<Exemplar> one = BundledPixels.objects(name).subList(0, 1);
        long started = System.nanoTime();
        AssociativeMemory memory = generator.memory("layer3", "layer6");
        Rewrite rewrite = OutOfDomainRewrite.inImages()
                .evaluatedOn(List.of(), 0, 2)
                .rewrite(memory, new ExemplarEdit(one, Sample.range(Sample.DEFAULT_SEED, 0, CONTEXTS)));
        double seconds = (System.nanoTime() - started) / 1e9;
        rewrite.patch().save(directory.resolve("second-world-" + name + ".safetensors"));
        ExemplarPreview preview = ExemplarPreview.of(memory, rewrite.patch(), one, Sample.range(2, 0, MEASURED));
        EditMetrics metrics = preview.metrics();
        ContactSheet.titled("Every face wears " + name)
                .row("before", first(preview.before()))
                .row("after", first(preview.after()))
                .row("put on by hand", first(preview.goal()))
                .build()
                .write(directory.resolve("second-world-" + name + ".png"));
        return String.format(
                Locale.ROOT, "| %s | %.2f | %.1f | %.0f |%n", name, metrics.success(), metrics.outsidePsnr(), seconds);
    }

    private static INDArray first(INDArray images) {
        return images.get(NDArrayIndex.interval(0, SHOWN)).dup('c');
    }
}
