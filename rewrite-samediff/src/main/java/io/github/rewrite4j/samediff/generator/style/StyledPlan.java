package io.github.rewrite4j.samediff.generator.style;

import static io.github.rewrite4j.samediff.generator.style.ModulatedLayers.key;
import static io.github.rewrite4j.samediff.generator.style.ModulatedLayers.noise;
import static io.github.rewrite4j.samediff.generator.style.ModulatedLayers.value;

import io.github.rewrite4j.Activation;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.samediff.engine.kernel.ChannelPitch;
import io.github.rewrite4j.samediff.engine.kernel.ConvolutionGeometry;
import io.github.rewrite4j.samediff.engine.kernel.ConvolutionKernel;
import io.github.rewrite4j.samediff.engine.kernel.FloatPool;
import io.github.rewrite4j.samediff.engine.kernel.Fusion;
import io.github.rewrite4j.samediff.engine.kernel.LaidOutWeight;
import io.github.rewrite4j.samediff.engine.kernel.MapCopies;
import io.github.rewrite4j.samediff.engine.kernel.NativeFloats;
import io.github.rewrite4j.samediff.engine.kernel.OneDnnScope;
import io.github.rewrite4j.samediff.engine.kernel.Tiles;
import io.github.rewrite4j.samediff.engine.kernel.UpwardsConvolution;
import io.github.rewrite4j.samediff.engine.kernel.Winograd;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.StyledLayer;
import io.github.rewrite4j.samediff.graph.internal.Named;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The forward pass of a style-based network from what is fed to what is wanted: steps on native memory that is laid out
 * beforehand, for one sample after the other. Samples do not share primitives, so that what differs between them
 * (demodulation, styles) is one number for each channel, which convolutions apply as they write; and the bits of a sample
 * do not depend on its batch.
 *
 * <p>Maps are [H, W, pitch]. Where positions are doubled before a convolution, it is the transposed convolution that reads
 * them before. With the demodulation d, bias b and gain g, leaky(d c + b) g = d g leaky(c + b / d). One run at a time.
 */
final class StyledPlan implements AutoCloseable {
    static final float SLOPE = (float) Activation.STYLEGAN2.slope();

    private final StyledConstants constants;
    private final Set<String> outputs;
    private final Set<String> fed;
    private final StyledDemand demand;
    private final List<StyledLayer> layers;
    private final Set<String> weightNames = new HashSet<>();
    private final FloatPool pool = new FloatPool();
    private final OneDnnScope scope = new OneDnnScope();
    private final List<Step> steps = new ArrayList<>();
    private final List<WeightStep> weightSteps = new ArrayList<>();
    private final Map<String, MapExport> exports = new HashMap<>();
    private final StyledColours colours;
    private final StyledActivations activations;

    /** Part of the pass of one sample. */
    @FunctionalInterface
    interface Step {
        void run(Run run);
    }

    /** A kernel that reads an editable weight, mostly the same as in the run before. */
    private static final class WeightStep {
        private final StyledLayer layer;
        private final ConvolutionKernel kernel;
        private final boolean enlarged;
        private @Nullable LaidOutWeight last;

        WeightStep(StyledLayer layer, ConvolutionKernel kernel, boolean enlarged) {
            this.layer = layer;
            this.kernel = kernel;
            this.enlarged = enlarged;
        }

        void bind(Map<String, StyledWeights.Forms> forms) {
            LaidOutWeight weight = Named.in(forms, layer.name()).laidOut(kernel, enlarged);
            if (weight != last) {
                kernel.weight(weight);
                last = weight;
            }
        }
    }

    /** A map in native memory. */
    record Place(NativeFloats numbers, int pitch, int h, int w, int channels) {
        int positions() {
            return h * w;
        }
    }

    /** What a run reads. */
    record Run(int sample, StyledFactors factors, FedMaps maps, Map<String, StyledWeights.Forms> weights) {
        StyledWeights.Forms forms(StyledLayer layer) {
            return Named.in(weights, layer.name());
        }
    }

