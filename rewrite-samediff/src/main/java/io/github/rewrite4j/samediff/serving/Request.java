package io.github.rewrite4j.samediff.serving;

import io.github.rewrite4j.Inputs;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One call of a pool; everything but what is final is guarded by the pool's lock. */
final class Request {
    final Inputs inputs;
    final PatchSet patches;
    final Condition turn;
    final long since = System.nanoTime();

    /** Names and shapes of rows: requests that agree in them can stand in one batch. */
    final String rows;

    /** Taken out of the queue by the thread that draws it. */
    boolean taken;

    /** Its thread was interrupted: nobody will fetch the images. */
    boolean abandoned;

    private @Nullable INDArray images;
    private @Nullable Throwable failure;

    Request(Inputs inputs, PatchSet patches, Condition turn) {
        this.inputs = inputs;
        this.patches = patches;
        this.turn = turn;
        TreeMap<String, String> shapes = new TreeMap<>();
        inputs.arrays().forEach((name, array) -> {
            long[] shape = array.shape().clone();
            shape[0] = 1;
            shapes.put(name, Arrays.toString(shape));
        });
        this.rows = shapes.toString();
    }

    boolean joins(Request other) {
        return patches.equals(other.patches) && rows.equals(other.rows);
    }

    boolean done() {
        return images != null || failure != null;
    }

    void drawn(INDArray images) {
        this.images = images;
    }

    void failed(Throwable failure) {
        this.failure = failure;
    }

    boolean hasFailed() {
        return failure != null;
    }

    /** The images; what it failed with is thrown, with the trace of the thread that drew it. */
    INDArray result() {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        if (images == null) {
            throw new IllegalStateException("This request has not been drawn.");
        }
        return images;
    }

    void discard() {
        if (images != null) {
            images.close();
        }
    }
}
