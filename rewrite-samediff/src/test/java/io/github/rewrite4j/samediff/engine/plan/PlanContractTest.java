package io.github.rewrite4j.samediff.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.engine.kernel.MapKernels;
import io.github.rewrite4j.samediff.engine.kernel.NativeFloats;
import io.github.rewrite4j.samediff.graph.internal.Named;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bytedeco.javacpp.FloatPointer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** What every plan keeps to, whatever graph it is of. */
class PlanContractTest {
    private static final double VALUES = 1e-4;
    private static final double GRADIENTS = 1e-3;
    private static final int SEVENTEEN = 17;
    private static final int DIRECTIONS = 2;

    static Stream<Net> nets() {
        return Nets.all().stream();
    }

    static Stream<Net> blocks() {
        return Nets.blocks().stream();
    }

    /** Blocks, and an operation that ND4J runs. */
    static Stream<Net> keeping() {
        return Stream.concat(blocks(), nets().filter(net -> net.toString().contains("which ND4J runs")));
    }

    private static Plan plan(GraphEngine engine, Map<String, INDArray> feeds, boolean slopes) {
        Map<String, List<Integer>> sizes = new LinkedHashMap<>();
        feeds.forEach((name, array) -> sizes.put(
                name, Arrays.stream(array.shape()).mapToObj(s -> (int) s).toList()));
        return engine.plan(new Request(List.of(Net.OUTPUT), sizes, Set.of(), slopes ? feeds.keySet() : Set.of()));
    }

    private static INDArray session(SameDiff graph, Map<String, INDArray> feeds) {
        return Named.in(graph.output(feeds, Net.OUTPUT), Net.OUTPUT);
    }

    private static INDArray byPlan(GraphEngine engine, Map<String, INDArray> feeds) {
        List<INDArray> got = new ArrayList<>();
        assertThat(engine.run(feeds, List.of(Net.OUTPUT), (name, array) -> got.add(array)))
                .isTrue();
        return got.get(0);
    }

    @ParameterizedTest
    @MethodSource("nets")
    void valuesAreTheSessions(Net net) {
        Map<String, INDArray> feeds;
        INDArray expected;
        if (net.runsInFloat32()) {
            SameDiff graph = net.build(DataType.FLOAT);
            feeds = Net.floats(net.feeds(3));
            expected = session(graph, feeds);
        } else {
            SameDiff graph = net.build(DataType.DOUBLE);
            feeds = Net.floats(net.feeds(3));
            expected = session(graph, net.feeds(3)).castTo(DataType.FLOAT);
        }
        try (GraphEngine engine = new GraphEngine(net.build(DataType.FLOAT))) {
            INDArray got = byPlan(engine, feeds);
            assertThat(got.shape()).isEqualTo(expected.shape());
            assertThat(largest(got.sub(expected))).isLessThan(VALUES * Math.max(1e-6, largest(expected)));
        }
    }

    private static double largest(INDArray array) {
        return array.amaxNumber().doubleValue();
    }

    /** A sample has the bits that it has alone. */
    @ParameterizedTest
    @MethodSource("nets")
    void batchesAreTheirSamples(Net net) {
        try (GraphEngine engine = new GraphEngine(net.build(DataType.FLOAT))) {
            Map<String, INDArray> all = Net.floats(net.feeds(SEVENTEEN));
            INDArray together = byPlan(engine, all);
            boolean perSample = together.size(0) == SEVENTEEN;
            for (int count : new int[] {1, 3}) {
                Map<String, INDArray> some = new LinkedHashMap<>(all);
                net.inputs().forEach(name -> some.computeIfPresent(name, (n, array) -> rows(array, count)));
                INDArray alone = byPlan(engine, some);
                INDArray expected = perSample ? rows(together, count) : together;
                assertThat(alone.data().asFloat()).isEqualTo(expected.data().asFloat());
            }
        }
    }

    private static INDArray rows(INDArray array, int count) {
        return array.get(NDArrayIndex.interval(0, count)).dup('c');
    }

    /** Nothing of a run is left in the next one, be it with the same weights or others. */
    @ParameterizedTest
    @MethodSource("nets")
    void runsKnowNothingOfOthers(Net net) {
        SameDiff graph = net.build(DataType.FLOAT);
        Map<String, INDArray> first = Net.floats(net.feeds(3));
        Map<String, INDArray> otherInputs = new LinkedHashMap<>(first);
        net.inputs().forEach(name -> otherInputs.computeIfPresent(name, (n, array) -> array.mul(0.7)));
        Map<String, INDArray> otherWeights = new LinkedHashMap<>(first);
        otherWeights.replaceAll((name, array) -> net.inputs().contains(name) ? array : array.mul(1.3));
        try (GraphEngine engine = new GraphEngine(graph)) {
            for (Map<String, INDArray> feeds : List.of(first, otherInputs, otherWeights, otherInputs)) {
                INDArray got = byPlan(engine, feeds);
                try (GraphEngine fresh = new GraphEngine(graph)) {
                    assertThat(got).isEqualTo(byPlan(fresh, feeds));
                }
            }
        }
    }