    /**
     * Lays out.
     *
     * @param outputs names of what is wanted
     * @param fed names of what is given
     */
    StyledPlan(StyledNetwork network, StyledConstants constants, Set<String> outputs, Set<String> fed) {
        this.constants = constants;
        this.outputs = outputs;
        this.fed = fed;
        this.layers = network.layers();
        layers.forEach(layer -> weightNames.add(layer.weight()));
        this.demand = new StyledDemand(network, outputs, fed);
        this.activations = new StyledActivations(this, constants);
        this.colours = new StyledColours(this, constants, demand, layers.size());
        boolean whole = false;
        try {
            layOut();
            whole = true;
        } finally {
            if (!whole) {
                close();
            }
        }
    }

    private void layOut() {
        Place atKey = null;
        for (int k = 0; k < layers.size(); k++) {
            StyledLayer layer = layers.get(k);
            if (atKey == null && demand.needsKey(k)) {
                atKey = demand.keyFed(k) ? imported(key(layer.name()), layer.in(), layer.keyGrid()) : first(layer);
            }
            if (atKey != null) {
                export(key(layer.name()), atKey, atKey.h() < layer.keyGrid());
            }
            Place atValue = null;
            Place next = null;
            if (demand.convolves(k) && atKey != null) {
                Place[] both = convolve(k, layer, atKey);
                atValue = both[0];
                next = both[1];
            } else if (demand.needsValue(k)) {
                atValue = imported(value(layer.name()), layer.out(), layer.valueGrid());
            }
            if (atKey != null) {
                pool.giveBack(atKey.numbers());
            }
            if (atValue != null) {
                export(value(layer.name()), atValue, false);
                if (next == null && demand.makesKey(k + 1)) {
                    next = scaled(atValue, layers.get(k + 1).name());
                }
            }
            if (demand.needsEnlarged(k)) {
                colours.enlarge(k, layer.toRgb().orElseThrow(), layer.valueGrid());
            }
            if (demand.needsImage(k)) {
                colours.image(k, layer, atValue);
            }
            if (atValue != null) {
                pool.giveBack(atValue.numbers());
            }
            atKey = next;
        }
    }

    void then(Step step) {
        steps.add(step);
    }

    OneDnnScope scope() {
        return scope;
    }

    NativeFloats take(int length) {
        return pool.take(length);
    }

    /** Later steps may write there. */
    void free(Place place) {
        pool.giveBack(place.numbers());
    }

    boolean isFed(String name) {
        return fed.contains(name);
    }

    /** Shows numbers to whoever wants them under this name. */
    void exportPlanes(String name, int grid, Supplier<float[]> planes) {
        if (outputs.contains(name)) {
            MapExport export = new MapExport(StyledColours.COLOURS, grid, grid, false);
            exports.put(name, export);
            steps.add(run -> export.numbers().put(run.sample() * export.length(), planes.get(), 0, export.length()));
        }
    }

    Place place(int channels, int h, int w, int pitch) {
        return new Place(pool.take(h * w * pitch), pitch, h, w, channels);
    }

    /** The pitch in which the value of a layer lies, and the key that is made of it. */
    private int pitchAfter(int k) {
        int channels = layers.get(k).out();
        boolean doubled = layers.get(k).doubled();
        return doubled || k + 1 == layers.size() ? ChannelPitch.of(channels, 4) : ChannelPitch.of(channels);
    }

    private Place imported(String name, int channels, int grid) {
        Place to = place(channels, grid, grid, ChannelPitch.of(channels));
        steps.add(run -> {
            int from = run.maps().start(name, run.sample(), to.positions() * channels);
            NativeFloats map = run.maps().numbers(name);
            MapCopies.repitch(map, from, channels, to.numbers(), 0, to.pitch(), to.positions(), channels);
        });
        return to;
    }

    /** The constant times the styles of the first layer. */
    private Place first(StyledLayer layer) {
        int grid = layer.keyGrid();
        int pitch = ChannelPitch.of(layer.in());
        NativeFloats constant = pool.take(grid * grid * pitch);
        float[] numbers = constants.array(StyledParameters.CONSTANT);
        constant.zero(0, grid * grid * pitch);
        for (int p = 0; p < grid * grid; p++) {
            constant.put(p * pitch, numbers, p * layer.in(), layer.in());
        }
        return scaled(new Place(constant, pitch, grid, grid, layer.in()), layer.name());
    }

