package io.github.rewrite4j.samediff.engine.plan;

import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.engine.kernel.MapKernels;
import io.github.rewrite4j.samediff.engine.kernel.NativeFloats;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A graph, or a part of it, for feeds of certain sizes: steps in order, and their arrays. One run at a time; what a run reads
 * and gives lies in the plan's own arrays until the next one.
 */
public final class Plan implements AutoCloseable {
    private static final String STAGE = "running a network";

    private static final Map<String, Reader> READERS = Reader.all();

    private static final WeakReference<INDArray> NOTHING = new WeakReference<>(null);

    private final Request request;
    private final MapKernels kernels;
    private final Map<String, Slot> feeds = new LinkedHashMap<>();
    private final Map<String, Slot> results = new LinkedHashMap<>();
    private final Map<String, WeakReference<INDArray>> weights = new HashMap<>();
    private List<Step> steps = List.of();
    private int settled;
    private boolean unsettled = true;
    private Arena arena;

    /**
     * Makes one.
     *
     * @param kernels for this plan alone, which closes them
     * @throws NoPlanException naming an operation that neither steps nor ND4J by itself can do
     * @throws RewriteException naming an operation without adjoint that gradients would have to pass
     */
    Plan(Network network, Request request, MapKernels kernels) {
        this.request = request;
        this.kernels = kernels;
        boolean whole = false;
        try {
            build(network);
            Set<Slot> wanted = roots(results.values());
            this.steps = Fusion.join(needed(steps, wanted), wanted);
            boolean slopes = !request.slopes().isEmpty();
            if (slopes) {
                requireAdjoints();
            }
            Set<Slot> early = roots(feeds.values());
            Settled divided = new Settled(steps, early, wanted);
            feeds.forEach((name, slot) -> {
                if (divided.isWeight(slot)) {
                    weights.put(name, NOTHING);
                }
            });
            this.settled = divided.steps().size();
            this.steps = Stream.concat(divided.steps().stream(), divided.others().stream())
                    .toList();
            early.addAll(divided.lasting());
            Set<Slot> lasting = new HashSet<>(wanted);
            lasting.addAll(divided.lasting());
            Set<Slot> kept = new HashSet<>();
            request.slopes().forEach(name -> kept.add(feed(name).root()));
            this.arena = new Arena(steps, early, lasting, slopes, kept);
            steps.forEach(Step::prepare);
            whole = true;
        } finally {
            if (!whole) {
                close();
            }
        }
    }

    private static Set<Slot> roots(Iterable<Slot> slots) {
        Set<Slot> roots = new LinkedHashSet<>();
        slots.forEach(slot -> roots.add(slot.root()));
        return roots;
    }

    private void build(Network network) {
        Builder build = new Builder(kernels);
        Map<String, Slot> known = slots(network, request, build, feeds);
        for (String output : request.outputs()) {
            Slot slot = known.computeIfAbsent(output, network::constant);
            boolean last = slot.order() == Order.LAST && request.channelsLast().contains(output);
            results.put(output, last ? slot : build.plain(slot));
        }
        this.steps = build.steps();
    }

    /** Where each variable lies that outputs depend on; feeds are noted besides. */
    private static Map<String, Slot> slots(Network network, Request request, Builder build, Map<String, Slot> feeds) {
        Map<String, Slot> known = new HashMap<>();
        request.feeds().forEach((name, sizes) -> {
            int[] shape = sizes.stream().mapToInt(Integer::intValue).toArray();
            boolean last = shape.length == 4 && request.channelsLast().contains(name);
            Slot slot = Slot.of(last ? Order.LAST : Order.PLAIN, shape);
            slot.hasVersions();
            if (request.slopes().contains(name)) {
                slot.track();
            }
            feeds.put(name, slot);
            known.put(name, slot);
        });
        for (SameDiffOp op : network.behind(request.outputs(), request.feeds().keySet())) {
            List<Slot> inputs = new ArrayList<>();
            for (String input : Network.inputs(op)) {
                inputs.add(known.computeIfAbsent(input, network::constant));
            }
            List<String> outputs = op.getOutputsOfOp();
            Node node = new Node(op, inputs, network.type(outputs.get(0)));
            List<Slot> made = read(node, build);
            for (int i = 0; i < Math.min(outputs.size(), made.size()); i++) {
                known.put(outputs.get(i), made.get(i));
            }
        }
        return known;
    }

