package io.github.rewrite4j.edit;

import java.util.Arrays;
import java.util.Optional;

/** What a region is made of: something that can be drawn in any window of the plane of pixels. */
sealed interface Shape
        permits Outline, Picture, Shape.Everything, Combination, Shape.Inverted, Shape.Grown, Shape.Moved {
    /** Values in [0, 1] of the window's cells, row by row; a fresh array. */
    float[] values(Window window);

    /** Cells that are looked at to draw the window: what drawing costs, before it is begun. */
    double cost(Window window);

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
        public double cost(Window window) {
            return window.cells();
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
        public double cost(Window window) {
            return shape.cost(window) + window.cells();
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

        /** Cells of the margin that what has no bounds is drawn in, and more around a large image. */
        private static final int MOST_CELLS = 1 << 22;

        private static final long MOST_TIMES = 9;

        public Grown {
            if (px < 0 || px > LARGEST) {
                throw new IllegalArgumentException("A region cannot grow by " + px + " pixels: give 0 to " + LARGEST
                        + "; to shrink it use inverted().grown(px).inverted().");
            }
        }

        @Override
        public float[] values(Window window) {
            return source(window)
                    .map(wide -> Dilation.of(shape.values(wide), wide, window, px))
                    .orElseGet(() -> new float[window.cells()]);
        }

        /** Drawn with a margin, so that parts just outside the image grow into it; only where the shape can be. */
        private Optional<Window> source(Window window) {
            Extent extent = shape.extent(window.imageHeight(), window.imageWidth());
            Optional<Window> wide = window.padded(px).within(extent);
            if (wide.isPresent() && wide.get().cells() > Math.max(MOST_CELLS, MOST_TIMES * window.cells())) {
                throw new IllegalArgumentException("Growing by " + px + " pixels what fills all of an image of "
                        + window.imageWidth() + "x" + window.imageHeight()
                        + " pixels would need " + wide.get().cells() + " cells around it: grow by less.");
            }
            return wide;
        }

        @Override
        public double cost(Window window) {
            return source(window).map(wide -> shape.cost(wide) + wide.cells()).orElse(0.0) + window.cells();
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
        public double cost(Window window) {
            return shape.cost(window.moved(-dx, -dy));
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
