package io.github.rewrite4j.samediff.metric;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A step of a plain convolutional network: an optional max pooling, a convolution and the positive part, whose result
 * may be a feature map.
 *
 * @param pool side of the pooling window, moved by 2; 0 for none
 * @param weight [kh,kw,in,out]
 * @param bias [out]
 * @param stride of the convolution
 * @param padding of the convolution, zeros
 * @param tapped whether its result is a feature map
 */
record ConvolutionStage(int pool, INDArray weight, INDArray bias, int stride, int padding, boolean tapped) {
    private static final int POOL_STRIDE = 2;

    /** The side of the result for a side of the input; below 1 where the input is too small. */
    int side(int input) {
        int pooled = pool == 0 ? input : Math.floorDiv(input - pool, POOL_STRIDE) + 1;
        return Math.floorDiv(pooled + 2 * padding - (int) weight.size(0), stride) + 1;
    }

    /** The result [N,out,h',w'] for an input [N,in,h,w], which it leaves as it is. */
    INDArray apply(INDArray input) {
        if (pool == 0) {
            return convolved(input);
        }
        try (INDArray pooled = pooled(input, pool)) {
            return convolved(pooled);
        }
    }

    private INDArray convolved(INDArray input) {
        int kernelHeight = (int) weight.size(0);
        int kernelWidth = (int) weight.size(1);
        INDArray convolved = Nd4j.exec(DynamicCustomOp.builder("conv2d")
                .addInputs(input, weight, bias)
                .addIntegerArguments(kernelHeight, kernelWidth, stride, stride, padding, padding, 1, 1, 0, 0, 0)
                .build())[0];
        try (convolved) {
            return Nd4j.exec(DynamicCustomOp.builder("relu")
                    .addInputs(convolved)
                    .addFloatingPointArguments(0.0)
                    .build())[0];
        }
    }

    /** Largest numbers of windows of this side, moved by 2. */
    static INDArray pooled(INDArray input, int pool) {
        return Nd4j.exec(DynamicCustomOp.builder("maxpool2d")
                .addInputs(input)
                .addIntegerArguments(pool, pool, POOL_STRIDE, POOL_STRIDE, 0, 0, 1, 1, 0, 1, 0)
                .build())[0];
    }
}
