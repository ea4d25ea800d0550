package io.github.rewrite4j.samediff.correspondence;

/**
 * Rectangles of two maps in which places look for each other; ends are excluded.
 *
 * @param rank of the pair that led here
 */
record SearchArea(Rectangle one, Rectangle other, double rank) {
    /** A part of a map. */
    record Rectangle(int top, int left, int bottom, int right) {
        static Rectangle of(FeatureMap map) {
            return new Rectangle(0, 0, map.height(), map.width());
        }

        /** What a cell of a coarser map is on this one, with so many cells around it. */
        static Rectangle around(int row, int column, FeatureMap coarse, FeatureMap fine, int radius) {
            int centreY = (int) Math.floor((row + 0.5) * fine.height() / coarse.height());
            int centreX = (int) Math.floor((column + 0.5) * fine.width() / coarse.width());
            return new Rectangle(
                    Math.max(0, centreY - radius),
                    Math.max(0, centreX - radius),
                    Math.min(fine.height(), centreY + radius),
                    Math.min(fine.width(), centreX + radius));
        }

        int width() {
            return right - left;
        }

        int cells() {
            return (bottom - top) * width();
        }
    }
}
