package io.github.rewrite4j.samediff.perception;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The formulas of a residual discriminator as plain loops in float64. Maps are [channel][row][column]. */
final class ResidualLoops {
    private final ResidualNames names;
    private final Function<String, INDArray> weights;
    private final Map<String, INDArray> known = new HashMap<>();
    private final double clamp;

    ResidualLoops(ResidualNames names, Function<String, INDArray> weights, double clamp) {
        this.names = names;
        this.weights = name -> known.computeIfAbsent(name, weights);
        this.clamp = clamp == 0 ? Double.POSITIVE_INFINITY : clamp;
    }

    double[] logits(INDArray images, int group) {
        int n = (int) images.size(0);
        double[][][][] maps = new double[n][][][];
        for (int s = 0; s < n; s++) {
            double[][][] x = new double[3][][];
            for (int c = 0; c < 3; c++) {
                x[c] = images.slice(s).slice(c).castTo(DataType.DOUBLE).toDoubleMatrix();
            }
            x = active(
                    convolved(x, names.fromColours().weight(), 1, 0),
                    names.fromColours().bias());
            for (ResidualNames.Block block : names.blocks()) {
                double[][][] y = active(
                        convolved(x, block.same().weight(), 1, 1), block.same().bias());
                y = convolved(
                        blurred(y, block.halvingBlur(), 2), block.halving().weight(), 2, 0);
                y = active(y, block.halving().bias());
                double[][][] z = convolved(blurred(x, block.skipBlur(), 1), block.skip(), 2, 0);
                for (int c = 0; c < y.length; c++) {
                    for (int i = 0; i < y[c].length; i++) {
                        for (int j = 0; j < y[c].length; j++) {
                            y[c][i][j] = (y[c][i][j] + cut(z[c][i][j])) / Math.sqrt(2);
                        }
                    }
                }
                x = y;
            }
            maps[s] = x;
        }
        double[] logits = new double[n];
        int groups = n / group;
        for (int s = 0; s < n; s++) {
            double[][][] own = maps[s];
            double[][][] more = new double[own.length + 1][][];
            System.arraycopy(own, 0, more, 0, own.length);
            double spread = spread(maps, s % groups, groups, group);
            more[own.length] = new double[4][4];
            for (double[] row : more[own.length]) {
                Arrays.fill(row, spread);
            }
            double[][][] last = active(
                    convolved(more, names.last().weight(), 1, 1), names.last().bias());
            double[] flat = new double[last.length * 16];
            for (int i = 0; i < flat.length; i++) {
                flat[i] = last[i / 16][i / 4 % 4][i % 4];
            }
            double[] hidden = linear(flat, names.hidden());
            for (int i = 0; i < hidden.length; i++) {
                hidden[i] = leaky(hidden[i]);
            }
            logits[s] = linear(hidden, names.logit())[0];
        }
        return logits;
    }

    private static double spread(double[][][][] maps, int first, int step, int group) {
        double sum = 0;
        int count = 0;
        for (int c = 0; c < maps[0].length; c++) {
            for (int p = 0; p < 16; p++) {
                double mean = 0;
                double square = 0;
                for (int k = 0; k < group; k++) {
                    double x = maps[first + k * step][c][p / 4][p % 4];
                    mean += x / group;
                    square += x * x / group;
                }
                sum += Math.sqrt(Math.max(0, square - mean * mean) + 1e-8);
                count++;
            }
        }
        return sum / count;
    }

    private double[] linear(double[] x, ResidualNames.Layer layer) {
        INDArray w = weights.apply(layer.weight());
        INDArray b = weights.apply(layer.bias());
        double[] y = new double[(int) w.size(0)];
        for (int o = 0; o < y.length; o++) {
            for (int i = 0; i < x.length; i++) {
                y[o] += w.getDouble(o, i) * x[i] / Math.sqrt(x.length);
            }
            y[o] += b.getDouble(o);
        }
        return y;
    }

    private static double leaky(double x) {
        return Math.sqrt(2) * (x > 0 ? x : 0.2 * x);
    }

    private double cut(double x) {
        return Math.max(-clamp, Math.min(clamp, x));
    }

    private double[][][] active(double[][][] x, String bias) {
        INDArray b = weights.apply(bias);
        for (int c = 0; c < x.length; c++) {
            for (double[] row : x[c]) {
                for (int j = 0; j < row.length; j++) {
                    row[j] = cut(leaky(row[j] + b.getDouble(c)));
                }
            }
        }
        return x;
    }

    private double[][][] convolved(double[][][] x, String weight, int stride, int padding) {
        INDArray w = weights.apply(weight);
        int k = (int) w.size(2);
        int side = (x[0].length + 2 * padding - k) / stride + 1;
        double gain = 1 / Math.sqrt((double) w.size(1) * k * k);
        double[][][] y = new double[(int) w.size(0)][side][side];
        for (int o = 0; o < y.length; o++) {
            for (int c = 0; c < x.length; c++) {
                for (int t = 0; t < k * k; t++) {
                    double tap = gain * w.getDouble(o, c, t / k, t % k);
                    for (int i = 0; i < side; i++) {
                        for (int j = 0; j < side; j++) {
                            y[o][i][j] += tap * at(x[c], stride * i + t / k - padding, stride * j + t % k - padding);
                        }
                    }
                }
            }
        }
        return y;
    }

    /** A true convolution with the stored filter. */
    private double[][][] blurred(double[][][] x, String filter, int padding) {
        double[][] f = weights.apply(filter).castTo(DataType.DOUBLE).toDoubleMatrix();
        int side = x[0].length + 2 * padding - 3;
        double[][][] y = new double[x.length][side][side];
        for (int c = 0; c < x.length; c++) {
            for (int i = 0; i < side; i++) {
                for (int j = 0; j < side; j++) {
                    for (int t = 0; t < 16; t++) {
                        y[c][i][j] += f[3 - t / 4][3 - t % 4] * at(x[c], i + t / 4 - padding, j + t % 4 - padding);
                    }
                }
            }
        }
        return y;
    }

    private static double at(double[][] map, int i, int j) {
        return i < 0 || j < 0 || i >= map.length || j >= map.length ? 0 : map[i][j];
    }
}
