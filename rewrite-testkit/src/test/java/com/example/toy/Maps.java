package com.example.toy;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Maps [samples, channels, positions] in plain Java. */
@SuppressWarnings("ArrayRecordComponent")
record Maps(int samples, int channels, double[] numbers) {
    static final int HEIGHT = 4;
    static final int WIDTH = 6;
    static final int POSITIONS = HEIGHT * WIDTH;

    static Maps of(INDArray array) {
        return new Maps(
                (int) array.size(0),
                (int) array.size(1),
                array.castTo(DataType.DOUBLE).dup('c').data().asDouble());
    }

    static Maps zeros(int samples, int channels) {
        return new Maps(samples, channels, new double[samples * channels * POSITIONS]);
    }

    INDArray toArray() {
        float[] floats = new float[numbers.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) numbers[i];
        }
        return Nd4j.createFromArray(floats).reshape('c', samples, channels, HEIGHT, WIDTH);
    }

    int at(int sample, int channel, int position) {
        return (sample * channels + channel) * POSITIONS + position;
    }

    /** W k at each position. */
    Maps times(double[][] weight) {
        Maps result = zeros(samples, weight.length);
        for (int n = 0; n < samples; n++) {
            for (int o = 0; o < weight.length; o++) {
                for (int i = 0; i < channels; i++) {
                    for (int p = 0; p < POSITIONS; p++) {
                        result.numbers[result.at(n, o, p)] += weight[o][i] * numbers[at(n, i, p)];
                    }
                }
            }
        }
        return result;
    }

    /** W' v at each position. */
    Maps timesTransposed(double[][] weight) {
        double[][] transposed = new double[weight[0].length][weight.length];
        for (int o = 0; o < weight.length; o++) {
            for (int i = 0; i < weight[o].length; i++) {
                transposed[i][o] = weight[o][i];
            }
        }
        return times(transposed);
    }

    /** The gradient of sum(times(weight) * seed) by the weight. */
    double[][] gradient(Maps seed) {
        double[][] gradient = new double[seed.channels][channels];
        for (int n = 0; n < samples; n++) {
            for (int o = 0; o < seed.channels; o++) {
                for (int i = 0; i < channels; i++) {
                    for (int p = 0; p < POSITIONS; p++) {
                        gradient[o][i] += seed.numbers[seed.at(n, o, p)] * numbers[at(n, i, p)];
                    }
                }
            }
        }
        return gradient;
    }

    Maps leaky() {
        return new Maps(
                samples,
                channels,
                Arrays.stream(numbers).map(x -> x < 0 ? 0.2 * x : x).toArray());
    }

    /** This seed through the activation of what went in. */
    Maps throughLeaky(Maps before) {
        double[] seed = numbers.clone();
        for (int i = 0; i < seed.length; i++) {
            seed[i] *= before.numbers[i] < 0 ? 0.2 : 1;
        }
        return new Maps(samples, channels, seed);
    }

    static double[][] matrix(INDArray weight) {
        double[] numbers = weight.castTo(DataType.DOUBLE).dup('c').data().asDouble();
        int in = (int) weight.size(1);
        double[][] rows = new double[(int) weight.size(0)][];
        for (int o = 0; o < rows.length; o++) {
            rows[o] = Arrays.copyOfRange(numbers, o * in, (o + 1) * in);
        }
        return rows;
    }

    static INDArray canonical(double[][] rows) {
        return Nd4j.create(rows).castTo(DataType.FLOAT).reshape('c', rows.length, rows[0].length, 1, 1);
    }
}
