package io.github.rewrite4j.samediff.engine.kernel;

import java.util.Arrays;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.convolution_backward_data;
import org.bytedeco.dnnl.convolution_backward_weights;
import org.bytedeco.dnnl.convolution_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/**
 * A convolution in oneDNN. Channels are padded with zeros to what native code is quick with. Everything is prepared when it is
 * first needed, and bound to native memory that other kernels of the same thread use as well.
 */
final class NativeMapConvolution implements MapConvolution {
    /** Numbers of a weight up to which the array that it is padded in is kept. */
    private static final int KEPT = 1 << 16;

    private static final dnnl.algorithm DIRECT = dnnl.algorithm.convolution_direct;
    private static final int BLOCK = 8;

    private final OneDnnScope scope;
    private final MapGeometry geometry;
    private final int times;
    private final WeightOrder order;
    private final int inPitch;
    private final int outPitch;
    private final NativeFloats maps;
    private final NativeFloats results;
    private final memory.desc x;
    private final memory.desc y;
    private final memory.desc any;
    private final FloatPointer plainNumbers;
    private final memory.desc plain;
    private final memory plainWeight;
    private @Nullable Program forward;
    private @Nullable Program byMap;
    private @Nullable Program byWeight;
    private @Nullable Copy toForward;
    private @Nullable Copy toByMap;
    private @Nullable Copy fromByWeight;
    private float[] padded = {};

    /** A primitive with its operands and its own order of the weight. */
    private record Program(primitive code, IntMemoryMap operands, memory weight) {}

    /** A copy of a weight into another order. */
    private record Copy(reorder code, memory from, memory to) {}

    /**
     * @param pool of native memory for the maps, which is given back at once: what lies there is of no use after a run
     * @param alone whether samples run one after the other, in memory that stays in the caches
     */
    NativeMapConvolution(OneDnnScope scope, FloatPool pool, MapGeometry whole, WeightOrder order, boolean alone) {
        this.scope = scope;
        this.times = alone ? whole.n() : 1;
        this.geometry = alone ? whole.alone() : whole;
        this.order = order;
        boolean pads =
                geometry.groups() == 1 || (geometry.groups() == geometry.in() && geometry.out() == geometry.in());
        this.inPitch = pads ? pitch(geometry.in()) : geometry.in();
        this.outPitch = pads ? pitch(geometry.out()) : geometry.out();
        this.maps = pool.take(Math.multiplyExact(geometry.n() * geometry.h() * geometry.w(), inPitch));
        this.results = pool.take(Math.multiplyExact(geometry.n() * geometry.height() * geometry.width(), outPitch));
        pool.giveBack(maps);
        pool.giveBack(results);
        this.x = scope.describe(memory.format_tag.nhwc, geometry.n(), inPitch, geometry.h(), geometry.w());
        this.y = scope.describe(memory.format_tag.nhwc, geometry.n(), outPitch, geometry.height(), geometry.width());
        this.any = scope.own(new memory.desc(sizes(), memory.data_type.f32, memory.format_tag.any));
        this.plain = scope.own(new memory.desc(sizes(), memory.data_type.f32, strides(false)));
        this.plainNumbers = scope.own(new FloatPointer((long) paddedLength()));
        this.plainWeight = scope.own(new memory(plain, scope.processor(), plainNumbers));
    }

    /** The pitch of ChannelPitch where a weight has many taps or channels; single channels stay. */
    private int pitch(int channels) {
        return geometry.groups() > 1
                ? (channels + BLOCK - 1) / BLOCK * BLOCK
                : ChannelPitch.of(channels, Math.max(geometry.rows(), geometry.columns()));
    }

    private boolean grouped() {
        return geometry.groups() > 1;
    }

    /** Groups once padded: each channel is its own, or none is padded. */
    private int groups() {
        return geometry.groups() == geometry.in() && geometry.out() == geometry.in() && grouped()
                ? inPitch
                : geometry.groups();
    }

    private int paddedLength() {
        return Math.multiplyExact(geometry.taps(), Math.multiplyExact(inPitch / groups(), outPitch));
    }

    private long[] sizes() {
        return grouped()
                ? new long[] {groups(), outPitch / groups(), inPitch / groups(), geometry.rows(), geometry.columns()}
                : new long[] {outPitch, inPitch, geometry.rows(), geometry.columns()};
    }

    /** Of a padded weight in the order of the sizes; turned: input and output changed places. */
    private long[] strides(boolean turned) {
        long in = (long) inPitch / groups();
        long perGroup = outPitch / groups();
        boolean tapsFirst = order == WeightOrder.TAPS_FIRST;
        long perOut = tapsFirst ? 1 : in * geometry.taps();
        long perIn = tapsFirst ? outPitch : geometry.taps();
        long perTap = tapsFirst ? in * outPitch : 1;
        long row = perTap * geometry.columns();
        long first = turned ? perIn : perOut;
        long second = turned ? perOut : perIn;
        return grouped()
                ? new long[] {perGroup * perOut, first, second, row, perTap}
                : new long[] {first, second, row, perTap};
    }

