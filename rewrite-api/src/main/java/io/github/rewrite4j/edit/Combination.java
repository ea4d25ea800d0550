package io.github.rewrite4j.edit;

import java.util.Arrays;
import java.util.Optional;

/**
 * Two shapes joined cell by cell; on soft masks these are the fuzzy-set operations of Zadeh. The second is drawn only where
 * it can change something, so that a hundred small shapes cost little more than one.
 */
record Combination(Operation operation, Shape left, Shape right) implements Shape {
    enum Operation {
        /** max(a, b). */
        UNION,
        /** min(a, 1 - b). */
        MINUS,
        /** min(a, b). */
        INTERSECT;

        private float apply(float a, float b) {
            return switch (this) {
                case UNION -> Math.max(a, b);
                case MINUS -> Math.min(a, 1f - b);
                case INTERSECT -> Math.min(a, b);
            };
        }
    }

    @Override
    public float[] values(Window window) {
        float[] values = left.values(window);
        Optional<Window> part = changed(window);
        if (operation == Operation.INTERSECT) {
            clearOutside(values, window, part);
        }
        part.ifPresent(inside -> join(values, window, right.values(inside), inside));
        return values;
    }

    private static void clearOutside(float[] values, Window window, Optional<Window> part) {
        for (int y = 0; y < window.height(); y++) {
            int row = window.top() + y;
            int begin = y * window.width();
            if (part.isEmpty()
                    || row < part.get().top()
                    || row >= part.get().top() + part.get().height()) {
                Arrays.fill(values, begin, begin + window.width(), 0);
            } else {
                int inside = begin + part.get().left() - window.left();
                Arrays.fill(values, begin, inside, 0);
                Arrays.fill(values, inside + part.get().width(), begin + window.width(), 0);
            }
        }
    }

    private void join(float[] values, Window window, float[] others, Window part) {
        for (int y = 0; y < part.height(); y++) {
            int at = (part.top() + y - window.top()) * window.width() + part.left() - window.left();
            for (int x = 0; x < part.width(); x++) {
                values[at + x] = operation.apply(values[at + x], others[y * part.width() + x]);
            }
        }
    }

    /** The part of a window where the second shape counts: elsewhere it is zero, and so may the first one be. */
    private Optional<Window> changed(Window window) {
        Extent second = right.extent(window.imageHeight(), window.imageWidth());
        return window.within(
                operation == Operation.UNION
                        ? second
                        : second.overlap(left.extent(window.imageHeight(), window.imageWidth())));
    }

    @Override
    public double cost(Window window) {
        double own = operation == Operation.INTERSECT ? window.cells() : 0;
        return own
                + left.cost(window)
                + changed(window).map(part -> right.cost(part) + part.cells()).orElse(0.0);
    }

    @Override
    public Extent extent(int imageHeight, int imageWidth) {
        Extent a = left.extent(imageHeight, imageWidth);
        return switch (operation) {
            case UNION -> a.hull(right.extent(imageHeight, imageWidth));
            case MINUS -> a;
            case INTERSECT -> a.overlap(right.extent(imageHeight, imageWidth));
        };
    }

    @Override
    public String toString() {
        String name =
                switch (operation) {
                    case UNION -> "union";
                    case MINUS -> "minus";
                    case INTERSECT -> "intersect";
                };
        return left + "." + name + "(" + right + ")";
    }
}
