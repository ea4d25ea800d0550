package io.github.rewrite4j.edit;

/**
 * Widens values by a Chebyshev distance: each cell becomes the largest at most so far away. Rows first, then columns,
 * each by a window whose largest value is kept in a queue of falling candidates, so that the distance costs nothing.
 */
final class Dilation {
    private Dilation() {}

    /**
     * Widens what a window holds, into another one. What lies outside the first counts as zero.
     *
     * @param values of {@code from}, row by row
     * @return of {@code to}; a fresh array
     */
    static float[] of(float[] values, Window from, Window to, int px) {
        float[] wide = new float[from.height() * to.width()];
        for (int y = 0; y < from.height(); y++) {
            Line source = new Line(values, y * from.width(), 1, from.width());
            source.largest(new Line(wide, y * to.width(), 1, to.width()), to.left() - from.left(), px);
        }
        float[] grown = new float[to.cells()];
        for (int x = 0; x < to.width(); x++) {
            Line source = new Line(wide, x, to.width(), from.height());
            source.largest(new Line(grown, x, to.width(), to.height()), to.top() - from.top(), px);
        }
        return grown;
    }

    /** Every {@code step}-th value of an array. */
    private static final class Line {
        private final float[] values;
        private final int start;
        private final int step;
        private final int length;

        Line(float[] values, int start, int step, int length) {
            this.values = values;
            this.start = start;
            this.step = step;
            this.length = length;
        }

        float at(int i) {
            return values[start + i * step];
        }

        /** Place i of the result is the largest value at the places from {@code i + shift - px} to {@code i + shift + px}. */
        void largest(Line result, int shift, int px) {
            int[] queue = new int[length];
            int first = 0;
            int end = 0;
            int next = 0;
            for (int i = 0; i < result.length; i++) {
                long last = Math.min((long) i + shift + px, length - 1L);
                for (; next <= last; next++) {
                    while (end > first && at(queue[end - 1]) <= at(next)) {
                        end--;
                    }
                    queue[end++] = next;
                }
                while (first < end && queue[first] < (long) i + shift - px) {
                    first++;
                }
                result.values[result.start + i * result.step] = first < end ? at(queue[first]) : 0f;
            }
        }
    }
}
