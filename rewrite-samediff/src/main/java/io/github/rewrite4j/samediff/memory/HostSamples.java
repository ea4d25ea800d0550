package io.github.rewrite4j.samediff.memory;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Layout;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A cut's tensors of many samples on the Java heap, from which training draws its batches: a main tensor and side tensors.
 */
public final class HostSamples {
    private final Stored tensor;
    private final Map<String, Stored> side = new LinkedHashMap<>();

    /** One array, batch first. */
    private static final class Stored {
        private final float[] values;
        private final int[] shape;
        private final Layout layout;

        Stored(INDArray array, Layout layout) {
            this.values = HostArrays.of(array, layout);
            this.shape = HostArrays.shape(array);
            this.layout = layout;
        }

        Node batch(Tape tape, int[] rows, int samples) {
            if (shape.length == 0 || shape[0] != samples) {
                // One for all samples.
                return tape.constant(layout, values, shape);
            }
            int row = values.length / samples;
            int[] batchShape = shape.clone();
            batchShape[0] = rows.length;
            float[] batch = tape.array(row * rows.length);
            for (int i = 0; i < rows.length; i++) {
                System.arraycopy(values, rows[i] * row, batch, i * row, row);
            }
            return tape.constant(layout, batch, batchShape);
        }
    }

    /**
     * @param tensor keys, values or images [N, ...]; copied
     * @param side tensors with N rows, or one for all
     */
    public HostSamples(INDArray tensor, SortedMap<String, INDArray> side) {
        Objects.requireNonNull(tensor, "tensor");
        Objects.requireNonNull(side, "side");
        this.tensor = new Stored(tensor, Layout.CHANNELS_LAST);
        side.forEach((name, array) -> this.side.put(name, new Stored(array, Layout.CHANNELS_FIRST)));
    }

    /** Number of samples. */
    public int size() {
        return tensor.shape[0];
    }

    /** The samples with these numbers, on a tape. */
    public Taped batch(Tape tape, int... rows) {
        Objects.requireNonNull(tape, "tape");
        Objects.requireNonNull(rows, "rows");
        for (int row : rows) {
            if (row < 0 || row >= size()) {
                throw new RewriteException(
                        "Row " + row + " of " + size() + " samples was asked for: " + Arrays.toString(rows));
            }
        }
        Map<String, Node> nodes = new LinkedHashMap<>();
        side.forEach((name, stored) -> nodes.put(name, stored.batch(tape, rows, size())));
        return new Taped(tensor.batch(tape, rows, size()), nodes);
    }
}
