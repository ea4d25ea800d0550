package io.github.rewrite4j.samediff.engine.kernel;

/** Copies between maps of different pitches. */
public final class MapCopies {
    private MapCopies() {}

    /**
     * Positions of one pitch as those of another; channels that only the target has become zeros.
     *
     * @param channels that both have
     */
    public static void repitch(
            NativeFloats from, int at, int pitch, NativeFloats to, int toAt, int toPitch, int positions, int channels) {
        if (pitch == toPitch) {
            from.copyTo(at, to, toAt, positions * pitch);
            return;
        }
        if (toPitch > channels) {
            to.zero(toAt, positions * toPitch);
        }
        for (int p = 0; p < positions; p++) {
            from.copyTo(at + p * pitch, to, toAt + p * toPitch, channels);
        }
    }

    /** Each position twice in both directions, without zeros behind the channels. */
    public static void doubled(NativeFloats from, int pitch, int h, int w, int channels, NativeFloats to, int toAt) {
        float[] narrow = new float[w * pitch];
        float[] wide = new float[2 * w * channels];
        for (int y = 0; y < h; y++) {
            from.get(y * w * pitch, narrow, 0, narrow.length);
            for (int x = 0; x < w; x++) {
                System.arraycopy(narrow, x * pitch, wide, 2 * x * channels, channels);
                System.arraycopy(narrow, x * pitch, wide, (2 * x + 1) * channels, channels);
            }
            to.put(toAt + 2 * y * wide.length, wide, 0, wide.length);
            to.put(toAt + (2 * y + 1) * wide.length, wide, 0, wide.length);
        }
    }
}
