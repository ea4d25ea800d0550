package io.github.rewrite4j.image;

import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Maps of numbers as coloured pictures, dark violet for the low end of a range and light yellow for the high end, alone
 * or over the pictures they belong to. Numbers outside the range take the colour of its nearer end.
 *
 * @param low number of the darkest colour
 * @param high number of the lightest colour, above low
 * @param opacity weight of the colour over a picture, above 0 to 1
 */
public record HeatMap(double low, double high, double opacity) {
    private static final double DEFAULT_OPACITY = 0.6;

    public HeatMap {
        if (!Double.isFinite(low) || !Double.isFinite(high) || !(low < high)) {
            throw new IllegalArgumentException("The range of the heat map is " + low + " to " + high
                    + ": it needs two finite numbers, the lower one first.");
        }
        if (!(opacity > 0 && opacity <= 1)) {
            throw new IllegalArgumentException(
                    "The opacity of the heat map is " + opacity + ": it must be above 0 and at most 1.");
        }
    }

    /** A given range; the same range makes several maps comparable. */
    public static HeatMap range(double low, double high) {
        return new HeatMap(low, high, DEFAULT_OPACITY);
    }

    /** From the smallest to the largest number of the maps; a constant map gets a range of 1 above its number. */
    public static HeatMap rangeOf(INDArray maps) {
        Objects.requireNonNull(maps, "maps");
        ImageBatch batch = ImageBatch.maps("maps", maps);
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (float value : batch.values()) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        return range(low, low < high ? high : Math.max(low + 1.0, Math.nextUp(low)));
    }

    public HeatMap withOpacity(double newOpacity) {
        return new HeatMap(low, high, newOpacity);
    }

    /**
     * The maps in colour.
     *
     * @param maps [h, w] or [N, h, w]
     * @return float32 array [N, 3, h, w] in [-1, 1]
     */
    public INDArray colours(INDArray maps) {
        Objects.requireNonNull(maps, "maps");
        ImageBatch from = ImageBatch.maps("maps", maps);
        ImageBatch to = ImageBatch.blank(from.count(), from.height(), from.width());
        paint(from, to, 1.0);
        return to.toArray();
    }

    /**
     * The maps in colour over pictures: {@code opacity * colour + (1 - opacity) * picture}. Each pixel shows the cell
     * that it lies in, so that the grid of the map stays visible.
     *
     * @param maps [h, w] or [N, h, w]
     * @param pictures [3, H, W] or [N, 3, H, W], or grey with one channel; as many as maps
     * @return float32 array [N, 3, H, W] in [-1, 1]
     */
    public INDArray over(INDArray maps, INDArray pictures) {
        Objects.requireNonNull(maps, "maps");
        Objects.requireNonNull(pictures, "pictures");
        ImageBatch from = ImageBatch.maps("maps", maps);
        ImageBatch onto = ImageBatch.images("pictures", pictures);
        if (from.count() != onto.count()) {
            throw new IllegalArgumentException("There are " + from.count() + " maps and " + onto.count()
                    + " pictures: each map needs its picture.");
        }
        for (int i = 0; i < onto.values().length; i++) {
            onto.values()[i] = Math.min(Math.max(onto.values()[i], -1f), 1f);
        }
        paint(from, onto, opacity);
        return onto.toArray();
    }

    private void paint(ImageBatch maps, ImageBatch onto, double weight) {
        for (int n = 0; n < onto.count(); n++) {
            for (int y = 0; y < onto.height(); y++) {
                int row = (int) ((y + 0.5) * maps.height() / onto.height());
                for (int x = 0; x < onto.width(); x++) {
                    int column = (int) ((x + 0.5) * maps.width() / onto.width());
                    double number = (maps.value(n, 0, row, column) - low) / (high - low);
                    for (int c = 0; c < 3; c++) {
                        double below = onto.value(n, c, y, x);
                        double colour = ColourMap.channel(number, c);
                        onto.set(n, c, y, x, (float) (weight * colour + (1.0 - weight) * below));
                    }
                }
            }
        }
    }
}
