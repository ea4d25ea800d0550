package io.github.rewrite4j.edit;

/**
 * Tells the noise that lossy coding leaves around edges from the soft rim of a brush: rims fall steadily, noise goes up
 * and down.
 */
final class MaskNoise {
    private static final int FAINT = 40;
    private static final int ROUGH = 2;

    private MaskNoise() {}

    /**
     * Whether a mask has more faint pixels than a rim accounts for, and they are rough.
     *
     * @param bytes 0 to 255, row by row
     */
    static boolean isNoisy(byte[] bytes, int width) {
        int[] values = new int[bytes.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = bytes[i] & 0xFF;
        }
        int height = values.length / width;
        int faint = 0;
        int rough = 0;
        for (int y = 1; y < height - 1; y++) {
            for (int x = 1; x < width - 1; x++) {
                int i = y * width + x;
                int value = values[i];
                boolean dark = value < FAINT;
                if ((!dark && value <= 255 - FAINT) || !isAmongAlike(values, i, width, dark)) {
                    continue;
                }
                int distance = dark ? value : 255 - value;
                int around = values[i - 1] + values[i + 1] + values[i - width] + values[i + width];
                faint += distance > 0 ? 1 : 0;
                rough += Math.abs(4 * value - around) > 4 * ROUGH ? 1 : 0;
            }
        }
        return faint >= 16 && 4 * rough > faint;
    }

    /** Whether all eight neighbours are nearly black too, or nearly white. */
    private static boolean isAmongAlike(int[] values, int i, int width, boolean dark) {
        for (int dy = -width; dy <= width; dy += width) {
            for (int dx = -1; dx <= 1; dx++) {
                int value = values[i + dy + dx];
                if (dark ? value >= FAINT : value <= 255 - FAINT) {
                    return false;
                }
            }
        }
        return true;
    }
}