    /** Without oneDNN: the same numbers, and the same gradients, by products of matrices and loops. */
    @ParameterizedTest
    @MethodSource("differentiable")
    void portableKernelsGiveTheSame(Net net) {
        SameDiff graph = net.build(DataType.FLOAT);
        Map<String, INDArray> feeds = Net.floats(net.feeds(3));
        INDArray expected;
        Map<String, float[]> slopes;
        INDArray seed;
        try (GraphEngine engine = new GraphEngine(graph)) {
            expected = byPlan(engine, feeds);
            seed = Net.random(77, expected.shape());
            Plan plan = plan(engine, feeds, true);
            slopes = gradients(plan, feeds, seed);
            engine.giveBack(plan);
        }
        try (GraphEngine engine = new GraphEngine(graph, MapKernels::portable)) {
            assertThat(largest(byPlan(engine, feeds).sub(expected)))
                    .isLessThan(VALUES * Math.max(1e-6, largest(expected)));
            Plan plan = plan(engine, feeds, true);
            gradients(plan, feeds, seed).forEach((name, gradient) -> {
                INDArray wanted = Nd4j.createFromArray(Named.in(slopes, name));
                assertThat(largest(Nd4j.createFromArray(gradient).sub(wanted)))
                        .as(name)
                        .isLessThan(VALUES * Math.max(1e-3, largest(wanted)));
            });
            engine.giveBack(plan);
        }
    }

    static Stream<Net> differentiable() {
        return Nets.all().stream().filter(Net::slopes);
    }

    /** Along random directions, against central differences of the same graph in float64. */
    @ParameterizedTest
    @MethodSource("differentiable")
    void gradientsAreThoseOfFiniteDifferences(Net net) {
        SameDiff exact = net.build(DataType.DOUBLE);
        Map<String, INDArray> feeds = net.feeds(3);
        SameDiff graph = net.build(DataType.FLOAT);
        INDArray out = session(exact, feeds);
        INDArray seed = Net.random(77, out.shape());
        try (GraphEngine engine = new GraphEngine(graph)) {
            Plan plan = plan(engine, Net.floats(feeds), true);
            Map<String, float[]> gradients = gradients(plan, Net.floats(feeds), seed);
            // Once more: nothing may be left over from a run before.
            gradients.forEach((name, gradient) -> assertThat(
                            gradients(plan, Net.floats(feeds), seed).get(name))
                    .isEqualTo(gradient));
            engine.giveBack(plan);
            for (String name : feeds.keySet()) {
                float[] gradient = Named.in(gradients, name);
                for (int direction = 0; direction < DIRECTIONS; direction++) {
                    compare(exact, feeds, name, gradient, seed, direction);
                }
            }
        }
    }

    private static Map<String, float[]> gradients(Plan plan, Map<String, INDArray> feeds, INDArray seed) {
        feeds.forEach(plan::feed);
        plan.forward();
        float[] to = plan.seed(Net.OUTPUT);
        float[] numbers = NativeFloats.heap(seed);
        if (plan.isTracked(Net.OUTPUT)) {
            for (int i = 0; i < numbers.length; i++) {
                to[i] += numbers[i];
            }
        }
        plan.backward();
        Map<String, float[]> gradients = new LinkedHashMap<>();
        feeds.forEach((name, array) -> gradients.put(name, Arrays.copyOf(plan.gradient(name), (int) array.length())));
        return gradients;
    }

    private static void compare(
            SameDiff exact, Map<String, INDArray> feeds, String name, float[] gradient, INDArray seed, int direction) {
        Random random = new Random(direction);
        double[] along = new double[gradient.length];
        if (direction % 2 == 0) {
            for (int i = 0; i < along.length; i++) {
                along[i] = random.nextGaussian();
            }
        } else {
            along[random.nextInt(along.length)] = 1;
        }
        double step = 1e-5;
        INDArray from = Named.in(feeds, name);
        INDArray change = Nd4j.createFromArray(along).reshape(from.shape()).mul(step);
        double up = loss(exact, feeds, name, from.add(change), seed);
        double down = loss(exact, feeds, name, from.sub(change), seed);
        double expected = (up - down) / (2 * step);
        double actual = 0;
        double size = 0;
        for (int i = 0; i < along.length; i++) {
            actual += along[i] * gradient[i];
            size += Math.abs(along[i] * gradient[i]);
        }
        double largest = 0;
        for (float g : gradient) {
            largest = Math.max(largest, Math.abs(g));
        }
        assertThat(Math.abs(actual - expected))
                .as("by %s along %s: %s, expected %s", name, direction, actual, expected)
                .isLessThan(GRADIENTS * Math.max(1e-3, direction % 2 == 0 ? Math.max(size / 10, largest) : largest));
    }

    private static double loss(
            SameDiff graph, Map<String, INDArray> feeds, String name, INDArray changed, INDArray seed) {
        Map<String, INDArray> all = new LinkedHashMap<>(feeds);
        all.put(name, changed);
        return session(graph, all).mul(seed).sumNumber().doubleValue();
    }

