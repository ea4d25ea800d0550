package io.github.rewrite4j.samediff.generator.rfr;

import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.ValidityMask;
import io.github.rewrite4j.samediff.generator.PictureSize;
import io.github.rewrite4j.samediff.generator.internal.PictureInputs;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A picture and what is known of it. */
final class InpainterInputs implements InputSampler {
    private final PictureInputs pictures;
    private final PictureSize size;
    private final HoleSource holes;

    InpainterInputs(PictureInputs pictures, PictureSize size, HoleSource holes) {
        this.pictures = pictures;
        this.size = size;
        this.holes = holes;
    }

    @Override
    public Inputs at(List<Sample> samples) {
        INDArray drawn = pictures.at(samples);
        INDArray[] known = samples.stream()
                .map(sample -> holes.of(sample, size.height(), size.width()).toArray())
                .toArray(INDArray[]::new);
        INDArray all = known.length == 1 ? known[0] : Nd4j.concat(0, known);
        return Inputs.of(Map.of(RfrGraph.PICTURE, drawn, RfrGraph.KNOWN, all));
    }

    @Override
    public void requireReachable(Sample sample) {
        pictures.requireReachable(sample);
    }

    @Override
    public Inputs complete(Inputs inputs) {
        Objects.requireNonNull(inputs, "inputs");
        pictures.requireFits(inputs);
        if (!inputs.arrays().containsKey(RfrGraph.KNOWN)) {
            throw new RewriteException("The input '" + RfrGraph.KNOWN
                    + "' is missing: an inpainter has to be told which pixels of a picture are known, 1, and which are"
                    + " the hole, 0 (ValidityMask.toArray).");
        }
        INDArray known = inputs.get(RfrGraph.KNOWN);
        boolean fits = known.rank() == 4
                && known.size(1) == 1
                && known.size(2) == size.height()
                && known.size(3) == size.width();
        if (!fits) {
            throw new RewriteException("What is known has the shape " + Arrays.toString(known.shape())
                    + ", but expected is [N, 1, " + size.height() + ", " + size.width() + "] as for the pictures.");
        }
        int pixels = size.height() * size.width();
        float[] numbers = HostArrays.of(known);
        for (int n = 0; n < inputs.size(); n++) {
            int sum = 0;
            for (int i = n * pixels; i < (n + 1) * pixels; i++) {
                require(numbers[i]);
                sum += numbers[i] == 1 ? 1 : 0;
            }
            if (sum == 0 || sum == pixels) {
                throw new RewriteException(
                        "Of picture " + n
                                + (sum == 0
                                        ? " nothing is known, so that there is nothing to fill its hole from: 1 is known and 0 the hole."
                                        : " everything is known, so that there is no hole to fill: 1 is known and 0 the hole."));
            }
        }
        return inputs;
    }

    private static void require(float number) {
        try {
            ValidityMask.requireHard(number);
        } catch (IllegalArgumentException soft) {
            throw new RewriteException(String.valueOf(soft.getMessage()), soft);
        }
    }

    @Override
    public String id() {
        return pictures.id() + "+" + holes.id();
    }
}