    private Place scaled(Place from, String layer) {
        Place to = place(from.channels(), from.h(), from.w(), from.pitch());
        Tiles tiles = new Tiles(from.pitch(), to.pitch(), from.positions());
        steps.add(run -> tiles.scale(from.numbers(), run.factors().styles(layer), to.numbers()));
        return to;
    }

    private void export(String name, Place from, boolean doubled) {
        if (outputs.contains(name)) {
            int scale = doubled ? 2 : 1;
            MapExport export = new MapExport(from.channels(), scale * from.h(), scale * from.w(), true);
            exports.put(name, export);
            steps.add(run -> {
                NativeFloats to = export.numbers();
                int at = run.sample() * export.length();
                if (doubled) {
                    MapCopies.doubled(from.numbers(), from.pitch(), from.h(), from.w(), from.channels(), to, at);
                } else {
                    MapCopies.repitch(
                            from.numbers(),
                            0,
                            from.pitch(),
                            to,
                            at,
                            from.channels(),
                            from.positions(),
                            from.channels());
                }
            });
        }
    }

    /** Value and next key of a layer, as far as they are needed. */
    private Place[] convolve(int k, StyledLayer layer, Place from) {
        boolean noisy = layer.noise().isPresent()
                && (fed.contains(noise(layer.name())) || constants.array(noise(layer.name())).length > 0);
        // Fused steps know no clamp.
        boolean stepwise = noisy || !Double.isInfinite(layer.clamp());
        boolean value = demand.needsValue(k);
        String next = demand.makesKey(k + 1) ? layers.get(k + 1).name() : null;
        int pitch = pitchAfter(k);
        Place linear;
        if (layer.blur().isPresent()) {
            Place upwards = upwards(layer, from);
            linear = blurred(layer, upwards);
            pool.giveBack(upwards.numbers());
        } else if (from.h() < layer.keyGrid()) {
            linear = direct(layer, from, ConvolutionGeometry.doubling(from.pitch(), from.h(), from.w(), pitch, 4, 1));
        } else if (Winograd.pays(layer.in(), layer.out(), from.h(), from.w())) {
            linear = place(layer.out(), from.h(), from.w(), pitch);
            Winograd winograd = new Winograd(pool, layer.in(), from.pitch(), from.h(), from.w(), layer.out(), pitch);
            NativeFloats to = linear.numbers();
            steps.add(run -> winograd.run(from.numbers(), run.forms(layer).winograd(), to));
        } else {
            ConvolutionGeometry same =
                    ConvolutionGeometry.same(from.pitch(), from.h(), from.w(), pitch, StyledLayer.KERNEL);
            ConvolutionKernel kernel =
                    new ConvolutionKernel(scope, same, stepwise ? Fusion.NONE : Fusion.BIASED_LEAKY_SCALED, SLOPE);
            linear = place(layer.out(), from.h(), from.w(), pitch);
            weightSteps.add(new WeightStep(layer, kernel, false));
            kernel.on(from.numbers(), 0, linear.numbers(), 0);
            if (kernel.fusion() == Fusion.BIASED_LEAKY_SCALED) {
                activations.fused(layer, kernel, value ? null : next);
                // A key that is wanted besides the value is made of it.
                return value || next == null ? new Place[] {linear, null} : new Place[] {null, linear};
            }
            steps.add(run -> kernel.run());
        }
        Place toValue = value ? place(layer.out(), linear.h(), linear.w(), pitch) : null;
        Place toKey = next == null ? null : place(layer.out(), linear.h(), linear.w(), pitch);
        activations.later(layer, linear, toValue, toKey, next, noisy);
        pool.giveBack(linear.numbers());
        return new Place[] {toValue, toKey};
    }

