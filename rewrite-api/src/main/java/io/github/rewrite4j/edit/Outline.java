package io.github.rewrite4j.edit;

import java.util.Arrays;
import java.util.List;

/**
 * A geometric shape, drawn hard: a pixel is selected when its centre, half a pixel right of and below its corner, lies
 * inside or on the left or upper edge.
 */
sealed interface Outline extends Shape {
    boolean covers(double x, double y);

    @Override
    default float[] values(Window window) {
        float[] values = new float[window.cells()];
        for (int y = 0; y < window.height(); y++) {
            for (int x = 0; x < window.width(); x++) {
                boolean inside = covers(window.left() + x + 0.5, window.top() + y + 0.5);
                values[y * window.width() + x] = inside ? 1f : 0f;
            }
        }
        return values;
    }

    @Override
    default double cost(Window window) {
        return window.cells();
    }

    /** ((x - cx) / rx)^2 + ((y - cy) / ry)^2 at most 1. */
    record Ellipse(double centreX, double centreY, double halfWidth, double halfHeight) implements Outline {
        public Ellipse {
            centreX = Checks.finite("ellipse's centre x", centreX);
            centreY = Checks.finite("ellipse's centre y", centreY);
            halfWidth = Checks.positive("ellipse's half width", halfWidth);
            halfHeight = Checks.positive("ellipse's half height", halfHeight);
        }

        @Override
        public boolean covers(double x, double y) {
            double u = (x - centreX) / halfWidth;
            double v = (y - centreY) / halfHeight;
            return u * u + v * v <= 1.0;
        }

        @Override
        public Extent extent(int imageHeight, int imageWidth) {
            return new Extent(centreX - halfWidth, centreY - halfHeight, centreX + halfWidth, centreY + halfHeight);
        }

        @Override
        public String toString() {
            return "ellipse(" + Numbers.list(centreX, centreY, halfWidth, halfHeight) + ")";
        }
    }

    /** From (x, y), width to the right and height down. */
    record Rectangle(double x, double y, double width, double height) implements Outline {
        public Rectangle {
            x = Checks.finite("rectangle's x", x);
            y = Checks.finite("rectangle's y", y);
            width = Checks.positive("rectangle's width", width);
            height = Checks.positive("rectangle's height", height);
        }

        @Override
        public boolean covers(double px, double py) {
            return px >= x && px < x + width && py >= y && py < y + height;
        }

        @Override
        public Extent extent(int imageHeight, int imageWidth) {
            return new Extent(x, y, x + width, y + height);
        }

        @Override
        public String toString() {
            return "rectangle(" + Numbers.list(x, y, width, height) + ")";
        }
    }

    /** A closed polygon x0, y0, x1, y1, ...; where its lines cross, the even-odd rule decides. */
    record Polygon(List<Double> corners) implements Outline {
        public Polygon {
            if (corners.size() < 6 || corners.size() % 2 != 0) {
                throw new IllegalArgumentException("A polygon needs x and y of at least three corners, x first; "
                        + corners.size() + " numbers are given.");
            }
            corners = corners.stream()
                    .map(c -> Checks.finite("coordinate of a polygon's corner", c))
                    .toList();
        }

        @Override
        public boolean covers(double x, double y) {
            boolean inside = false;
            for (double crossing : crossings(y)) {
                inside ^= x < crossing;
            }
            return inside;
        }

        /** Row by row: between each two neighbours of the sorted crossings all pixels are inside, or none. */
        @Override
        public float[] values(Window window) {
            float[] values = new float[window.cells()];
            for (int row = 0; row < window.height(); row++) {
                double[] crossings = crossings(window.top() + row + 0.5);
                Arrays.sort(crossings);
                int passed = 0;
                for (int column = 0; column < window.width(); column++) {
                    double x = window.left() + column + 0.5;
                    while (passed < crossings.length && crossings[passed] <= x) {
                        passed++;
                    }
                    boolean inside = (crossings.length - passed) % 2 != 0;
                    values[row * window.width() + column] = inside ? 1f : 0f;
                }
            }
            return values;
        }

        @Override
        public double cost(Window window) {
            return window.cells() + (double) window.height() * corners.size();
        }

        /** Where the edges cross a line of pixel centres; edges are half-open in y, so that a corner counts once. */
        private double[] crossings(double y) {
            double[] found = new double[corners.size() / 2];
            int count = 0;
            for (int i = 0, j = found.length - 1; i < found.length; j = i++) {
                double yi = corners.get(2 * i + 1);
                double yj = corners.get(2 * j + 1);
                if ((yi > y) != (yj > y)) {
                    double xi = corners.get(2 * i);
                    double xj = corners.get(2 * j);
                    double x = xi + (y - yi) / (yj - yi) * (xj - xi);
                    if (!Double.isNaN(x)) {
                        found[count++] = x;
                    }
                }
            }
            return Arrays.copyOf(found, count);
        }

        @Override
        public Extent extent(int imageHeight, int imageWidth) {
            double left = Double.POSITIVE_INFINITY;
            double top = Double.POSITIVE_INFINITY;
            double right = Double.NEGATIVE_INFINITY;
            double bottom = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < corners.size(); i += 2) {
                left = Math.min(left, corners.get(i));
                right = Math.max(right, corners.get(i));
                top = Math.min(top, corners.get(i + 1));
                bottom = Math.max(bottom, corners.get(i + 1));
            }
            return new Extent(left, top, right, bottom);
        }

        @Override
        public String toString() {
            return "polygon("
                    + Numbers.list(
                            corners.stream().mapToDouble(Double::doubleValue).toArray()) + ")";
        }
    }
}
