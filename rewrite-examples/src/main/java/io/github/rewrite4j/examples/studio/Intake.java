package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a generator takes in. Translators and inpainters work on pictures: they may have none to draw samples from, and then all
 * images of the grid are the user's own.
 *
 * @param samples whether samples can be drawn
 * @param picture name of the input that is a picture, where there is one
 * @param known name of the input that says what of the picture is known, where there is one
 */
record Intake(boolean samples, Optional<String> picture, Optional<String> known) {
    private static final String PICTURE = "picture";
    private static final String KNOWN = "known";

    static Intake of(Generator generator) {
        try (Inputs one = generator.sampler().at(List.of(Sample.of(0)))) {
            Optional<String> picture = named(one, 3);
            return new Intake(true, picture, picture.isPresent() ? named(one, 1) : Optional.empty());
        } catch (RewriteException | IllegalArgumentException | IllegalStateException noPictures) {
            int height = generator.spec().imageHeight();
            int width = generator.spec().imageWidth();
            Inputs grey = Inputs.of(PICTURE, Nd4j.zeros(DataType.FLOAT, 1, 3, height, width));
            if (takes(generator, grey)) {
                return new Intake(false, Optional.of(PICTURE), Optional.empty());
            }
            Inputs holed = grey.with(KNOWN, known(usualHole(height, width), height, width));
            return takes(generator, holed)
                    ? new Intake(false, Optional.of(PICTURE), Optional.of(KNOWN))
                    : new Intake(false, Optional.empty(), Optional.empty());
        }
    }

    private static boolean takes(Generator generator, Inputs inputs) {
        try {
            generator.sampler().complete(inputs);
            return true;
        } catch (RewriteException | IllegalArgumentException wrong) {
            return false;
        }
    }

    private static Optional<String> named(Inputs inputs, int channels) {
        return inputs.arrays().entrySet().stream()
                .filter(entry ->
                        entry.getValue().rank() == 4 && entry.getValue().size(1) == channels)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** The inputs of a picture [1, 3, H, W], with a hole where the generator fills holes. */
    Inputs given(Generator generator, INDArray image, Optional<Region> hole) {
        Inputs inputs = Inputs.of(picture.orElseThrow(), image);
        if (known.isPresent()) {
            int height = (int) image.size(2);
            int width = (int) image.size(3);
            Region missing = hole.orElseGet(() -> usualHole(height, width));
            inputs = inputs.with(known.get(), known(missing, height, width));
        }
        return generator.sampler().complete(inputs);
    }

    /** A square in the middle. */
    private static Region usualHole(int height, int width) {
        return Region.rectangle(width * 0.35, height * 0.35, width * 0.3, height * 0.3);
    }

    /** 1 where a picture is known, 0 in its hole, nothing between. */
    private static INDArray known(Region hole, int height, int width) {
        Mask mask = hole.requireOnImage(height, width);
        float[] known = new float[height * width];
        for (int i = 0; i < known.length; i++) {
            known[i] = mask.value(i / width, i % width) > 0 ? 0 : 1;
        }
        return Nd4j.createFromArray(known).reshape(1, 1, height, width);
    }
}
