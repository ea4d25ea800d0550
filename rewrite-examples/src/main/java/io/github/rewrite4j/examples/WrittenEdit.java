package io.github.rewrite4j.examples;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.Facts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What an edit left in a folder.
 *
 * @param patchBytes size of its patch
 * @param facts of the report
 */
public record WrittenEdit(long patchBytes, Facts facts) {
    /** What is shown of an edit. */
    interface Shown {
        /** The pictures of what it did. */
        ContactSheet comparison();

        /** What was measured. */
        Facts facts();

        /** The patch for images before and after, with what its file carries. */
        Patch labelled(INDArray before, INDArray after);
    }

    /**
     * Writes {@code before.png}, {@code after.png}, {@code compare.png} and {@code patch.safetensors}, then reads the
     * patch again and checks that the file draws the same pictures. Everything is computed before anything is written.
     */
    static WrittenEdit write(
            Generator generator,
            Rewrite rewrite,
            List<Sample> samples,
            Shown shown,
            Path directory,
            String prefix,
            RewriteListener listener)
            throws IOException {
        long started = System.nanoTime();
        listener.report(Stage.PICTURES, 0, 2);
        Inputs inputs = generator.sampler().at(samples);
        INDArray before = generator.generate(inputs);
        INDArray after = drawn(generator, rewrite.patch(), inputs);
        ContactSheet comparison = shown.comparison();
        Facts facts = shown.facts();
        listener.report(Stage.PICTURES, 1, 2);

        Path patch = directory.resolve(prefix + "patch.safetensors");
        shown.labelled(before, after).save(patch);
        if (!drawn(generator, Patch.load(patch), inputs).equals(after)) {
            throw new RewriteException("The patch read again from " + patch
                    + " does not draw what it drew before it was saved: the disk or this library is at fault.");
        }
        Images.writeGrid(before, directory.resolve(prefix + "before.png"));
        Images.writeGrid(after, directory.resolve(prefix + "after.png"));
        comparison.write(directory.resolve(prefix + "compare.png"));
        Map<String, Double> seconds = new LinkedHashMap<>(rewrite.report().seconds());
        seconds.put("pictures", (System.nanoTime() - started) / 1e9);
        long bytes = Files.size(patch);
        return new WrittenEdit(
                bytes,
                Facts.builder()
                        .putAll(facts)
                        .put("seconds", seconds)
                        .put("patchBytes", bytes)
                        .build());
    }

    static INDArray drawn(Generator generator, Patch patch, Inputs inputs) {
        try (Generator rewritten = generator.with(patch)) {
            return rewritten.generate(inputs);
        }
    }
}
