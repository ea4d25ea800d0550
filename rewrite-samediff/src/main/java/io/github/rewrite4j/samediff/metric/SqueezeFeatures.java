package io.github.rewrite4j.samediff.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * SqueezeNet 1.1 (Iandola et al. 2016) as torchvision builds it, with the seven layers that LPIPS looks at: a convolution, then
 * eight fires, each of one narrow convolution and two wide ones side by side.
 */
final class SqueezeFeatures implements FeatureNetwork {
    static final int[] FIRES = {3, 4, 6, 7, 9, 10, 11, 12};
    /** Channels of the narrow convolution and of each wide one. */
    static final int[][] CHANNELS = {
        {16, 64}, {16, 64}, {32, 128}, {32, 128}, {48, 192}, {48, 192}, {64, 256}, {64, 256}
    };

    private static final boolean[] POOLED = {true, false, true, false, true, false, false, false};
    private static final boolean[] TAPPED = {false, true, false, true, true, true, true, true};
    private static final int SMALLEST = 17;

    private final String name;
    private final UnaryOperator<INDArray> scaling;
    private final ConvolutionStage first;
    private final List<Fire> fires;

    /** Three convolutions, each with its positive part. */
    record Fire(ConvolutionStage narrow, ConvolutionStage single, ConvolutionStage wide) {
        INDArray apply(INDArray maps) {
            try (INDArray squeezed = narrow.apply(maps);
                    INDArray one = single.apply(squeezed);
                    INDArray three = wide.apply(squeezed)) {
                return Nd4j.concat(1, one, three);
            }
        }
    }

    SqueezeFeatures(String name, UnaryOperator<INDArray> scaling, ConvolutionStage first, List<Fire> fires) {
        this.name = name;
        this.scaling = scaling;
        this.first = first;
        this.fires = List.copyOf(fires);
    }

    /** Channels of each layer that is looked at. */
    static int[] tappedChannels() {
        return new int[] {64, 128, 256, 384, 384, 512, 512};
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<INDArray> features(INDArray pictures) {
        INDArray images = GreyPictures.inColours(pictures);
        long[] shape = images.shape();
        if (shape.length != 4 || shape[1] != 3 || Math.min(shape[2], shape[3]) < SMALLEST) {
            throw new IllegalArgumentException("images has shape " + Arrays.toString(shape)
                    + ", expected pictures [N, 3, H, W] with sides of at least " + SMALLEST
                    + " pixels for the network " + name);
        }
        List<INDArray> taps = new ArrayList<>();
        INDArray maps = first.apply(scaling.apply(images.castTo(DataType.FLOAT)));
        taps.add(maps);
        boolean ours = false;
        for (int i = 0; i < fires.size(); i++) {
            INDArray read = POOLED[i] ? pooled(maps) : maps;
            INDArray next = fires.get(i).apply(read);
            if (POOLED[i]) {
                read.close();
            }
            if (ours) {
                maps.close();
            }
            maps = next;
            ours = !TAPPED[i];
            if (TAPPED[i]) {
                taps.add(next);
            }
        }
        return taps;
    }

    /** Windows of 3 moved by 2, the last reaching beyond the edge: nothing is below zero, so zeros there change nothing. */
    private static INDArray pooled(INDArray maps) {
        long height = maps.size(2);
        long width = maps.size(3);
        INDArray whole = maps;
        if (height % 2 == 0) {
            whole = Nd4j.concat(2, whole, Nd4j.zeros(DataType.FLOAT, maps.size(0), maps.size(1), 1, width));
        }
        if (width % 2 == 0) {
            whole = Nd4j.concat(3, whole, Nd4j.zeros(DataType.FLOAT, maps.size(0), maps.size(1), whole.size(2), 1));
        }
        return ConvolutionStage.pooled(whole, 3);
    }
}
