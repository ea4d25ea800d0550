package io.github.rewrite4j.samediff.tape;

import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.engine.kernel.MapConvolution;
import io.github.rewrite4j.samediff.engine.kernel.MapGeometry;
import io.github.rewrite4j.samediff.engine.kernel.MapKernels;
import io.github.rewrite4j.samediff.engine.kernel.WeightOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Records operations as they run and computes the gradient of one scalar by everything tracked.
 *
 * <p>A step: put parameters and constants on, run operations, {@link #backward}, {@link #addGradients}, {@link #clear}.
 * Arrays are reused from step to step, so that a training loop allocates nothing once it runs. A tape belongs to one
 * thread at a time; two tapes may run at once. The interruption of the thread ends the recording at the next operation.
 */
public final class Tape implements AutoCloseable {
    static final float[] NOTHING = {};

    private final Map<Integer, Deque<float[]>> free = new HashMap<>();
    private final List<float[]> used = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final IdentityHashMap<Parameter, Node> parameters = new IdentityHashMap<>();
    private final List<Parameter> order = new ArrayList<>();
    private final List<INDArray> kept = new ArrayList<>();
    private final List<Runnable> endings = new ArrayList<>();
    private final Map<MapGeometry, MapConvolution> convolutions = new HashMap<>();
    private @Nullable MapKernels kernels;

    private record Step(Node result, Consumer<Node> backward) {}

    static int length(int[] shape) {
        int length = 1;
        for (int size : shape) {
            length = Math.multiplyExact(length, size);
        }
        return length;
    }

    /** A value without gradient; the array is used as it is and must not change until the tape is cleared. */
    public Node constant(float[] value, int... shape) {
        if (value.length != length(shape)) {
            throw new IllegalArgumentException(
                    value.length + " elements do not fill the shape " + Arrays.toString(shape) + ".");
        }
        return new Node(this, shape.clone(), Layout.CHANNELS_FIRST, value, false);
    }

    /** As {@link #constant(float[], int...)}, for maps [N, C, H, W] whose numbers lie in another order. */
    public Node constant(Layout layout, float[] value, int... shape) {
        return view(constant(value, shape), layout, shape);
    }

    /** A copy of an array, without gradient. */
    public Node constant(INDArray value) {
        return constant(HostArrays.of(value), HostArrays.shape(value));
    }

    /** A value whose gradient can be read after {@link #backward}; the array is used as it is. */
    public Node variable(float[] value, int... shape) {
        if (value.length != length(shape)) {
            throw new IllegalArgumentException(
                    value.length + " elements do not fill the shape " + Arrays.toString(shape) + ".");
        }
        return new Node(this, shape.clone(), Layout.CHANNELS_FIRST, value, true);
    }

    /** The node of a parameter on this tape: one and the same until the tape is cleared. */
    public Node parameter(Parameter parameter) {
        return parameters.computeIfAbsent(parameter, p -> {
            order.add(p);
            return new Node(this, p.shape(), Layout.CHANNELS_FIRST, p.value(), true);
        });
    }

    /** The value of a parameter without its gradient: a frozen use. */
    public Node frozen(Parameter parameter) {
        return new Node(this, parameter.shape(), Layout.CHANNELS_FIRST, parameter.value(), false);
    }

    /** Whether anything of these is tracked. */
    static boolean anyTracked(Node... nodes) {
        for (Node node : nodes) {
            if (node.tracked()) {
                return true;
            }
        }
        return false;
    }

    /**
     * A new operation. Fill the result's {@link Node#value()}, which is not cleared, at once; {@code backward} is called
     * with the result after its gradient is complete and adds to the gradients of the tracked operands.
     *
     * @param tracked whether any operand is
     */
    public Node record(int[] shape, boolean tracked, Consumer<Node> backward) {
        return record(shape, Layout.CHANNELS_FIRST, tracked, backward);
    }

    /** As {@link #record(int[], boolean, Consumer)}, of a layout. */
    public Node record(int[] shape, Layout layout, boolean tracked, Consumer<Node> backward) {
        RewriteCancelledException.ifInterrupted("computing with a network");
        Node result = new Node(this, shape.clone(), layout, array(length(shape)), tracked);
        if (tracked) {
            steps.add(new Step(result, backward));
        }
        return result;
    }

    /** As {@link #record(int[], boolean, Consumer)}, of the shape and layout of an operand. */
    Node recordLike(Node operand, boolean tracked, Consumer<Node> backward) {
        return record(operand.shape(), operand.layout(), tracked, backward);
    }

    /** The same numbers in another shape, in the order of channels first; no copy of what lies like that. */
    public Node reshape(Node node, int... shape) {
        if (length(shape) != node.length()) {
            throw new IllegalArgumentException(
                    node + " cannot take the shape " + Arrays.toString(shape) + ": the numbers of elements differ.");
        }
        return view(Layout.CHANNELS_FIRST.of(node), Layout.CHANNELS_FIRST, shape);
    }

    /** The same array under another shape and layout. */
    Node view(Node node, Layout layout, int... shape) {
        Node view = new Node(this, shape.clone(), layout, node.value(), node.tracked());
        if (node.tracked()) {
            view.gradientIn(node.gradient());
        }
        return view;
    }

    /** The same value cut off from its gradient. */
    public Node detach(Node node) {
        return new Node(this, node.shape(), node.layout(), node.value(), false);
    }

    /** A scratch array of this length until the tape is cleared; contents undefined. */
    public float[] array(int length) {
        Deque<float[]> pool = free.get(length);
        float[] array = pool == null || pool.isEmpty() ? new float[length] : pool.pop();
        used.add(array);
        return array;
    }

    /** As {@link #array}, filled with zeros. */
    public float[] zeros(int length) {
        float[] array = array(length);
        Arrays.fill(array, 0);
        return array;
    }

    /** Closes an array when the tape is cleared: native memory that an operation needs until its gradient is computed. */
    public INDArray keep(INDArray array) {
        kept.add(array);
        return array;
    }

    /** Runs when the tape is cleared: whatever an operation holds until its gradient is computed is let go there. */
    public void whenCleared(Runnable ending) {
        endings.add(ending);
    }

    /** The convolution of these sizes, of weights [out, in, k, k]. */
    MapConvolution convolution(MapGeometry geometry) {
        ComputeThreads.inThisThread();
        return convolutions.computeIfAbsent(geometry, g -> kernels().convolution(g, WeightOrder.TAPS_LAST));
    }

    private MapKernels kernels() {
        if (kernels == null) {
            kernels = MapKernels.quickest();
        }
        return kernels;
    }

    /** Computes the gradients of a scalar by everything tracked on this tape, and forgets how: once per recording. */
    public void backward(Node loss) {
        loss.scalar();
        loss.gradient()[0] = 1;
        run();
    }

    /**
     * As {@link #backward(Node)} for a vector-Jacobian product: the gradients of sum(node * seed).
     *
     * @param seed in the order of the node's layout
     */
    public void backward(Node node, float[] seed) {
        float[] gradient = node.gradient();
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] += seed[i];
        }
        run();
    }

    private void run() {
        for (int i = steps.size() - 1; i >= 0; i--) {
            Step step = steps.get(i);
            if (step.result().hasGradient()) {
                step.backward().accept(step.result());
            }
        }
        steps.clear();
    }

    /** Arrays taken since the tape was cleared, and arrays that wait for their next use. */
    int arrays() {
        return used.size() + free.values().stream().mapToInt(Deque::size).sum();
    }

    /** Adds the gradients of this tape's parameters to theirs, in the order in which the parameters were used. */
    public void addGradients() {
        for (Parameter parameter : order) {
            Node node = parameters.get(parameter);
            if (node != null && node.hasGradient()) {
                float[] from = node.gradient();
                float[] to = parameter.gradient();
                for (int i = 0; i < to.length; i++) {
                    to[i] += from[i];
                }
            }
        }
    }

    /** Forgets all nodes and keeps their arrays for the next step. */
    public void clear() {
        steps.clear();
        parameters.clear();
        order.clear();
        for (float[] array : used) {
            free.computeIfAbsent(array.length, n -> new ArrayDeque<>()).push(array);
        }
        used.clear();
        for (INDArray array : kept) {
            if (array.closeable() && !array.wasClosed()) {
                array.close();
            }
        }
        kept.clear();
        List<Runnable> ended = List.copyOf(endings);
        endings.clear();
        ended.forEach(Runnable::run);
    }

    /** Frees the native buffers. */
    @Override
    public void close() {
        clear();
        free.clear();
        convolutions.clear();
        if (kernels != null) {
            kernels.close();
            kernels = null;
        }
    }
}
