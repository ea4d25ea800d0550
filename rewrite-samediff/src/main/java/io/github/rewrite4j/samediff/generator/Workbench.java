package io.github.rewrite4j.samediff.generator;

import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Two stretches of native memory that a run writes its maps into, now one and now the other: fresh memory costs more than
 * what is computed in it. Each grows to the largest map that was asked for. A bench belongs to one run at a time;
 * {@link Shelf} hands them out.
 */
final class Workbench {
    private final INDArray[] stretches = new INDArray[2];

    /** Benches that wait for their next run. */
    static final class Shelf {
        private final Queue<Workbench> idle = new ConcurrentLinkedQueue<>();

        /** Runs with a bench of its own, made where none is idle. */
        <T> T with(Function<Workbench, T> run) {
            Workbench found = idle.poll();
            Workbench bench = found == null ? new Workbench() : found;
            T result = run.apply(bench);
            idle.add(bench);
            return result;
        }
    }

    /**
     * A row-major float32 array at the beginning of a stretch; contents undefined.
     *
     * @param stretch 0 or 1
     */
    INDArray array(int stretch, long... shape) {
        long length = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        INDArray whole = stretches[stretch];
        if (whole == null || whole.length() < length) {
            if (whole != null) {
                whole.close();
            }
            whole = Nd4j.createUninitialized(DataType.FLOAT, length);
            stretches[stretch] = whole;
        }
        return Nd4j.create(whole.data(), shape, Nd4j.getStrides(shape, 'c'), 0, 'c');
    }
}
