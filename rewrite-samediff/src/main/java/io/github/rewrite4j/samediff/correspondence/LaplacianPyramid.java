package io.github.rewrite4j.samediff.correspondence;

/** Bands of pictures between Gaussian levels, of the weights 1 4 6 4 1 over 16, mirrored at the edges. */
final class LaplacianPyramid {
    private static final double[] KERNEL = {1 / 16.0, 4 / 16.0, 6 / 16.0, 4 / 16.0, 1 / 16.0};
    private static final int SMALLEST = 8;

    private LaplacianPyramid() {}

    /** A plane. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, never handed on
    private record Plane(int height, int width, double[] values) {
        static Plane of(float[] all, int start, int height, int width) {
            double[] values = new double[height * width];
            for (int i = 0; i < values.length; i++) {
                values[i] = all[start + i];
            }
            return new Plane(height, width, values);
        }

        Plane smooth() {
            return filtered(false, 1).filtered(true, 1);
        }

        private Plane filtered(boolean down, double gain) {
            double[] result = new double[values.length];
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    double sum = 0;
                    for (int k = -2; k <= 2; k++) {
                        int row = down ? mirrored(y + k, height) : y;
                        int column = down ? x : mirrored(x + k, width);
                        sum += KERNEL[k + 2] * values[row * width + column];
                    }
                    result[y * width + x] = gain * sum;
                }
            }
            return new Plane(height, width, result);
        }

        private static int mirrored(int place, int size) {
            int inside = place < 0 ? -place : place;
            inside = inside >= size ? 2 * size - 2 - inside : inside;
            return Math.max(0, Math.min(size - 1, inside));
        }

        Plane reduced() {
            Plane smooth = smooth();
            int h = (height + 1) / 2;
            int w = (width + 1) / 2;
            double[] result = new double[h * w];
            for (int y = 0; y < h; y++) {
                for (int x = 0; x < w; x++) {
                    result[y * w + x] = smooth.values[2 * y * width + 2 * x];
                }
            }
            return new Plane(h, w, result);
        }

        Plane enlarged(int h, int w) {
            double[] result = new double[h * w];
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    if (2 * y < h && 2 * x < w) {
                        result[2 * y * w + 2 * x] = values[y * width + x];
                    }
                }
            }
            return new Plane(h, w, result).filtered(false, 2).filtered(true, 2);
        }

        Plane plus(Plane other, double sign) {
            double[] result = new double[values.length];
            for (int i = 0; i < result.length; i++) {
                result[i] = values[i] + sign * other.values[i];
            }
            return new Plane(height, width, result);
        }

        Plane mixed(Plane other, Plane mask) {
            double[] result = new double[values.length];
            for (int i = 0; i < result.length; i++) {
                result[i] = (1 - mask.values[i]) * values[i] + mask.values[i] * other.values[i];
            }
            return new Plane(height, width, result);
        }
    }

    static float[] blend(float[] into, float[] part, float[] mask, int height, int width) {
        Plane weights = Plane.of(mask, 0, height, width);
        float[] result = new float[into.length];
        int area = height * width;
        for (int start = 0; start < into.length; start += area) {
            Plane blended = blend(Plane.of(into, start, height, width), Plane.of(part, start, height, width), weights);
            for (int i = 0; i < area; i++) {
                result[start + i] = (float) blended.values()[i];
            }
        }
        return result;
    }

    private static Plane blend(Plane into, Plane part, Plane mask) {
        if (Math.min(into.height(), into.width()) < SMALLEST) {
            return into.mixed(part, mask);
        }
        Plane smallInto = into.reduced();
        Plane smallPart = part.reduced();
        Plane coarse = blend(smallInto, smallPart, mask.reduced());
        int h = into.height();
        int w = into.width();
        Plane band = into.plus(smallInto.enlarged(h, w), -1).mixed(part.plus(smallPart.enlarged(h, w), -1), mask);
        return coarse.enlarged(h, w).plus(band, 1);
    }
}
