package io.github.rewrite4j.samediff.correspondence;

import io.github.rewrite4j.samediff.metric.FeatureNetwork;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One level of features of one picture, and how strongly each place answers: its length, from 0 to 1 over the map. */
final class FeatureMap {
    private static final int COARSEST = 6;

    private final int channels;
    private final int height;
    private final int width;
    private final float[] values;
    private final double[] answers;

    private FeatureMap(int channels, int height, int width, float[] values) {
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.values = values;
        this.answers = answers(values, channels, height * width);
    }

    private static FeatureMap of(INDArray map) {
        float[] values = map.castTo(DataType.FLOAT).dup('c').data().asFloat();
        return new FeatureMap((int) map.size(1), (int) map.size(2), (int) map.size(3), values);
    }

    /** The levels of a picture [1, 3, H, W], from coarse to fine; the last are its pixels. */
    static List<FeatureMap> pyramid(FeatureNetwork network, INDArray picture) {
        List<FeatureMap> levels = new ArrayList<>();
        levels.add(of(picture));
        for (INDArray level : network.features(picture)) {
            FeatureMap map = of(level);
            level.close();
            // A few cells see the edges of the picture more than what it shows.
            if (Math.min(map.height, map.width) >= COARSEST) {
                levels.add(map);
            }
        }
        Collections.reverse(levels);
        return levels;
    }

    private static double[] answers(float[] values, int channels, int area) {
        double[] lengths = new double[area];
        double least = Double.POSITIVE_INFINITY;
        double most = 0;
        for (int p = 0; p < area; p++) {
            double sum = 0;
            for (int c = 0; c < channels; c++) {
                sum += (double) values[c * area + p] * values[c * area + p];
            }
            lengths[p] = Math.sqrt(sum);
            least = Math.min(least, lengths[p]);
            most = Math.max(most, lengths[p]);
        }
        for (int p = 0; p < area; p++) {
            lengths[p] = most > least ? (lengths[p] - least) / (most - least) : 0;
        }
        return lengths;
    }

    int channels() {
        return channels;
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    double answer(int row, int column) {
        return answers[row * width + column];
    }

    float value(int channel, int row, int column) {
        return values[(channel * height + row) * width + column];
    }
}
