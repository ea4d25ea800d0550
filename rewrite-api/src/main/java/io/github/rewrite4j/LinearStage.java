package io.github.rewrite4j;

import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The part of a layer that is linear in its weight, as a description; see {@link LayerForm}. */
public sealed interface LinearStage {
    int kernelHeight();

    int kernelWidth();

    /** Grid [height, width] of the output for a key grid. */
    int[] outputGrid(int height, int width);

    /**
     * Cross-correlation with zero padding, y(p) = sum_t W_t k(stride p + t - pad).
     *
     * @param kernelHeight taps down
     * @param kernelWidth taps across
     * @param stride both ways
     * @param padTop rows of zeros above
     * @param padLeft columns of zeros at the left
     * @param padBottom rows of zeros below
     * @param padRight columns of zeros at the right
     */
    record Convolution(
            int kernelHeight, int kernelWidth, int stride, int padTop, int padLeft, int padBottom, int padRight)
            implements LinearStage {
        public Convolution {
            if (kernelHeight < 1 || kernelWidth < 1 || stride < 1) {
                throw new IllegalArgumentException("Kernel and stride are positive, but were " + kernelHeight + " x "
                        + kernelWidth + " and " + stride + ".");
            }
        }

        /** Odd kernel, stride 1, output as large as the input. */
        public static Convolution same(int kernel) {
            return new Convolution(kernel, kernel, 1, (kernel - 1) / 2, (kernel - 1) / 2, kernel / 2, kernel / 2);
        }

        @Override
        public int[] outputGrid(int height, int width) {
            return new int[] {
                (height + padTop + padBottom - kernelHeight) / stride + 1,
                (width + padLeft + padRight - kernelWidth) / stride + 1
            };
        }
    }

    /**
     * Transposed convolution, y(p) = sum over i and t with stride i + t - pad = p of W_t k(i): every cell of the key writes a
     * whole kernel. DCGAN (Radford et al. 2016) and many decoders enlarge in this way.
     *
     * @param kernelHeight taps down
     * @param kernelWidth taps across
     * @param stride cells of the output from one cell of the key to the next, both ways
     * @param cutTop rows cut off above
     * @param cutLeft columns cut off at the left
     * @param cutBottom rows cut off below
     * @param cutRight columns cut off at the right
     */
    record TransposedConvolution(
            int kernelHeight, int kernelWidth, int stride, int cutTop, int cutLeft, int cutBottom, int cutRight)
            implements LinearStage {
        public TransposedConvolution {
            if (kernelHeight < 1 || kernelWidth < 1 || stride < 1) {
                throw new IllegalArgumentException("Kernel and stride are positive, but were " + kernelHeight + " x "
                        + kernelWidth + " and " + stride + ".");
            }
            if (cutTop < 0 || cutLeft < 0 || cutBottom < 0 || cutRight < 0) {
                throw new IllegalArgumentException("What is cut off is not negative, but was " + cutTop + ", " + cutLeft
                        + ", " + cutBottom + " and " + cutRight + ".");
            }
        }

        @Override
        public int[] outputGrid(int height, int width) {
            return new int[] {
                (height - 1) * stride + kernelHeight - cutTop - cutBottom,
                (width - 1) * stride + kernelWidth - cutLeft - cutRight
            };
        }
    }

    /**
     * StyleGAN2's up-sampling convolution: transposed convolution of stride 2 without padding, then a blur with a fixed
     * kernel; the grid doubles.
     *
     * @param kernelHeight taps down
     * @param kernelWidth taps across
     * @param blur blur kernel [rows, columns] as stored in the checkpoint; its gain is part of it
     */
    record UpsampledConvolution(int kernelHeight, int kernelWidth, INDArray blur) implements LinearStage {
        public UpsampledConvolution {
            Objects.requireNonNull(blur, "blur");
        }

        @Override
        public int[] outputGrid(int height, int width) {
            return new int[] {2 * height, 2 * width};
        }
    }
}
