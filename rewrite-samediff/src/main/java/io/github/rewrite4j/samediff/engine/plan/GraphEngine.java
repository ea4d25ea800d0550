package io.github.rewrite4j.samediff.engine.plan;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.engine.kernel.MapKernels;
import io.github.rewrite4j.samediff.engine.kernel.OneDnn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a SameDiff graph by plans: one for each set of outputs and sizes of feeds, made when it is first asked for. Safe for
 * concurrent runs, each of which has a plan of its own. The graph is read once; later changes of it are not seen.
 */
public final class GraphEngine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GraphEngine.class);

    /** Reasons that are remembered. */
    private static final int REFUSALS = 256;

    private final Network network;
    private final Map<Request, String> refused = new ConcurrentHashMap<>();
    private final Shelf plans;

    /** The engine of a graph, with the quickest kernels that this machine has. */
    public GraphEngine(SameDiff graph) {
        this(graph, MapKernels::quickest);
    }

    /** With kernels of the caller's choice, one set for each plan. */
    GraphEngine(SameDiff graph, Supplier<MapKernels> kernels) {
        this.network = new Network(graph);
        this.plans = new Shelf(request -> new Plan(network, request, kernels.get()));
    }

    /**
     * Whether plans are quicker than SameDiff's session on this machine: where oneDNN can be called. Elsewhere plans compute by
     * matrix products and loops, which give the same numbers and the gradients that sessions lack.
     */
    public static boolean isQuick() {
        return OneDnn.available();
    }

    /**
     * Computes variables.
     *
     * @param feeds arrays by name; not changed
     * @param given gets each output once, as an array that nobody else has
     * @return whether there is a plan; if not, nothing was done
     */
    public boolean run(Map<String, INDArray> feeds, Collection<String> outputs, BiConsumer<String, INDArray> given) {
        return run(feeds, outputs, Set.of(), (name, plan) -> given.accept(name, plan.array(name)));
    }

    /**
     * Computes variables and shows them.
     *
     * @param feeds arrays by name; not changed
     * @param reader gets each output once, with any strides; an array is lent, and closed as soon as the reader returns
     * @return whether there is a plan; if not, nothing was done
     */
    public boolean show(Map<String, INDArray> feeds, Collection<String> outputs, BiConsumer<String, INDArray> reader) {
        return run(feeds, outputs, Set.copyOf(outputs), (name, plan) -> {
            try (INDArray whole = plan.asItLies(name)) {
                reader.accept(name, plan.isChannelsLast(name) ? whole.permute(0, 3, 1, 2) : whole);
            }
        });
    }

    private boolean run(
            Map<String, INDArray> feeds,
            Collection<String> outputs,
            Set<String> channelsLast,
            BiConsumer<String, Plan> reader) {
        Map<String, List<Integer>> sizes = new HashMap<>();
        for (Map.Entry<String, INDArray> feed : feeds.entrySet()) {
            INDArray array = feed.getValue();
            if (array.dataType() != DataType.FLOAT || array.isEmpty()) {
                return false;
            }
            sizes.put(
                    feed.getKey(),
                    Arrays.stream(HostNumbers.shape(array)).boxed().toList());
        }
        Request request = new Request(new ArrayList<>(outputs), sizes, channelsLast, Set.of());
        Plan plan = take(request);
        if (plan == null) {
            return false;
        }
        boolean whole = false;
        try {
            feeds.forEach(plan::feed);
            plan.forward();
            for (String output : request.outputs()) {
                reader.accept(output, plan);
            }
            whole = true;
        } finally {
            if (whole) {
                plans.giveBack(request, plan);
            } else {
                plan.close();
            }
        }
        return true;
    }

    private @Nullable Plan take(Request request) {
        if (refused.containsKey(request)) {
            return null;
        }
        try {
            return plans.take(request);
        } catch (NoPlanException none) {
            if (refused.size() < REFUSALS) {
                refused.put(request, String.valueOf(none.getMessage()));
            }
            LOG.debug("No plan for {}: {}", request.outputs(), none.getMessage());
            return null;
        }
    }

    /**
     * The shapes of variables, without computing them.
     *
     * @param feeds sizes of what is fed, weights among them where their numbers are not wanted
     * @param outputs what is wanted
     * @return the shape of each variable that the outputs depend on; empty where a plan does not know them for certain
     */
    public Optional<Map<String, long[]>> shapes(Map<String, List<Integer>> feeds, Collection<String> outputs) {
        try {
            return Plan.shapes(network, new Request(new ArrayList<>(outputs), feeds, Set.of(), Set.of()));
        } catch (NoPlanException none) {
            LOG.debug("No shapes of {}: {}", outputs, none.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Looks whether gradients can pass, before anything is computed.
     *
     * @param outputs variables that are wanted
     * @param fed variables that will be fed
     * @param slopes those of them that gradients are wanted by
     * @throws RewriteException naming an operation on their way that has no adjoint, with what to build instead
     */
    public void requireAdjoints(Collection<String> outputs, Set<String> fed, Collection<String> slopes) {
        Set<String> tracked = new HashSet<>(slopes);
        for (SameDiffOp op : network.behind(outputs, fed)) {
            if (Network.inputs(op).stream().anyMatch(tracked::contains)) {
                if (!Plan.reads(op)) {
                    throw new RewriteException(OpaqueStep.withoutAdjoint(op));
                }
                tracked.addAll(op.getOutputsOfOp());
            }
        }
    }

    /**
     * A plan for the caller alone, until it is {@linkplain #giveBack given back}.
     *
     * @throws RewriteException naming the operation where there is none
     */
    public Plan plan(Request request) {
        try {
            return plans.take(request);
        } catch (NoPlanException none) {
            throw new RewriteException("The graph cannot be trained: the operation " + none.getMessage(), none);
        }
    }

    /** Ends the use of a plan. */
    public void giveBack(Plan plan) {
        plans.giveBack(plan.request(), plan);
    }

    @Override
    public void close() {
        plans.close();
    }
}
