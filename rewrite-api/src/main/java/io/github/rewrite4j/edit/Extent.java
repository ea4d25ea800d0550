package io.github.rewrite4j.edit;

/** Where a shape lies at most, in pixels; infinite when it has no bounds, empty when it selects nothing. */
record Extent(double left, double top, double right, double bottom) {
    static final Extent NOTHING = new Extent(0, 0, 0, 0);
    static final Extent EVERYWHERE = new Extent(
            Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

    static Extent of(Box box) {
        return new Extent(box.left(), box.top(), box.right(), box.bottom());
    }

    boolean isEmpty() {
        return !(left < right && top < bottom);
    }

    Extent hull(Extent other) {
        if (isEmpty() || other.isEmpty()) {
            return isEmpty() ? other : this;
        }
        return new Extent(
                Math.min(left, other.left),
                Math.min(top, other.top),
                Math.max(right, other.right),
                Math.max(bottom, other.bottom));
    }

    Extent overlap(Extent other) {
        return new Extent(
                Math.max(left, other.left),
                Math.max(top, other.top),
                Math.min(right, other.right),
                Math.min(bottom, other.bottom));
    }

    Extent shifted(double dx, double dy) {
        return new Extent(left + dx, top + dy, right + dx, bottom + dy);
    }

    Extent grown(double px) {
        return isEmpty() ? this : new Extent(left - px, top - px, right + px, bottom + px);
    }

    @Override
    public String toString() {
        return "x " + Numbers.text(left) + ".." + Numbers.text(right) + ", y " + Numbers.text(top) + ".."
                + Numbers.text(bottom);
    }
}
