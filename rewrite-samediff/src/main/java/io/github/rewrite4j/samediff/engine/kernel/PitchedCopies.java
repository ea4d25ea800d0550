package io.github.rewrite4j.samediff.engine.kernel;

/** Copies between maps on the heap, without gaps, and maps in native memory whose channels are padded to a pitch. */
final class PitchedCopies {
    private PitchedCopies() {}

    static void fill(NativeFloats to, float[] from, int start, int channels, int pitch, int positions) {
        if (channels == pitch) {
            to.put(0, from, start, positions * channels);
            return;
        }
        int rows = Math.max(1, 4096 / pitch);
        float[] tile = new float[rows * pitch];
        for (int at = 0; at < positions; at += rows) {
            int count = Math.min(rows, positions - at);
            for (int p = 0; p < count; p++) {
                copy(from, start + (at + p) * channels, tile, p * pitch, channels);
            }
            to.put(at * pitch, tile, 0, count * pitch);
        }
    }

    private static void copy(float[] from, int start, float[] to, int at, int count) {
        if (count > 12) {
            System.arraycopy(from, start, to, at, count);
        } else {
            for (int i = 0; i < count; i++) {
                to[at + i] = from[start + i];
            }
        }
    }

    static void read(NativeFloats from, float[] to, int start, int channels, int pitch, int positions, boolean add) {
        if (channels == pitch && !add) {
            from.get(0, to, start, positions * channels);
            return;
        }
        int rows = Math.max(1, 4096 / pitch);
        float[] tile = new float[rows * pitch];
        for (int at = 0; at < positions; at += rows) {
            int count = Math.min(rows, positions - at);
            from.get(at * pitch, tile, 0, count * pitch);
            for (int p = 0; p < count; p++) {
                if (add) {
                    add(tile, p * pitch, to, start + (at + p) * channels, channels);
                } else {
                    copy(tile, p * pitch, to, start + (at + p) * channels, channels);
                }
            }
        }
    }

    static void add(float[] from, int start, float[] to, int at, int count) {
        for (int i = 0; i < count; i++) {
            to[at + i] += from[start + i];
        }
    }
}
