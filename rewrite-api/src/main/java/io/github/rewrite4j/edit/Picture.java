package io.github.rewrite4j.edit;

/**
 * A painted mask of its own size, stretched over the image it is used on. Equal when its values are, whatever its name.
 */
record Picture(String name, Mask mask) implements Shape {
    @Override
    public float[] values(Window window) {
        Mask scaled = mask.resized(window.imageHeight(), window.imageWidth());
        float[] values = new float[window.cells()];
        for (int y = 0; y < window.height(); y++) {
            int row = y + window.top();
            for (int x = 0; x < window.width(); x++) {
                int column = x + window.left();
                if (row >= 0 && row < scaled.height() && column >= 0 && column < scaled.width()) {
                    values[y * window.width() + x] = scaled.value(row, column);
                }
            }
        }
        return values;
    }

    @Override
    public Extent extent(int imageHeight, int imageWidth) {
        Mask scaled = mask.resized(imageHeight, imageWidth);
        return scaled.isEmpty() ? Extent.NOTHING : Extent.of(scaled.boundingBox());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Picture picture && mask.equals(picture.mask);
    }

    @Override
    public int hashCode() {
        return mask.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
