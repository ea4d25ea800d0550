package io.github.rewrite4j.samediff.graph.internal;

import io.github.rewrite4j.LinearStage;
import java.util.Optional;

/**
 * How a conv2d or deconv2d operation is set, read from its integer arguments.
 *
 * @param kernelHeight taps down
 * @param kernelWidth taps across
 * @param strideY rows per output row
 * @param strideX columns per output column
 * @param padY rows of zeros above and below, unless {@code same}
 * @param padX columns of zeros at both sides, unless {@code same}
 * @param dilationY distance of taps
 * @param dilationX distance of taps
 * @param padding 0 as given, 1 SAME, 2 causal
 * @param channelsLast whether data are NHWC
 * @param weightsFormat 0 YXIO, 1 OIYX, 2 OYXI
 */
public record ConvolutionSettings(
        int kernelHeight,
        int kernelWidth,
        int strideY,
        int strideX,
        int padY,
        int padX,
        int dilationY,
        int dilationX,
        int padding,
        boolean channelsLast,
        int weightsFormat) {

    /** As ND4J orders them; trailing ones may be missing. */
    public static ConvolutionSettings of(long[] arguments) {
        int[] a = new int[11];
        for (int i = 0; i < Math.min(a.length, arguments.length); i++) {
            a[i] = Math.toIntExact(arguments[i]);
        }
        return new ConvolutionSettings(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9] == 1, a[10]);
    }

    /** How the weight lies. */
    public WeightLayout layout() {
        return switch (weightsFormat) {
            case 1 -> WeightLayout.OIYX;
            case 2 -> WeightLayout.OYXI;
            default -> WeightLayout.YXIO;
        };
    }

    /** The stage on a key grid of this size; empty for dilated, causal and unevenly strided convolutions. */
    Optional<LinearStage> stage(int height, int width) {
        boolean plain = strideY == strideX && dilationY <= 1 && dilationX <= 1 && padding <= 1;
        if (!plain) {
            return Optional.empty();
        }
        if (padding == 0) {
            return Optional.of(new LinearStage.Convolution(kernelHeight, kernelWidth, strideY, padY, padX, padY, padX));
        }
        int down = samePadding(height, kernelHeight);
        int across = samePadding(width, kernelWidth);
        return Optional.of(new LinearStage.Convolution(
                kernelHeight, kernelWidth, strideY, down / 2, across / 2, down - down / 2, across - across / 2));
    }

    /** The stage of a transposed convolution; empty for dilated and unevenly strided ones. */
    Optional<LinearStage> transposedStage(int height, int width) {
        if (strideY != strideX || dilationY > 1 || dilationX > 1 || padding > 1) {
            return Optional.empty();
        }
        if (padding == 0) {
            return Optional.of(
                    new LinearStage.TransposedConvolution(kernelHeight, kernelWidth, strideY, padY, padX, padY, padX));
        }
        int down = Math.max(0, kernelHeight - strideY);
        int across = Math.max(0, kernelWidth - strideX);
        return Optional.of(new LinearStage.TransposedConvolution(
                kernelHeight, kernelWidth, strideY, down / 2, across / 2, down - down / 2, across - across / 2));
    }

    /** What SAME adds on both sides together, so that the output has ceil(size / stride) cells. */
    private int samePadding(int size, int kernel) {
        int cells = (size + strideY - 1) / strideY;
        return Math.max(0, (cells - 1) * strideY + kernel - size);
    }
}