    /**
     * The shapes of all variables that outputs depend on; nothing is computed but what depends on constants alone.
     *
     * @return empty where a plan would leave an operation to ND4J, whose results are known for certain only when it has run
     * @throws NoPlanException where there is no plan
     */
    static Optional<Map<String, long[]>> shapes(Network network, Request request) {
        try (MapKernels kernels = MapKernels.portable()) {
            Builder build = new Builder(kernels);
            try {
                Map<String, long[]> shapes = new HashMap<>();
                slots(network, request, build, new HashMap<>())
                        .forEach((name, slot) -> shapes.put(
                                name, Arrays.stream(slot.shape()).asLongStream().toArray()));
                return build.steps().stream().anyMatch(OpaqueStep.class::isInstance)
                        ? Optional.empty()
                        : Optional.of(shapes);
            } finally {
                build.steps().forEach(Step::close);
            }
        }
    }

    private static List<Slot> read(Node node, Builder build) {
        Reader reader = READERS.get(node.kind());
        int before = build.steps().size();
        NoPlanException why = new NoPlanException("there are no steps for it.");
        if (reader != null) {
            try {
                return reader.read(node, build);
            } catch (NoPlanException none) {
                why = none;
            } catch (RuntimeException odd) {
                why = new NoPlanException("it is set in an unknown way: " + odd.getMessage(), odd);
            }
            while (build.steps().size() > before) {
                build.steps().remove(build.steps().size() - 1).close();
            }
        }
        try {
            OpaqueStep step = OpaqueStep.of(node, build);
            build.emit(step);
            return step.outputs();
        } catch (NoPlanException opaque) {
            opaque.addSuppressed(why);
            throw new NoPlanException(
                    "'" + node.kind() + "' that computes " + node.operation().getOutputsOfOp() + ": " + why.getMessage()
                            + " " + opaque.getMessage(),
                    opaque);
        }
    }

    /** The steps that what is wanted depends on. */
    private static List<Step> needed(List<Step> steps, Set<Slot> wanted) {
        Set<Slot> read = new HashSet<>(wanted);
        List<Step> kept = new ArrayList<>();
        for (int i = steps.size() - 1; i >= 0; i--) {
            Step step = steps.get(i);
            if (step.outputs().stream().anyMatch(output -> read.contains(output.root()))) {
                step.inputs().forEach(input -> read.add(input.root()));
                kept.add(0, step);
            } else {
                step.close();
            }
        }
        return kept;
    }

    private void requireAdjoints() {
        for (Step step : steps) {
            if (!step.withoutAdjoint().isEmpty() && step.outputs().stream().anyMatch(Slot::tracked)) {
                throw new RewriteException(step.withoutAdjoint());
            }
        }
    }

    /** Whether there are steps for an operation, and so an adjoint. */
    static boolean reads(SameDiffOp operation) {
        return READERS.containsKey(operation.getOp().opName());
    }

    /** Names and sizes that this was made for. */
    public Request request() {
        return request;
    }

    /** Where a feed's numbers go, in the order that the request says: [N, H, W, C] for maps with their channels last. */
    public float[] feed(String name, int length) {
        Slot slot = feed(name);
        if (slot.length() != length) {
            throw new IllegalArgumentException(
                    "'" + name + "' has " + slot.length() + " numbers in this plan, but fed are " + length + ".");
        }
        slot.renew();
        unsettled |= weights.containsKey(name);
        return slot.value();
    }