    @Override
    public void weight(float[] numbers) {
        plainNumbers.put(padded(numbers, false), 0, paddedLength());
        if (toForward == null) {
            toForward = copying(plainWeight, forward().weight());
        }
        run(toForward);
    }

    @Override
    public void weightByMap(float[] numbers) {
        plainNumbers.put(padded(numbers, geometry.turns()), 0, paddedLength());
        if (toByMap == null) {
            toByMap = copying(geometry.turns() ? swapped() : plainWeight, byMap().weight());
        }
        run(toByMap);
    }

    /** The plain weight with input and output in changed places. */
    private memory swapped() {
        memory.desc turned = scope.own(new memory.desc(turnedSizes(), memory.data_type.f32, strides(true)));
        return scope.own(new memory(turned, scope.processor(), plainNumbers));
    }

    private Copy copying(memory from, memory to) {
        return new Copy(scope.own(new reorder(from, to)), from, to);
    }

    private void run(Copy copy) {
        copy.code().execute(scope.queue(), copy.from(), copy.to());
        scope.queue()._wait();
    }

    @Override
    public void forward(float[] from, float[] to, boolean add) {
        Program p = forward();
        for (int i = 0; i < times; i++) {
            fillMaps(from, i);
            run(p);
            PitchedCopies.read(results, to, i * written() * geometry.out(), geometry.out(), outPitch, written(), add);
        }
    }

    @Override
    public void byMap(float[] gradient, float[] to, boolean add) {
        Program p = byMap();
        for (int i = 0; i < times; i++) {
            fillResults(gradient, i);
            run(p);
            PitchedCopies.read(maps, to, i * read() * geometry.in(), geometry.in(), inPitch, read(), add);
        }
    }

    @Override
    public void byWeight(float[] from, float[] gradient, float[] to) {
        Program p = byWeight();
        for (int i = 0; i < times; i++) {
            fillMaps(from, i);
            fillResults(gradient, i);
            run(p);
            if (fromByWeight == null) {
                fromByWeight = copying(p.weight(), plainWeight);
            }
            run(fromByWeight);
            float[] numbers = scratch();
            plainNumbers.get(numbers, 0, numbers.length);
            addOwn(numbers, to);
        }
    }

    /** Positions that are read at a time. */
    private int read() {
        return geometry.n() * geometry.h() * geometry.w();
    }

    /** Positions that are written at a time. */
    private int written() {
        return geometry.n() * geometry.height() * geometry.width();
    }

    private void fillMaps(float[] from, int time) {
        PitchedCopies.fill(maps, from, time * read() * geometry.in(), geometry.in(), inPitch, read());
    }

    private void fillResults(float[] from, int time) {
        PitchedCopies.fill(results, from, time * written() * geometry.out(), geometry.out(), outPitch, written());
    }

    private void run(Program p) {
        p.code().execute(scope.queue(), p.operands());
        scope.queue()._wait();
    }

    /** Numbers of a padded weight, with anything in them; those of a large network would add up to it once more if kept. */
    private float[] scratch() {
        if (paddedLength() > KEPT) {
            return new float[paddedLength()];
        }
        if (padded.length != paddedLength()) {
            padded = new float[paddedLength()];
        }
        return padded;
    }

    /** The weight with zeros for channels that are none; turned: its taps in reversed order. */
    private float[] padded(float[] numbers, boolean turned) {
        if (numbers.length < geometry.weightLength()) {
            throw new IllegalArgumentException(
                    "The weight has " + numbers.length + " numbers, but " + geometry.weightLength() + " are read.");
        }
        float[] wider = scratch();
        if (inPitch != geometry.in() || outPitch != geometry.out()) {
            Arrays.fill(wider, 0);
        }
        if (turned && order == WeightOrder.TAPS_LAST) {
            turn(numbers, wider);
        } else {
            eachRun((own, wide, count) -> System.arraycopy(numbers, own, wider, wide, count), turned);
        }
        return wider;
    }

    private void turn(float[] numbers, float[] to) {
        int own = geometry.in() / geometry.groups();
        int wide = inPitch / groups();
        int taps = geometry.taps();
        for (int o = 0; o < geometry.out(); o++) {
            for (int i = 0; i < own; i++) {
                int from = (o * own + i) * taps;
                int last = (o * wide + i) * taps + taps - 1;
                for (int t = 0; t < taps; t++) {
                    to[last - t] = numbers[from + t];
                }
            }
        }
    }

    /** Numbers of a weight that lie side by side, and where they lie once padded. */
    private interface Run {
        void at(int own, int padded, int count);
    }

    /** @param turned the taps in reversed order, for weights whose taps come first */
    private void eachRun(Run run, boolean turned) {
        int own = geometry.in() / geometry.groups();
        int wide = inPitch / groups();
        int taps = geometry.taps();
        if (!turned && own == wide && outPitch == geometry.out()) {
            run.at(0, 0, geometry.weightLength());
        } else if (order == WeightOrder.TAPS_FIRST) {
            for (int t = 0; t < taps; t++) {
                int to = turned ? taps - 1 - t : t;
                for (int i = 0; i < own; i++) {
                    run.at((t * own + i) * geometry.out(), (to * wide + i) * outPitch, geometry.out());
                }
            }
        } else {
            for (int o = 0; o < geometry.out(); o++) {
                run.at(o * own * taps, o * wide * taps, own * taps);
            }
        }
    }

