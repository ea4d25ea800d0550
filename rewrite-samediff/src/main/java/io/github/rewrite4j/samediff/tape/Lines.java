package io.github.rewrite4j.samediff.tape;

import java.util.Arrays;

/**
 * How maps are cut into stretches of numbers that are treated alike: planes of one channel where the channels come first,
 * lines of the map where they come last.
 *
 * <p>One number per channel is first written out to the size of the maps, so that the arithmetic is one loop with the same
 * index for all arrays: the only kind that Java 17's compiler turns into vector instructions.
 */
final class Lines {
    private final int samples;
    private final int channels;
    private final int perSample;
    private final int length;
    private final boolean last;

    private Lines(int samples, int channels, int perSample, int length, boolean last) {
        this.samples = samples;
        this.channels = channels;
        this.perSample = perSample;
        this.length = length;
        this.last = last;
    }

    /** Those of maps [N, C, H, W] or vectors [N, C]. */
    static Lines of(Node x) {
        int n = x.size(0);
        int channels = x.size(1);
        if (x.channelsLast()) {
            return new Lines(n, channels, x.size(2), x.size(3) * channels, true);
        }
        return x.rank() == 2
                ? new Lines(n, channels, 1, channels, true)
                : new Lines(n, channels, channels, x.size(2) * x.size(3), false);
    }

    /**
     * Writes to each element the number that goes with it.
     *
     * @param numbers of all channels, or of all samples and channels
     */
    void write(float[] numbers, float[] to) {
        if (!last) {
            for (int s = 0; s < samples * channels; s++) {
                Arrays.fill(to, s * length, (s + 1) * length, numbers[s % numbers.length]);
            }
            return;
        }
        int row = perSample * length;
        for (int n = 0; n < samples; n++) {
            // Each copy doubles what is there.
            int start = n * row;
            System.arraycopy(numbers, n * channels % numbers.length, to, start, channels);
            for (int done = channels; done < row; done *= 2) {
                System.arraycopy(to, start, to, start + done, Math.min(done, row - done));
            }
        }
    }

    /** Adds sums by sample and channel, or over all samples by channel, to as many numbers. */
    void addSums(Tape tape, float[] x, float[] to) {
        if (!last) {
            for (int s = 0; s < samples * channels; s++) {
                to[s % to.length] += Arithmetic.sum(x, s * length, length);
            }
            return;
        }
        float[] sum = tape.array(length);
        float[] line = tape.array(length);
        for (int n = 0; n < samples; n++) {
            Arrays.fill(sum, 0);
            for (int s = n * perSample; s < (n + 1) * perSample; s++) {
                System.arraycopy(x, s * length, line, 0, length);
                Arithmetic.addTo(sum, line);
            }
            int start = n * channels % to.length;
            for (int at = 0; at < length; at += channels) {
                for (int c = 0; c < channels; c++) {
                    to[start + c] += sum[at + c];
                }
            }
        }
    }
}
