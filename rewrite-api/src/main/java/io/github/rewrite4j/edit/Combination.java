package io.github.rewrite4j.edit;

/** Two shapes joined cell by cell; on soft masks these are the fuzzy-set operations of Zadeh. */
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
        float[] others = right.values(window);
        for (int i = 0; i < values.length; i++) {
            values[i] = operation.apply(values[i], others[i]);
        }
        return values;
    }

    @Override
    public double cost(Window window) {
        return left.cost(window) + right.cost(window) + window.cells();
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