    private void addOwn(float[] numbers, float[] to) {
        eachRun((own, wide, count) -> PitchedCopies.add(numbers, wide, to, own, count), false);
    }

    private Program forward() {
        if (forward == null) {
            forward = convolution(geometry, x, any, y, maps, results);
        }
        return forward;
    }

    private Program convolution(
            MapGeometry g,
            memory.desc from,
            memory.desc weight,
            memory.desc to,
            NativeFloats read,
            NativeFloats write) {
        try (convolution_forward.primitive_desc found = described(g, from, weight, to)) {
            memory.desc order = scope.own(found.weights_desc());
            memory w = scope.own(new memory(order, scope.processor()));
            IntMemoryMap operands = scope.own(new IntMemoryMap());
            operands.put(dnnl.DNNL_ARG_SRC, scope.of(read, 0, from));
            operands.put(dnnl.DNNL_ARG_WEIGHTS, w);
            operands.put(dnnl.DNNL_ARG_DST, scope.of(write, 0, to));
            return new Program(scope.own(new convolution_forward(found)), operands, w);
        }
    }

    private convolution_forward.primitive_desc described(
            MapGeometry g, memory.desc from, memory.desc weight, memory.desc to) {
        try (convolution_forward.desc wanted = new convolution_forward.desc(
                dnnl.prop_kind.forward_training,
                DIRECT,
                from,
                weight,
                to,
                pair(g.strideY(), g.strideX()),
                pair(g.dilationY() - 1, g.dilationX() - 1),
                pair(g.top(), g.left()),
                pair(Math.max(0, g.bottom()), Math.max(0, g.right())))) {
            return new convolution_forward.primitive_desc(wanted, scope.processor());
        }
    }

    private Program byMap() {
        if (byMap == null) {
            byMap = geometry.turns()
                    ? convolution(geometry.turned(), y, turnedAny(), x, results, maps)
                    : backwardByMap();
        }
        return byMap;
    }

    private long[] turnedSizes() {
        long[] sizes = sizes();
        int at = sizes.length - 4;
        long out = sizes[at];
        sizes[at] = sizes[at + 1];
        sizes[at + 1] = out;
        return sizes;
    }

    private memory.desc turnedAny() {
        return scope.own(new memory.desc(turnedSizes(), memory.data_type.f32, memory.format_tag.any));
    }

    private Program backwardByMap() {
        MapGeometry g = geometry;
        try (convolution_forward.primitive_desc hint = described(g, x, any, y);
                convolution_backward_data.desc wanted = new convolution_backward_data.desc(
                        DIRECT,
                        x,
                        any,
                        y,
                        pair(g.strideY(), g.strideX()),
                        pair(g.dilationY() - 1, g.dilationX() - 1),
                        pair(g.top(), g.left()),
                        pair(Math.max(0, g.bottom()), Math.max(0, g.right())));
                convolution_backward_data.primitive_desc found =
                        new convolution_backward_data.primitive_desc(wanted, scope.processor(), hint)) {
            memory w = scope.own(new memory(scope.own(found.weights_desc()), scope.processor()));
            IntMemoryMap operands = scope.own(new IntMemoryMap());
            operands.put(dnnl.DNNL_ARG_DIFF_DST, scope.of(results, 0, y));
            operands.put(dnnl.DNNL_ARG_WEIGHTS, w);
            operands.put(dnnl.DNNL_ARG_DIFF_SRC, scope.of(maps, 0, x));
            return new Program(scope.own(new convolution_backward_data(found)), operands, w);
        }
    }

    private Program byWeight() {
        if (byWeight == null) {
            MapGeometry g = geometry;
            try (convolution_forward.primitive_desc hint = described(g, x, any, y);
                    convolution_backward_weights.desc wanted = new convolution_backward_weights.desc(
                            DIRECT,
                            x,
                            any,
                            y,
                            pair(g.strideY(), g.strideX()),
                            pair(g.dilationY() - 1, g.dilationX() - 1),
                            pair(g.top(), g.left()),
                            pair(Math.max(0, g.bottom()), Math.max(0, g.right())));
                    convolution_backward_weights.primitive_desc found =
                            new convolution_backward_weights.primitive_desc(wanted, scope.processor(), hint)) {
                memory w = scope.own(new memory(scope.own(found.diff_weights_desc()), scope.processor()));
                IntMemoryMap operands = scope.own(new IntMemoryMap());
                operands.put(dnnl.DNNL_ARG_SRC, scope.of(maps, 0, x));
                operands.put(dnnl.DNNL_ARG_DIFF_DST, scope.of(results, 0, y));
                operands.put(dnnl.DNNL_ARG_DIFF_WEIGHTS, w);
                byWeight = new Program(scope.own(new convolution_backward_weights(found)), operands, w);
            }
        }
        return byWeight;
    }

    private static long[] pair(long y, long x) {
        return new long[] {y, x};
    }
}
