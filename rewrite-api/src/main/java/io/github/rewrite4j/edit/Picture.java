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
    public double cost(Window window) {
        return (double) window.cells()
                + (double) mask.height() * mask.width()
                + (double) window.imageHeight() * window.imageWidth();
    }

    /** The box of the mask on the image, with what resizing may spread. */
    @Override
    public Extent extent(int imageHeight, int imageWidth) {
        if (mask.isEmpty()) {
            return Extent.NOTHING;
        }
        Extent box = Extent.of(mask.boundingBox());
        if (mask.height() == imageHeight && mask.width() == imageWidth) {
            return box;
        }
        double across = (double) imageWidth / mask.width();
        double down = (double) imageHeight / mask.height();
        return new Extent(
                        box.left() * across - across - 1,
                        box.top() * down - down - 1,
                        box.right() * across + across + 1,
                        box.bottom() * down + down + 1)
                .overlap(new Extent(0, 0, imageWidth, imageHeight));
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
