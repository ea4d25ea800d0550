package io.github.rewrite4j.edit;

import java.util.Arrays;

/** What a region is made of: something that can be drawn in any window of the plane of pixels. */
sealed interface Shape
        permits Outline, Picture, Shape.Everything, Combination, Shape.Inverted, Shape.Grown, Shape.Moved {
    /** Values in [0, 1] of the window's cells, row by row; a fresh array. */
    float[] values(Window window);

    /** Where the shape lies at most when it is used on an image of this size. */
    Extent extent(int imageHeight, int imageWidth);

    /** All pixels there are. */
    record Everything() implements Shape {
        @Override
        public float[] values(Window window) {
            float[] values = new float[window.cells()];
            Arrays.fill(values, 1f);
            return values;
        }

        @Override
        public Extent extent(int imageHeight, int imageWidth) {
            return Extent.EVERYWHERE;
        }

        @Override
        public String toString() {
            return "full()";
        }
    }

    /** 1 - shape. */
    record Inverted(Shape shape) implements Shape {
        @Override
        public float[] values(Window window) {
            float[] values = shape.values(window);
            for (int i = 0; i < values.length; i++) {
                values[i] = 1f - values[i];
            }
            return values;
        }

        @Override
        public Extent extent(int imageHeight, int imageWidth) {
            return Extent.EVERYWHERE;
        }

        @Override
        public String toString() {
            return shape + ".inverted()";
        }
    }

    /** The shape widened by a Chebyshev distance. */
    record Grown(Shape shape, int px) implements Shape {
        private static final int LARGEST = 4096;

        public Grown {
            if (px < 0 || px > LARGEST) {
                throw new IllegalArgumentException("A region cannot grow by " + px + " pixels: give 0 to " + LARGEST
                        + "; to shrink it use inverted().grown(px).inverted().");
            }
        }

        @Override
        public float[] values(Window window) {
            // Drawn with a margin, so that parts just outside the image grow into it.
            Window wide = window.padded(px);
            Mask grown = new Mask(wide.height(), wide.width(), shape.values(wide)).dilated(px);
            float[] values = new float[window.cells()];
            for (int y = 0; y < window.height(); y++) {
                for (int x = 0; x < window.width(); x++) {
                    values[y * window.width() + x] = grown.value(y + px, x + px);
                }
            }
            return values;
        }

        @Override
        public Extent extent(int imageHeight, int imageWidth) {
            return shape.extent(imageHeight, imageWidth).grown(px);
        }

        @Override
        public String toString() {
            return shape + ".grown(" + px + ")";
        }
    }

    /** The shape moved by whole pixels. */
    record Moved(Shape shape, int dx, int dy) implements Shape {
        private static final int FARTHEST = 1 << 24;

        public Moved {
            if (Math.abs((long) dx) > FARTHEST || Math.abs((long) dy) > FARTHEST) {
                throw new IllegalArgumentException("A region cannot be moved by (" + dx + ", " + dy
                        + ") pixels: at most " + FARTHEST + " in each direction.");
            }
        }

        @Override
        public float[] values(Window window) {
            return shape.values(window.moved(-dx, -dy));
        }

        @Override
        public Extent extent(int imageHeight, int imageWidth) {
            return shape.extent(imageHeight, imageWidth).shifted(dx, dy);
        }

        @Override
        public String toString() {
            return shape + ".moved(" + dx + ", " + dy + ")";
        }
    }
}
