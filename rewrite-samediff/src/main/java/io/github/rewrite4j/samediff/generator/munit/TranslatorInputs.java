package io.github.rewrite4j.samediff.generator.munit;

import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.samediff.generator.GaussianSampler;
import io.github.rewrite4j.samediff.generator.internal.PictureInputs;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A picture, and a style from a standard Gaussian where the direction takes one; the middle style where none is given. */
final class TranslatorInputs implements InputSampler {
    private final PictureInputs pictures;
    private final int style;
    private final GaussianSampler styles;

    /** @param style numbers of a style; 0 where pictures have their own */
    TranslatorInputs(PictureInputs pictures, int style) {
        this.pictures = pictures;
        this.style = style;
        this.styles = GaussianSampler.of(MunitGraph.STYLE, Math.max(1, style));
    }

    @Override
    public Inputs at(List<Sample> samples) {
        INDArray drawn = pictures.at(samples);
        return style == 0
                ? Inputs.of(MunitGraph.PICTURE, drawn)
                : Inputs.of(Map.of(
                        MunitGraph.PICTURE,
                        drawn,
                        MunitGraph.STYLE,
                        styles.at(samples).get(MunitGraph.STYLE)));
    }

    @Override
    public void requireReachable(Sample sample) {
        pictures.requireReachable(sample);
        if (style > 0) {
            styles.requireReachable(sample);
        }
    }

    @Override
    public Inputs complete(Inputs inputs) {
        Objects.requireNonNull(inputs, "inputs");
        pictures.requireFits(inputs);
        if (style == 0) {
            return inputs;
        }
        if (!inputs.arrays().containsKey(MunitGraph.STYLE)) {
            return inputs.with(MunitGraph.STYLE, Nd4j.zeros(DataType.FLOAT, inputs.size(), style));
        }
        INDArray given = inputs.get(MunitGraph.STYLE);
        if (given.length() != (long) inputs.size() * style || given.size(0) != inputs.size()) {
            throw new RewriteException("The styles have the shape " + Arrays.toString(given.shape())
                    + ", but this translator takes [N, " + style + "]: a style of " + style
                    + " numbers for each picture.");
        }
        return given.rank() == 2
                ? inputs
                : inputs.with(MunitGraph.STYLE, given.dup('c').reshape('c', inputs.size(), style));
    }

    @Override
    public String id() {
        return pictures.id() + (style == 0 ? "" : "+" + styles.id());
    }
}
