package io.github.rewrite4j.samediff.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Convolutions one after the other, run one by one without a graph; float32. Safe to share between threads. */
final class ConvolutionalFeatures implements FeatureNetwork {
    private final String name;
    private final UnaryOperator<INDArray> scaling;
    private final List<ConvolutionStage> stages;

    /** @param scaling what happens to the pictures first; returns a new array */
    ConvolutionalFeatures(String name, UnaryOperator<INDArray> scaling, List<ConvolutionStage> stages) {
        this.name = name;
        this.scaling = scaling;
        this.stages = List.copyOf(stages);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<INDArray> features(INDArray pictures) {
        INDArray images = GreyPictures.inColours(pictures);
        long[] shape = images.shape();
        if (shape.length != 4 || shape[1] != 3) {
            throw new IllegalArgumentException("images has shape " + Arrays.toString(shape)
                    + ", expected pictures [N, 3, H, W] for the network " + name);
        }
        int shorter = (int) Math.min(shape[2], shape[3]);
        if (!fits(shorter)) {
            throw new IllegalArgumentException("images has shape " + Arrays.toString(shape) + ", the network " + name
                    + " needs sides of at least " + smallestSide() + " pixels: enlarge the pictures");
        }
        List<INDArray> taps = new ArrayList<>();
        INDArray maps = scaling.apply(images.castTo(DataType.FLOAT));
        boolean ours = false;
        for (ConvolutionStage stage : stages) {
            INDArray next = stage.apply(maps);
            if (ours) {
                maps.close();
            }
            ours = !stage.tapped();
            if (stage.tapped()) {
                taps.add(next);
            }
            maps = next;
        }
        return taps;
    }

    private int smallestSide() {
        int side = 1;
        while (!fits(side)) {
            side++;
        }
        return side;
    }

    private boolean fits(int side) {
        int rest = side;
        for (ConvolutionStage stage : stages) {
            rest = rest < 1 ? 0 : stage.side(rest);
        }
        return rest >= 1;
    }
}
