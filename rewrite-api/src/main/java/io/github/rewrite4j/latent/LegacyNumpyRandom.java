package io.github.rewrite4j.latent;

import io.github.rewrite4j.Sample;
import java.io.Serializable;
import org.apache.commons.math3.util.FastMath;

/**
 * The random stream of numpy's legacy {@code RandomState(seed)}: the same doubles in the same order.
 *
 * <p>Generator: MT19937 (Matsumoto and Nishimura, "Mersenne Twister", ACM TOMACS 8(1), 1998), seeded by
 * {@code init_genrand}. Uniform doubles carry 53 bits, {@code (a * 2^26 + b) / 2^53} of two outputs cut to 27 and 26
 * bits. Gaussians come in pairs by Marsaglia's polar method; the second of a pair is kept for the next call.
 * Uniform and Gaussian calls may be mixed as in numpy: a uniform does not discard the kept Gaussian.
 *
 * <p>Uniforms are bit-exact. Gaussians are so wherever numpy's C library rounds logarithms correctly, and the same on
 * every platform. One Gaussian costs a fraction of a microsecond. An instance has state: use it from one thread.
 */
public final class LegacyNumpyRandom {
    /** Largest seed that {@code RandomState} accepts: 2^32 - 1. */
    public static final long MAX_SEED = Sample.MAX_SEED;

    private static final int STATE = 624;
    private static final int OFFSET = 397;
    private static final int TWIST = 0x9908B0DF;
    private static final double TWO_POW_26 = 0x1p26;
    private static final double TWO_POW_MINUS_53 = 0x1p-53;

    private final int[] state = new int[STATE];
    private int position = STATE;
    private double kept;
    private boolean keeps;

    /**
     * Starts the stream of a seed.
     *
     * @param seed 0 to 2^32 - 1
     * @throws IllegalArgumentException if numpy would not accept the seed
     */
    public LegacyNumpyRandom(long seed) {
        if (seed < 0 || seed > MAX_SEED) {
            throw new IllegalArgumentException("The seed is " + seed
                    + ", but numpy's RandomState takes seeds from 0 to " + MAX_SEED + ": choose one in this range.");
        }
        int word = (int) seed;
        for (int i = 0; i < STATE; i++) {
            state[i] = word;
            word = 1812433253 * (word ^ (word >>> 30)) + i + 1;
        }
    }

    /** Goes on where another stream was when its state was taken. */
    LegacyNumpyRandom(State taken) {
        System.arraycopy(taken.words, 0, state, 0, STATE);
        position = taken.position;
        kept = taken.kept;
        keeps = taken.keeps;
    }

    /** All that decides what comes next. */
    State state() {
        return new State(state.clone(), position, kept, keeps);
    }

    /**
     * Where a stream is.
     *
     * @param words of the generator; not copied, and not changed by anybody
     * @param position of the next word, 0 to 624
     * @param kept the second Gaussian of the last pair
     * @param keeps whether it is still to be given
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record State(int[] words, int position, double kept, boolean keeps) implements Serializable {
        State {
            if (words.length != STATE || position < 0 || position > STATE) {
                throw new IllegalArgumentException("A state has " + STATE + " words and a position among them, but got "
                        + words.length + " words and position " + position + ".");
            }
        }
    }

    /** The next uniform double in [0, 1), as {@code random_sample()} gives it. */
    public double nextDouble() {
        int high = nextWord() >>> 5;
        int low = nextWord() >>> 6;
        return (high * TWO_POW_26 + low) * TWO_POW_MINUS_53;
    }

    /** The next standard Gaussian, as {@code randn()} and {@code standard_normal()} give it. */
    public double nextGaussian() {
        if (keeps) {
            keeps = false;
            return kept;
        }
        while (true) {
            double x1 = 2.0 * nextDouble() - 1.0;
            double x2 = 2.0 * nextDouble() - 1.0;
            double square = x1 * x1 + x2 * x2;
            if (square < 1.0 && square != 0.0) {
                // Math.log may differ from one processor to another, and StrictMath.log is off by one unit in the last
                // place for 7 % of arguments; this one rounds correctly, as the C library under numpy practically does.
                double factor = Math.sqrt(-2.0 * FastMath.log(square) / square);
                kept = factor * x1;
                keeps = true;
                return factor * x2;
            }
        }
    }

    private int nextWord() {
        if (position == STATE) {
            twist();
        }
        int y = state[position++];
        y ^= y >>> 11;
        y ^= (y << 7) & 0x9D2C5680;
        y ^= (y << 15) & 0xEFC60000;
        return y ^ (y >>> 18);
    }

    private void twist() {
        for (int i = 0; i < STATE; i++) {
            int y = (state[i] & 0x80000000) | (state[(i + 1) % STATE] & 0x7FFFFFFF);
            state[i] = state[(i + OFFSET) % STATE] ^ (y >>> 1) ^ ((y & 1) == 0 ? 0 : TWIST);
        }
        position = 0;
    }
}
