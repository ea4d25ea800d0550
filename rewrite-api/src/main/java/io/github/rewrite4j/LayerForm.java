package io.github.rewrite4j;

import java.util.Objects;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How one layer turns keys k into values v, for solvers that need more than a black box:
 *
 * <pre>
 *   v_o = a( d_o L(k; g W)_o + n + b_o ),   d_o = 1 / sqrt( sum_i e_i sum_t (g W_oit)^2 + epsilon )
 * </pre>
 *
 * with L the {@linkplain #stage linear stage}, g the {@linkplain #weightGain gain}, e the squared style
 * ("style energy") of the sample, n noise and b bias. Without {@linkplain Demodulation demodulation} d = 1. This covers
 * StyleGAN2's modulated convolution (Karras et al. 2020, with the modulation already inside k) and plain convolutions. With
 * {@linkplain #filters filters}, the rectifier lies between an enlarging filter U and a reducing one D, v_o = D a( U( ... ) ),
 * as in StyleGAN3 (Karras et al. 2021).
 *
 * @param weight name of the weight W
 * @param weightGain factor g on the stored weight
 * @param stage the linear part
 * @param demodulation how d is computed, if the layer has it
 * @param bias [out]
 * @param noise name of the side tensor [1 or N, 1, h', w'] that is added before the bias, if there is one
 * @param activation a
 * @param filters what surrounds a, if anything does
 */
public record LayerForm(
        String weight,
        double weightGain,
        LinearStage stage,
        Optional<Demodulation> demodulation,
        INDArray bias,
        Optional<String> noise,
        Activation activation,
        Optional<ActivationFilters> filters) {
    public LayerForm {
        Objects.requireNonNull(weight, "weight");
        Objects.requireNonNull(stage, "stage");
        Objects.requireNonNull(demodulation, "demodulation");
        Objects.requireNonNull(bias, "bias");
        Objects.requireNonNull(noise, "noise");
        Objects.requireNonNull(activation, "activation");
        Objects.requireNonNull(filters, "filters");
        bias = bias.dup('c');
    }

    /** Of a layer whose activation sees each cell by itself. */
    public LayerForm(
            String weight,
            double weightGain,
            LinearStage stage,
            Optional<Demodulation> demodulation,
            INDArray bias,
            Optional<String> noise,
            Activation activation) {
        this(weight, weightGain, stage, demodulation, bias, noise, activation, Optional.empty());
    }

    /** Grid [height, width] of the values for a key grid. */
    public int[] valueGrid(int height, int width) {
        int[] grid = stage.outputGrid(height, width);
        return filters.map(around -> new int[] {around.outputCells(grid[0]), around.outputCells(grid[1])})
                .orElse(grid);
    }

    /** A copy of the bias. */
    @Override
    public INDArray bias() {
        return bias.dup('c');
    }

    /**
     * How d is computed.
     *
     * @param styleEnergy name of the side tensor [N, in] that holds the squared style of the sample
     * @param epsilon added under the root
     */
    public record Demodulation(String styleEnergy, double epsilon) {
        public Demodulation {
            Objects.requireNonNull(styleEnergy, "styleEnergy");
        }
    }
}
