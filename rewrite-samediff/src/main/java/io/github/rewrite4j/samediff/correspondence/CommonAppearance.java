package io.github.rewrite4j.samediff.correspondence;

import io.github.rewrite4j.samediff.correspondence.SearchArea.Rectangle;

/**
 * Features of a part of a map as they would look if both parts had the same statistics: per channel shifted and scaled to the
 * mean of the two means and of the two deviations; then every place brought to unit length.
 */
final class CommonAppearance {
    private static final double SMALL = 1e-8;

    private final Rectangle part;
    private final int channels;
    private final float[] values;

    private CommonAppearance(Rectangle part, int channels, float[] values) {
        this.part = part;
        this.channels = channels;
        this.values = values;
    }

    static CommonAppearance[] of(FeatureMap one, FeatureMap other, SearchArea area) {
        int channels = one.channels();
        double[][] first = statistics(one, area.one());
        double[][] second = statistics(other, area.other());
        return new CommonAppearance[] {
            normalised(one, area.one(), channels, first, second),
            normalised(other, area.other(), channels, second, first)
        };
    }

    private static double[][] statistics(FeatureMap map, Rectangle part) {
        double[][] result = new double[2][map.channels()];
        for (int c = 0; c < map.channels(); c++) {
            double sum = 0;
            double squares = 0;
            for (int y = part.top(); y < part.bottom(); y++) {
                for (int x = part.left(); x < part.right(); x++) {
                    double v = map.value(c, y, x);
                    sum += v;
                    squares += v * v;
                }
            }
            double mean = sum / part.cells();
            result[0][c] = mean;
            result[1][c] = Math.sqrt(Math.max(0, squares / part.cells() - mean * mean));
        }
        return result;
    }

    private static CommonAppearance normalised(
            FeatureMap map, Rectangle part, int channels, double[][] own, double[][] others) {
        float[] values = new float[part.cells() * channels];
        int at = 0;
        for (int y = part.top(); y < part.bottom(); y++) {
            for (int x = part.left(); x < part.right(); x++) {
                double length = SMALL;
                for (int c = 0; c < channels; c++) {
                    double deviation = (own[1][c] + others[1][c]) / 2;
                    double mean = (own[0][c] + others[0][c]) / 2;
                    double v = (map.value(c, y, x) - own[0][c]) / (own[1][c] + SMALL) * deviation + mean;
                    values[at + c] = (float) v;
                    length += v * v;
                }
                float scale = (float) (1 / Math.sqrt(length));
                for (int c = 0; c < channels; c++) {
                    values[at + c] *= scale;
                }
                at += channels;
            }
        }
        return new CommonAppearance(part, channels, values);
    }

    /** How alike the surroundings of two places are: the sum of cosines over the cells that both have. */
    double similarity(int place, CommonAppearance other, int otherPlace, int radius) {
        double sum = 0;
        int count = 0;
        int y = place / part.width();
        int x = place % part.width();
        int v = otherPlace / other.part.width();
        int u = otherPlace % other.part.width();
        for (int dy = -radius; dy <= radius; dy++) {
            for (int dx = -radius; dx <= radius; dx++) {
                if (has(y + dy, x + dx) && other.has(v + dy, u + dx)) {
                    int a = ((y + dy) * part.width() + x + dx) * channels;
                    int b = ((v + dy) * other.part.width() + u + dx) * channels;
                    for (int c = 0; c < channels; c++) {
                        sum += values[a + c] * other.values[b + c];
                    }
                    count++;
                }
            }
        }
        return sum / count;
    }

    private boolean has(int y, int x) {
        return y >= 0 && x >= 0 && x < part.width() && y < part.cells() / part.width();
    }
}
