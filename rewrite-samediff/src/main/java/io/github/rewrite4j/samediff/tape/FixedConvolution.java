package io.github.rewrite4j.samediff.tape;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A convolution with stride 1 that keeps the grid, bound to its arrays: y = w * x for maps [N, H, W, C] and a weight
 * [k, k, in, out] whose numbers never change. By oneDNN, where that is on the class path and arrays lie in the host's
 * memory, and the weight is laid out for it once; by ND4J's {@code conv2d} otherwise. One thread at a time.
 */
public final class FixedConvolution {
    private final INDArray x;
    private final INDArray weight;
    private final INDArray y;
    private final Runnable computing;
    private final Runnable releasing;

    /** Binds. */
    public FixedConvolution(INDArray x, INDArray weight, INDArray y) {
        this.x = x;
        this.weight = weight;
        this.y = y;
        int kernel = Math.toIntExact(weight.size(0));
        ConvolutionShape s = new ConvolutionShape(
                Math.toIntExact(x.size(0)),
                Math.toIntExact(x.size(3)),
                Math.toIntExact(x.size(1)),
                Math.toIntExact(x.size(2)),
                Math.toIntExact(weight.size(3)),
                kernel,
                1,
                kernel / 2);
        if (HostArrays.onHost() && OneDnn.available() && isPlain(x) && isPlain(weight) && isPlain(y)) {
            OneDnnProgram program = OneDnnPrograms.forwardOfFixed(s, x, weight, y);
            this.computing = program::run;
            this.releasing = program::close;
        } else {
            NativeCall call = new NativeCall("conv2d", s.settings(), new INDArray[] {y}, x, weight);
            this.computing = call::run;
            this.releasing = call::release;
        }
    }

    /** Row-major from the beginning of its memory. */
    private static boolean isPlain(INDArray array) {
        return array.offset() == 0
                && array.ordering() == 'c'
                && Arrays.equals(array.stride(), Nd4j.getStrides(array.shape(), 'c'));
    }

    /** Whether it has these very arrays. */
    public boolean isBoundTo(INDArray map, INDArray kernels, INDArray result) {
        return x == map && weight == kernels && y == result;
    }

    /** Computes. */
    public void run() {
        computing.run();
    }

    /** Lets go of native memory and of the arrays; not to be run afterwards. */
    public void release() {
        releasing.run();
    }
}
