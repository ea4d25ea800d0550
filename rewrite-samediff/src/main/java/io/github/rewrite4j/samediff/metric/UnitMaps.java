package io.github.rewrite4j.samediff.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The features of one layer, of unit length over the channels in every position of every picture. */
final class UnitMaps {
    private static final double EPSILON = 1e-10;

    private final int channels;
    private final int height;
    private final int width;
    private final float[] values;

    private UnitMaps(int channels, int height, int width, float[] values) {
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.values = values;
    }

    static List<UnitMaps> of(FeatureNetwork network, INDArray images) {
        List<INDArray> features = network.features(images);
        List<UnitMaps> layers = new ArrayList<>();
        for (INDArray layer : features) {
            layers.add(of(network, layers.size(), layer, images.size(0)));
        }
        features.stream().filter(INDArray::closeable).forEach(INDArray::close);
        if (layers.isEmpty()) {
            throw new IllegalArgumentException(
                    "The network " + network.name() + " gave no feature map, expected at least one layer");
        }
        return layers;
    }

    private static UnitMaps of(FeatureNetwork network, int number, INDArray layer, long count) {
        String what = "Layer " + number + " of the network " + network.name();
        long[] shape = layer.shape();
        if (shape.length != 4 || layer.isEmpty() || shape[0] != count) {
            throw new IllegalArgumentException(what + " has shape " + Arrays.toString(shape) + ", expected [" + count
                    + ", C, h, w] for as many pictures");
        }
        float[] values;
        try (INDArray packed = layer.castTo(DataType.FLOAT).dup('c')) {
            values = packed.data().asFloat();
        }
        UnitMaps maps = new UnitMaps((int) shape[1], (int) shape[2], (int) shape[3], values);
        maps.normalise(what);
        return maps;
    }

    private void normalise(String what) {
        int area = area();
        for (int start = 0; start < values.length; start += channels * area) {
            for (int i = start; i < start + area; i++) {
                double square = 0;
                for (int at = i; at < i + channels * area; at += area) {
                    square += (double) values[at] * values[at];
                }
                if (!Double.isFinite(square)) {
                    throw new IllegalArgumentException(what + " holds values that are not finite in picture "
                            + start / (channels * area) + ": look at its weights and at the pictures");
                }
                double length = Math.sqrt(square) + EPSILON;
                for (int at = i; at < i + channels * area; at += area) {
                    values[at] = (float) (values[at] / length);
                }
            }
        }
    }

    int channels() {
        return channels;
    }

    int area() {
        return height * width;
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    /** Values of one picture. */
    int size() {
        return channels * area();
    }

    float value(int image, int channel, int position) {
        return values[(image * channels + channel) * area() + position];
    }

    /** For every position the weighted squared distance over channels. */
    double[] squares(int image, UnitMaps other, int otherImage, double[] weights) {
        if (other.channels != channels || other.height != height || other.width != width) {
            throw new IllegalArgumentException("The feature maps are " + channels + "x" + height + "x" + width + " and "
                    + other.channels + "x" + other.height + "x" + other.width
                    + ", expected equal ones: compare pictures of one size");
        }
        double[] squares = new double[area()];
        for (int c = 0; c < channels; c++) {
            for (int i = 0; i < squares.length; i++) {
                double delta = (double) value(image, c, i) - other.value(otherImage, c, i);
                squares[i] += weights[c] * delta * delta;
            }
        }
        return squares;
    }
}
