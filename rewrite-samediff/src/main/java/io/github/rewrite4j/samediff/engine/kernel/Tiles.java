package io.github.rewrite4j.samediff.engine.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Passes over maps in native memory, a tile at a time: copied to the heap, worked on by loops whose arrays all have the same
 * index, and copied back. Tiles fit the first cache. Numbers for each channel are written out once for a whole tile. One
 * thread at a time.
 */
public final class Tiles {
    /** Numbers of a tile. */
    private static final int TILE = 4096;

    private final int pitch;
    private final int resultPitch;
    private final int positions;
    private final int rows;
    private final float[] numbers;
    private final float[] scaled;
    private final float[] factor;
    private final float[] bias;
    private final float[] next;
    private final float[] wider;

    /**
     * Passes over maps of a size.
     *
     * @param pitch numbers from one position to the next, where it is read
     * @param resultPitch the same, where it is written
     * @param positions of a map
     */
    public Tiles(int pitch, int resultPitch, int positions) {
        this.pitch = pitch;
        this.resultPitch = resultPitch;
        this.positions = positions;
        this.rows = Math.max(1, Math.min(positions, TILE / pitch));
        this.numbers = new float[rows * pitch];
        this.scaled = new float[rows * pitch];
        this.factor = new float[rows * pitch];
        this.bias = new float[rows * pitch];
        this.next = new float[rows * pitch];
        this.wider = resultPitch == pitch ? new float[0] : new float[rows * resultPitch];
    }

    /**
     * Activates a convolution: v = gain leaky(x d + n + b), cut off at plus and minus {@code clamp}.
     *
     * @param x the convolution
     * @param d factors, one for each channel
     * @param b biases, one for each channel
     * @param noise one number for each position, added to all channels; empty for none
     * @param slope of the leaky rectifier
     * @param gain after it
     * @param clamp largest magnitude of v; infinite for none
     * @param value where v goes, or none
     * @param s factors for {@code key}, one for each channel
     * @param key where v s goes, or none
     */
    public void activate(
            NativeFloats x,
            float[] d,
            float[] b,
            float[] noise,
            float slope,
            float gain,
            float clamp,
            @Nullable NativeFloats value,
            float[] s,
            @Nullable NativeFloats key) {
        float linear = gain * (1 + slope) / 2;
        float absolute = gain * (1 - slope) / 2;
        repeat(d, factor);
        repeat(b, bias);
        if (key != null) {
            repeat(s, next);
        }
        for (int from = 0; from < positions; from += rows) {
            int count = Math.min(rows, positions - from);
            x.get(from * pitch, numbers, 0, count * pitch);
            if (noise.length > 0) {
                spread(noise, from, count, b);
            }
            leaky(numbers, factor, bias, linear, absolute, count * pitch);
            if (clamp < Float.POSITIVE_INFINITY) {
                clamp(numbers, clamp, count * pitch);
            }
            if (value != null) {
                write(numbers, count, value, from, b.length);
            }
            if (key != null) {
                multiply(numbers, next, scaled, count * pitch);
                write(scaled, count, key, from, b.length);
            }
        }
    }

    /** y = x s, one factor for each channel. */
    public void scale(NativeFloats x, float[] s, NativeFloats y) {
        repeat(s, next);
        for (int from = 0; from < positions; from += rows) {
            int count = Math.min(rows, positions - from);
            x.get(from * pitch, numbers, 0, count * pitch);
            multiply(numbers, next, scaled, count * pitch);
            write(scaled, count, y, from, s.length);
        }
    }

    private void write(float[] tile, int count, NativeFloats to, int position, int channels) {
        if (resultPitch == pitch) {
            to.put(position * pitch, tile, 0, count * pitch);
            return;
        }
        for (int p = 0; p < count; p++) {
            System.arraycopy(tile, p * pitch, wider, p * resultPitch, channels);
        }
        to.put(position * resultPitch, wider, 0, count * resultPitch);
    }

    /** The biases of a tile with the noise of its positions; channels that are zeros stay so. */
    private void spread(float[] noise, int position, int count, float[] b) {
        for (int p = 0; p < count; p++) {
            addTo(bias, p * pitch, b, noise[position + p]);
        }
    }

    private static void addTo(float[] to, int start, float[] b, float n) {
        for (int c = 0; c < b.length; c++) {
            to[start + c] = b[c] + n;
        }
    }

    private static void leaky(float[] x, float[] d, float[] b, float linear, float absolute, int count) {
        for (int i = 0; i < count; i++) {
            float t = x[i] * d[i] + b[i];
            x[i] = linear * t + absolute * Math.abs(t);
        }
    }

    private static void clamp(float[] x, float limit, int count) {
        for (int i = 0; i < count; i++) {
            x[i] = Math.max(-limit, Math.min(limit, x[i]));
        }
    }

    private static void multiply(float[] x, float[] s, float[] y, int count) {
        for (int i = 0; i < count; i++) {
            y[i] = x[i] * s[i];
        }
    }

    /** Numbers of channels for each position of a tile; zeros for channels that are none. */
    private void repeat(float[] channels, float[] tile) {
        System.arraycopy(channels, 0, tile, 0, channels.length);
        Arrays.fill(tile, channels.length, pitch, 0);
        for (int done = pitch; done < tile.length; ) {
            int more = Math.min(done, tile.length - done);
            System.arraycopy(tile, 0, tile, done, more);
            done += more;
        }
    }
}