    /** Copies the numbers of a feed. A weight of a convolution that is the same array as in the run before is not read again. */
    public void feed(String name, INDArray array) {
        WeakReference<INDArray> before = weights.get(name);
        if (before == null || !before.refersTo(array)) {
            NativeFloats.read(array, feed(name, Math.toIntExact(array.length())));
            weights.computeIfPresent(name, (n, last) -> new WeakReference<>(array));
        }
    }

    private Slot feed(String name) {
        return named(feeds, name);
    }

    private static Slot named(Map<String, Slot> slots, String name) {
        Slot slot = slots.get(name);
        if (slot == null) {
            throw new IllegalArgumentException("There is no '" + name + "' among " + slots.keySet() + ".");
        }
        return slot;
    }

    /**
     * Computes the outputs from what is fed.
     *
     * @throws RewriteCancelledException at the next step after the thread was interrupted
     */
    public void forward() {
        if (unsettled) {
            for (Step step : steps.subList(0, settled)) {
                RewriteCancelledException.ifInterrupted(STAGE);
                step.forward();
                step.outputs().forEach(Slot::renew);
            }
            unsettled = false;
        }
        for (Step step : steps.subList(settled, steps.size())) {
            RewriteCancelledException.ifInterrupted(STAGE);
            step.forward();
        }
        if (!request.slopes().isEmpty()) {
            clear(steps.size());
        }
    }

    private void clear(int time) {
        for (Slot root : arena.startingAt(time)) {
            root.forgetGradient();
        }
    }

    /** Computes the gradients of sum(output * seed); seeds were added to {@link #seed} since {@link #forward}. */
    public void backward() {
        int count = steps.size();
        for (int i = count - 1; i >= 0; i--) {
            clear(2 * count - i);
            Step step = steps.get(i);
            if (step.outputs().stream().anyMatch(Slot::tracked)) {
                step.backward();
            }
        }
    }

    /** Whether an output depends on what gradients are wanted by. */
    public boolean isTracked(String output) {
        return named(results, output).tracked();
    }

    /** The gradient by an output, zero at first, in the order of its numbers. */
    public float[] seed(String output) {
        return named(results, output).gradient();
    }

    /** The gradient by a feed, in the order of its numbers. */
    public float[] gradient(String name) {
        return feed(name).gradient();
    }

    /** The numbers of an output; the array may be longer. */
    public float[] result(String output) {
        return named(results, output).value();
    }

    /** The sizes of an output. */
    public int[] shape(String output) {
        return named(results, output).shape().clone();
    }

    /** Whether an output lies with its channels last. */
    public boolean isChannelsLast(String output) {
        return named(results, output).order() == Order.LAST;
    }

    /** An output as an array of the caller's own. */
    public INDArray array(String output) {
        Slot slot = named(results, output);
        if (slot.order() != Order.PLAIN) {
            throw new IllegalStateException("'" + output + "' was wanted with its channels last.");
        }
        return HostNumbers.array(slot.value(), slot.shape());
    }

    /** An output as an array of the caller's own; [N, H, W, C] where it {@linkplain #isChannelsLast lies} so. */
    INDArray asItLies(String output) {
        Slot slot = named(results, output);
        int[] s = slot.shape();
        return HostNumbers.array(slot.value(), slot.order() == Order.LAST ? new int[] {s[0], s[2], s[3], s[1]} : s);
    }

    /** Numbers on the heap that this keeps between runs, constants apart. */
    public long length() {
        return arena.length();
    }

    /** The operations that ND4J runs, by their kinds; empty for a plan of steps alone. */
    public int opaque() {
        return (int) steps.stream().filter(OpaqueStep.class::isInstance).count();
    }

    /** Steps of a run. */
    public int size() {
        return steps.size();
    }

    @Override
    public void close() {
        steps.forEach(Step::close);
        kernels.close();
    }
}