    /** Before anything is computed, and only where gradients would have to pass. */
    @Test
    void whatHasNoAdjointIsNamedWithAReplacement() {
        SameDiff graph = SameDiff.create();
        SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 5);
        SDVariable sums = graph.cumsum("sums", x.mul(2), 1);
        sums.mul(graph.placeHolder("w", DataType.FLOAT, 5)).rename(Net.OUTPUT);
        Map<String, INDArray> feeds = Net.floats(Map.of("x", Net.random(1, 3, 5), "w", Net.random(2, 5)));
        try (GraphEngine engine = new GraphEngine(graph)) {
            List<String> outputs = List.of(Net.OUTPUT);
            for (ThrowingCallable training : List.<ThrowingCallable>of(
                    () -> engine.requireAdjoints(outputs, Set.of("x", "w"), List.of("x")),
                    () -> plan(engine, feeds, true))) {
                assertThatThrownBy(training)
                        .isInstanceOf(RewriteException.class)
                        .hasMessageContaining("'cumsum' that computes 'sums'")
                        .hasMessageContaining("a product with a triangular matrix of ones");
            }
            assertThat(largest(byPlan(engine, feeds).sub(session(graph, feeds))))
                    .isLessThan(1e-5);
            // Behind it there is no need of its gradient.
            engine.requireAdjoints(outputs, Set.of("x", "w"), List.of("w"));
            Plan behind = engine.plan(
                    new Request(outputs, Map.of("x", List.of(3, 5), "w", List.of(5)), Set.of(), Set.of("w")));
            feeds.forEach(behind::feed);
            behind.forward();
            Arrays.fill(behind.seed(Net.OUTPUT), 0, 15, 1);
            behind.backward();
            INDArray expected = graph.output(feeds, "sums").get("sums").sum(0);
            assertThat(largest(Nd4j.createFromArray(Arrays.copyOf(behind.gradient("w"), 5))
                            .sub(expected)))
                    .isLessThan(1e-5);
            engine.giveBack(behind);
        }
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void twoThreadsGiveTheSameBits(Net net) throws Exception {
        SameDiff graph = net.build(DataType.FLOAT);
        Map<String, INDArray> feeds = Net.floats(net.feeds(3));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (GraphEngine engine = new GraphEngine(graph)) {
            Callable<float[]> run = () -> {
                ComputeThreads.oneInThisThread();
                List<INDArray> got = new ArrayList<>();
                engine.run(feeds, List.of(Net.OUTPUT), (name, array) -> got.add(array));
                float[] numbers = got.get(0).data().asFloat();
                got.get(0).close();
                return numbers;
            };
            List<Future<float[]>> all = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                all.add(threads.submit(run));
            }
            float[] first = all.get(0).get();
            for (Future<float[]> other : all) {
                assertThat(other.get()).isEqualTo(first);
            }
        } finally {
            threads.shutdown();
        }
    }

    /** What a run takes is reused or freed; the study of the same takes 2,000 calls. */
    @ParameterizedTest
    @MethodSource("keeping")
    void nativeMemoryStaysFlat(Net net) {
        callsKeepNativeMemory(net, 200);
    }

    @ParameterizedTest
    @MethodSource("nets")
    @Tag("study")
    void nativeMemoryStaysFlatForLong(Net net) {
        callsKeepNativeMemory(net, 2000);
    }

    /** More of them than every build takes time for. */
    @ParameterizedTest
    @MethodSource("chains")
    @Tag("study")
    void longRandomChainsKeepTheContract(Net net) {
        valuesAreTheSessions(net);
        gradientsAreThoseOfFiniteDifferences(net);
        batchesAreTheirSamples(net);
    }

    static Stream<Net> chains() {
        return Chains.of(200).stream();
    }

    private static void callsKeepNativeMemory(Net net, int calls) {
        SameDiff graph = net.build(DataType.FLOAT);
        Map<String, INDArray> feeds = Net.floats(net.feeds(3));
        try (GraphEngine engine = new GraphEngine(graph)) {
            NativeMemory.assertKept(calls, () -> byPlan(engine, feeds).close());
            if (net.slopes()) {
                Plan plan = plan(engine, feeds, true);
                INDArray seed = Net.random(
                        77, Arrays.stream(plan.shape(Net.OUTPUT)).asLongStream().toArray());
                NativeMemory.assertKept(calls, () -> gradients(plan, feeds, seed));
                engine.giveBack(plan);
            }
        }
    }

    /** The test of native memory sees an array that is left open, and a pointer. */
    @Test
    void nativeMemoryThatGrowsIsSeen() {
        List<Object> kept = new ArrayList<>();
        assertThatThrownBy(() -> NativeMemory.assertKept(50, () -> kept.add(Nd4j.create(7))))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("50 buffers open");
        assertThatThrownBy(() -> NativeMemory.assertKept(50, () -> kept.add(new FloatPointer(3000))))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("bytes of native memory");
    }
}
