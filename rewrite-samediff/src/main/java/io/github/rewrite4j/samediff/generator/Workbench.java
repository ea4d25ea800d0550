package io.github.rewrite4j.samediff.generator;

import io.github.rewrite4j.samediff.tape.FixedConvolution;
import io.github.rewrite4j.samediff.tape.NativeCall;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a forward pass works with: native memory, views of it and operations bound to them. A pass asks for the same things
 * in the same order each time, so a bench remembers what it gave at each place and gives it again; where a pass asks for
 * something else (another number of samples), that place is made anew.
 *
 * <p>Maps lie on two stretches of memory, one read while the other is written. A bench belongs to one run at a time;
 * {@link Shelf} hands them out.
 */
final class Workbench {
    private static final long[] NOTHING = {};

    private final INDArray[] stretches = new INDArray[2];
    private final List<Object> places = new ArrayList<>();
    private int place;

    /** A view of another array. */
    private record View(INDArray of, INDArray array) {
        boolean fits(INDArray whole, long... wanted) {
            return of == whole && Arrays.equals(array.shape(), wanted);
        }
    }

    /** An array that has memory of its own, which only its place hands out. */
    private record Own(INDArray array) {}

    /** Benches that wait for their next run. */
    static final class Shelf {
        /** Kinds of runs that benches are kept for. */
        private static final int KINDS = 16;

        private final Map<Object, Queue<Workbench>> idle = new ConcurrentHashMap<>();

        /**
         * Runs with a bench of its own, made where none is idle.
         *
         * @param kind runs of one kind ask for the same
         */
        void with(Object kind, Consumer<Workbench> run) {
            if (idle.size() >= KINDS && !idle.containsKey(kind)) {
                idle.clear();
            }
            Queue<Workbench> queue = idle.computeIfAbsent(kind, k -> new ConcurrentLinkedQueue<>());
            Workbench found = queue.poll();
            Workbench bench = found == null ? new Workbench() : found;
            bench.place = 0;
            run.accept(bench);
            queue.add(bench);
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
            // The old stretch is left to the collector: other places have views of it still.
            whole = Nd4j.createUninitialized(DataType.FLOAT, length);
            stretches[stretch] = whole;
        }
        INDArray known = known(whole, shape);
        return known != null
                ? known
                : next(new View(whole, Nd4j.create(whole.data(), shape, Nd4j.getStrides(shape, 'c'), 0, 'c')))
                        .array();
    }

    /** An array of this place alone, which no other place writes; contents undefined. */
    INDArray own(long... shape) {
        if (here() instanceof Own own && Arrays.equals(own.array.shape(), shape)) {
            place++;
            return own.array;
        }
        return next(new Own(Nd4j.createUninitialized(DataType.FLOAT, shape))).array();
    }

    /** The numbers of an array in another shape, row by row. */
    INDArray view(INDArray array, long... shape) {
        INDArray known = known(array, shape);
        if (known != null) {
            return known;
        }
        INDArray made = array.reshape('c', shape);
        boolean dense = array.ordering() == 'c' && Arrays.equals(array.stride(), Nd4j.getStrides(array.shape(), 'c'));
        // What is not dense was copied, and a copy says nothing of what the array holds the next time.
        return next(new View(dense ? array : made, made)).array();
    }

    /** Runs an operation and returns what it wrote. */
    INDArray run(String operation, INDArray to, INDArray... inputs) {
        return run(operation, NOTHING, to, inputs);
    }

    /** As {@link #run(String, INDArray, INDArray...)}, with integers. */
    INDArray run(String operation, long[] settings, INDArray to, INDArray... inputs) {
        NativeCall call;
        if (here() instanceof NativeCall last && last.does(operation, settings, inputs.length)) {
            call = last;
            call.bind(List.of(to), inputs);
            place++;
        } else {
            call = next(new NativeCall(operation, settings, new INDArray[] {to}, inputs));
        }
        call.run();
        return to;
    }

    /** y = w * x on the same grid, for a weight whose numbers never change; see {@link FixedConvolution}. */
    INDArray convolve(INDArray to, INDArray x, INDArray weight) {
        FixedConvolution convolution;
        if (here() instanceof FixedConvolution last && last.isBoundTo(x, weight, to)) {
            convolution = last;
            place++;
        } else {
            convolution = next(new FixedConvolution(x, weight, to));
        }
        convolution.run();
        return to;
    }

    private @Nullable Object here() {
        return place < places.size() ? places.get(place) : null;
    }

    private @Nullable INDArray known(INDArray of, long... shape) {
        if (here() instanceof View view && view.fits(of, shape)) {
            place++;
            return view.array;
        }
        return null;
    }

    private <T> T next(T made) {
        if (place < places.size()) {
            Object before = places.set(place, made);
            if (before instanceof NativeCall call) {
                call.release();
            } else if (before instanceof FixedConvolution convolution) {
                convolution.release();
            }
        } else {
            places.add(made);
        }
        place++;
        return made;
    }
}