    private Place direct(StyledLayer layer, Place from, ConvolutionGeometry geometry) {
        ConvolutionKernel kernel = new ConvolutionKernel(scope, geometry, Fusion.NONE, SLOPE);
        weightSteps.add(new WeightStep(layer, kernel, geometry.rows() > StyledLayer.KERNEL));
        Place to = place(layer.out(), geometry.height(), geometry.width(), geometry.out());
        kernel.on(from.numbers(), 0, to.numbers(), 0);
        steps.add(run -> kernel.run());
        return to;
    }

    /** The transposed convolution of stride 2, [h] to [2 h + 1]. */
    private Place upwards(StyledLayer layer, Place from) {
        int width = ChannelPitch.of(layer.out(), 4);
        if (!UpwardsConvolution.pays(layer.in(), layer.out(), from.h(), from.w())) {
            return direct(
                    layer,
                    from,
                    ConvolutionGeometry.doubling(from.pitch(), from.h(), from.w(), width, StyledLayer.KERNEL, 0));
        }
        Place to = place(layer.out(), 2 * from.h() + 1, 2 * from.w() + 1, width);
        UpwardsConvolution convolution =
                new UpwardsConvolution(pool, layer.in(), from.pitch(), from.h(), from.w(), layer.out(), width);
        steps.add(run -> convolution.run(from.numbers(), run.forms(layer).tapsFirst(), to.numbers()));
        return to;
    }

    private Place blurred(StyledLayer layer, Place from) {
        ConvolutionKernel blur = new ConvolutionKernel(
                scope, ConvolutionGeometry.depthwise(from.pitch(), from.h(), from.w(), 4, 1), Fusion.NONE, SLOPE);
        float[] filter = constants.array(StyledConstants.blur(layer));
        float[] each = new float[from.pitch() * filter.length];
        for (int c = 0; c < from.pitch(); c++) {
            System.arraycopy(filter, 0, each, c * filter.length, filter.length);
        }
        blur.layOutHere(each);
        Place to =
                place(from.channels(), blur.geometry().height(), blur.geometry().width(), from.pitch());
        blur.on(from.numbers(), 0, to.numbers(), 0);
        steps.add(run -> blur.run());
        return to;
    }

    /**
     * Computes and shows.
     *
     * @param feeds arrays by name
     * @param weights forms of editable weights
     * @param reader gets the outputs; an array is lent
     */
    void run(Map<String, INDArray> feeds, StyledWeights weights, BiConsumer<String, INDArray> reader) {
        Map<String, StyledWeights.Forms> forms = new HashMap<>();
        try (FedMaps maps = new FedMaps(feeds, weightNames)) {
            for (StyledLayer layer : layers) {
                INDArray weight = feeds.get(layer.weight());
                if (weight != null) {
                    forms.put(layer.name(), weights.of(layer, weight));
                }
            }
            weightSteps.forEach(step -> step.bind(forms));
            int samples = maps.samples();
            exports.values().forEach(export -> export.room(samples));
            StyledFactors factors = new StyledFactors(
                    constants, feeds, layer -> Named.in(forms, layer.name()).energy());
            StyledRows rows = new StyledRows(layers, outputs, samples);
            for (int sample = 0; sample < samples; sample++) {
                factors.begin(sample);
                Run run = new Run(sample, factors, maps, forms);
                for (Step step : steps) {
                    RewriteCancelledException.ifInterrupted("drawing images");
                    step.run(run);
                }
                rows.keep(factors, sample);
            }
            exports.forEach((name, export) -> reader.accept(name, export.view(samples)));
            rows.show(reader);
            showNoise(reader);
        } finally {
            forms.values().forEach(StyledWeights.Forms::release);
        }
    }

    private void showNoise(BiConsumer<String, INDArray> reader) {
        for (StyledLayer layer : layers) {
            String name = noise(layer.name());
            if (outputs.contains(name)) {
                float[] map = constants.array(name);
                int grid = layer.valueGrid();
                try (INDArray shown = Nd4j.createFromArray(map.length == 0 ? new float[grid * grid] : map)) {
                    reader.accept(name, shown.reshape('c', 1, 1, grid, grid));
                }
            }
        }
    }

    @Override
    public void close() {
        exports.values().forEach(MapExport::close);
        scope.close();
        pool.close();
    }
}
