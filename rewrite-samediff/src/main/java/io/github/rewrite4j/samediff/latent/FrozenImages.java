package io.github.rewrite4j.samediff.latent;

import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Shards;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The images of many latents with all weights frozen, a few at a time, so that memory does not grow with their number.
 * Results do not depend on the number of threads.
 */
final class FrozenImages implements AutoCloseable {
    /** Pixels times samples that a tape holds at once: one sample of 1024 x 1024, at most sixteen. */
    private static final int PIXELS = 1 << 20;

    private static final int MOST = 16;
    private static final int SHARDS = 2;

    private final LatentNetwork network;
    private final Map<String, Parameter> weights = new HashMap<>();
    private final Shards shards;
    private final int atOnce;

    /** What is done with each result, on the calling thread and in order. */
    @FunctionalInterface
    interface Receiver {
        /**
         * Takes one result.
         *
         * @param row number of the latent
         * @param values to be read at once
         */
        void accept(int row, float[] values);
    }

    FrozenImages(LatentNetwork network) {
        this.network = network;
        network.parameters().forEach(parameter -> weights.put(parameter.name(), parameter));
        int pixels = network.spec().imageHeight() * network.spec().imageWidth();
        this.atOnce = Math.max(1, Math.min(MOST, PIXELS / pixels));
        this.shards = new Shards(SHARDS, Math.min(SHARDS, Runtime.getRuntime().availableProcessors()));
    }

    private Node images(Tape tape, Node latents) {
        return network.images(tape, latents, name -> frozen(tape, name), null);
    }

    private Node frozen(Tape tape, String name) {
        Parameter parameter = weights.get(name);
        if (parameter == null) {
            throw new IllegalStateException("The network asks for the weight '" + name + "', which it does not have.");
        }
        return tape.frozen(parameter);
    }

    /** Images [3 H W], clipped to [-1, 1]. */
    void forEach(float[][] latents, Receiver receiver) {
        each(latents, ProgressListener.SILENT, receiver, (tape, batch, from) -> {
            float[] pixels = images(tape, tape.detach(batch)).value();
            for (int i = 0; i < pixels.length; i++) {
                if (Float.isNaN(pixels[i])) {
                    throw new RewriteException("The image of latent " + (from + i / (pixels.length / batch.size(0)))
                            + " is not a number: look for damaged weights.");
                }
                pixels[i] = Math.max(-1, Math.min(1, pixels[i]));
            }
            return pixels;
        });
    }

    /** J'v by latent, v random signs of a seed and the number of the latent, J of the image before any clipping. */
    void pullBack(float[][] latents, long seed, ProgressListener listener, Receiver receiver) {
        each(latents, listener, receiver, (tape, batch, from) -> {
            Node images = images(tape, batch);
            float[] signs = tape.array(images.length());
            int pixels = images.rowLength();
            for (int n = 0; n < batch.size(0); n++) {
                SplittableRandom random = new SplittableRandom(seed * 1_000_003 + from + n);
                for (int i = n * pixels; i < (n + 1) * pixels; i++) {
                    signs[i] = random.nextBoolean() ? 1 : -1;
                }
            }
            tape.backward(images, signs);
            return batch.gradient();
        });
    }

    @FunctionalInterface
    private interface Work {
        float[] of(Tape tape, Node batch, int from);
    }

    private void each(float[][] latents, ProgressListener listener, Receiver receiver, Work work) {
        float[][] results = new float[SHARDS][];
        for (int first = 0; first < latents.length; first += SHARDS * atOnce) {
            listener.report(Stage.DRAWING.saying("images"), first, latents.length);
            int start = first;
            shards.run((tape, shard) -> {
                int from = Math.min(latents.length, start + shard * atOnce);
                int to = Math.min(latents.length, from + atOnce);
                results[shard] = from == to ? new float[0] : work.of(tape, batch(tape, latents, from, to), from);
                return 0;
            });
            deliver(results, start, latents.length, receiver);
        }
    }

    private static Node batch(Tape tape, float[][] latents, int from, int to) {
        int dimension = latents[from].length;
        float[] flat = new float[(to - from) * dimension];
        for (int i = from; i < to; i++) {
            System.arraycopy(latents[i], 0, flat, (i - from) * dimension, dimension);
        }
        return tape.variable(flat, to - from, dimension);
    }

    private void deliver(float[][] results, int start, int total, Receiver receiver) {
        for (int shard = 0; shard < SHARDS; shard++) {
            int from = Math.min(total, start + shard * atOnce);
            int count = Math.min(total, from + atOnce) - from;
            int length = count == 0 ? 0 : results[shard].length / count;
            for (int i = 0; i < count; i++) {
                receiver.accept(from + i, Arrays.copyOfRange(results[shard], i * length, (i + 1) * length));
            }
        }
    }

    @Override
    public void close() {
        shards.close();
    }
}
