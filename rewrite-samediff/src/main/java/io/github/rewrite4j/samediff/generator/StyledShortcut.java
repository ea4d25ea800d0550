package io.github.rewrite4j.samediff.generator;

import static io.github.rewrite4j.samediff.generator.ModulatedLayers.demodulation;
import static io.github.rewrite4j.samediff.generator.ModulatedLayers.key;
import static io.github.rewrite4j.samediff.generator.ModulatedLayers.modulation;
import static io.github.rewrite4j.samediff.generator.ModulatedLayers.styleEnergy;
import static io.github.rewrite4j.samediff.generator.ModulatedLayers.value;

import io.github.rewrite4j.Activation;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.generator.StyledNetwork.Dense;
import io.github.rewrite4j.samediff.generator.StyledNetwork.StyledLayer;
import io.github.rewrite4j.samediff.generator.StyledNetwork.ToRgb;
import io.github.rewrite4j.samediff.graph.Named;
import io.github.rewrite4j.samediff.graph.Shortcut;
import io.github.rewrite4j.samediff.latent.LatentExpansion;
import java.lang.ref.WeakReference;
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
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The forward pass of a plain style-based generator without a session: no noise, no up-sampling convolutions, one
 * conversion to RGB at the end. Other networks run through their graph.
 *
 * <p>Maps are [N, H, W, C] inside, which the convolution kernels are quickest in, and lie on a {@link Workbench}; keys,
 * values and images are shown as [N, C, H, W] with the strides that they have there. The gain of the activation is drawn into demodulation and bias,
 * which a leaky rectifier allows, and pixels are doubled along rows by the multiplication that modulates them.
 */
final class StyledShortcut implements Shortcut {
    private final StyledNetwork network;
    private final Optional<LatentProjection> projection;
    private final Set<String> known = new HashSet<>();
    private final Map<String, INDArray> biases = new HashMap<>();
    private final Map<String, INDArray> denseBiases = new HashMap<>();
    private final Map<String, INDArray> gains = new HashMap<>();
    private final INDArray gain = Nd4j.scalar((float) Activation.STYLEGAN2.gain());
    private final INDArray slope = Nd4j.scalar((float) Activation.STYLEGAN2.slope());
    private final INDArray epsilon = Nd4j.scalar((float) ModulatedLayers.DEMODULATION_EPSILON);
    private final INDArray tiny = Nd4j.scalar(1e-8f);
    private final INDArray inverseRoot = Nd4j.scalar(-0.5f);
    private final INDArray averaging;
    private final INDArray constant;
    private final INDArray toRgb;
    private final INDArray rgbBias;
    private final Workbench.Shelf shelf = new Workbench.Shelf();
    private final Map<String, WeightEnergy> energies = new ConcurrentHashMap<>();

    /** What demodulation needs of the weight that a layer was last run with; weights of generators never change. */
    private record WeightEnergy(WeakReference<INDArray> weight, INDArray energy) {}

    private StyledShortcut(StyledNetwork network, Optional<LatentExpansion> expansion, ToRgb last) {
        this.network = network;
        this.projection = expansion.map(LatentProjection::of);
        if (projection.isPresent()) {
            known.add(StyledGraph.TRUNCATED);
        }
        for (StyledLayer layer : network.layers()) {
            String name = layer.name();
            known.addAll(List.of(key(name), value(name), modulation(name), demodulation(name), styleEnergy(name)));
            biases.put(name, layer.bias().mul(Activation.STYLEGAN2.gain()).reshape(layer.out()));
            gains.put(name, Nd4j.scalar((float) layer.gain()));
            add(layer.modulation());
        }
        known.add(StyledGraph.STYLE);
        known.add(StyledGraph.OUTPUT);
        network.mapping().forEach(this::add);
        this.averaging = Nd4j.valueArrayOf(new long[] {network.latent(), 1}, 1f / network.latent(), DataType.FLOAT);
        this.constant = network.constant().permute(0, 2, 3, 1).dup('c');
        this.toRgb = last.weight().dup('c').reshape('c', last.weight().size(2), 3);
        this.rgbBias = last.bias().reshape(3).dup('c');
    }

    private void add(Dense dense) {
        denseBiases.put(dense.name(), dense.bias().reshape(dense.bias().length()));
    }

    /** The shortcut of a network, or none. */
    static Shortcut of(StyledNetwork network, Optional<LatentExpansion> expansion) {
        List<StyledLayer> layers = network.layers();
        Optional<ToRgb> last = layers.get(layers.size() - 1).toRgb();
        boolean plain = layers.stream()
                        .allMatch(
                                layer -> layer.blur().isEmpty() && layer.noise().isEmpty())
                && layers.stream().filter(layer -> layer.toRgb().isPresent()).count() == 1
                && !layers.get(layers.size() - 1).doubled()
                && last.isPresent()
                && last.get().modulation().isEmpty();
        return plain ? new StyledShortcut(network, expansion, last.orElseThrow()) : Shortcut.NONE;
    }

    private INDArray energyOf(StyledLayer layer, INDArray weight) {
        WeightEnergy kept = energies.get(layer.name());
        if (kept == null || !kept.weight().refersTo(weight)) {
            kept = new WeightEnergy(new WeakReference<>(weight), Kernels.energyOf(weight, layer.gain()));
            energies.put(layer.name(), kept);
        }
        return kept.energy();
    }

    @Override
    public boolean run(Map<String, INDArray> feeds, Collection<String> outputs, BiConsumer<String, INDArray> reader) {
        if (!known.containsAll(outputs)) {
            return false;
        }
        // What is fed decides where a run begins, and so what it asks of its bench.
        Object kind = List.of(Set.copyOf(outputs), Set.copyOf(feeds.keySet()));
        shelf.with(kind, bench -> new Run(bench, feeds, outputs, reader).show());
        return true;
    }

    /** One run. What is asked for is computed from what is fed, and nothing else. */
    private final class Run {
        private final Workbench bench;
        private final Kernels kernels;
        private final Map<String, INDArray> arrays;
        private final Collection<String> outputs;
        private final BiConsumer<String, INDArray> reader;
        private int stretch;

        Run(
                Workbench bench,
                Map<String, INDArray> feeds,
                Collection<String> outputs,
                BiConsumer<String, INDArray> reader) {
            this.bench = bench;
            this.kernels = new Kernels(bench);
            this.arrays = new HashMap<>(feeds);
            this.outputs = outputs;
            this.reader = reader;
        }

        void show() {
            maps();
            for (StyledLayer layer : network.layers()) {
                String name = layer.name();
                give(styleEnergy(name), () -> energy(layer));
                give(modulation(name), () -> style(layer).reshape('c', -1, layer.in(), 1, 1));
                give(demodulation(name), () -> factors(layer).reshape('c', -1, layer.out(), 1, 1));
            }
            give(StyledGraph.STYLE, this::w);
            give(StyledGraph.TRUNCATED, this::truncated);
        }

        private void give(String name, Supplier<INDArray> array) {
            if (outputs.contains(name)) {
                reader.accept(name, array.get());
            }
        }

        /** From the last map that is fed to the last one that is wanted. */
        private void maps() {
            List<StyledLayer> layers = network.layers();
            int last = -1;
            boolean wantsLastValue = outputs.contains(StyledGraph.OUTPUT);
            for (int k = 0; k < layers.size(); k++) {
                if (outputs.contains(key(layers.get(k).name()))
                        || outputs.contains(value(layers.get(k).name()))) {
                    last = k;
                }
            }
            last = wantsLastValue ? layers.size() - 1 : last;
            if (last < 0) {
                return;
            }
            boolean stopsAtKey =
                    !wantsLastValue && !outputs.contains(value(layers.get(last).name()));
            int first = last;
            while (first >= 0 && !fed(layers.get(first), first == last && stopsAtKey)) {
                first--;
            }
            INDArray x = null;
            for (int k = Math.max(0, first); k <= last; k++) {
                x = layer(layers, k, x, k == last && stopsAtKey);
            }
            if (wantsLastValue && x != null) {
                reader.accept(StyledGraph.OUTPUT, image(x));
            }
        }

        private boolean fed(StyledLayer layer, boolean keyOnly) {
            return arrays.containsKey(key(layer.name())) || (!keyOnly && arrays.containsKey(value(layer.name())));
        }

        /** The value, or the key where that is the end. */
        private INDArray layer(List<StyledLayer> layers, int k, @Nullable INDArray before, boolean keyOnly) {
            StyledLayer layer = layers.get(k);
            INDArray given = keyOnly ? null : arrays.get(value(layer.name()));
            if (given != null) {
                return channelsLast(given);
            }
            INDArray fedKey = arrays.get(key(layer.name()));
            INDArray x;
            if (fedKey != null) {
                x = channelsLast(fedKey);
            } else {
                boolean doubled = k > 0 && layers.get(k - 1).doubled();
                x = modulated(before == null ? constant : before, layer, doubled);
            }
            want(key(layer.name()), x);
            if (keyOnly) {
                return x;
            }
            INDArray y = activated(x, layer);
            want(value(layer.name()), y);
            return y;
        }

        private void want(String name, INDArray map) {
            if (outputs.contains(name)) {
                reader.accept(name, map.permute(0, 3, 1, 2));
            }
        }

        private INDArray next(long... shape) {
            stretch = 1 - stretch;
            return bench.array(stretch, shape);
        }

        private INDArray channelsLast(INDArray map) {
            INDArray turned = next(map.size(0), map.size(2), map.size(3), map.size(1));
            return turned.assign(map.permute(0, 2, 3, 1));
        }

        private INDArray modulated(INDArray x, StyledLayer layer, boolean doubled) {
            INDArray s = style(layer);
            long n = s.size(0);
            long h = x.size(1);
            long w = x.size(2);
            long c = x.size(3);
            if (!doubled) {
                return kernels.scale(x, s, next(n, h, w, c));
            }
            INDArray twice = kernels.beside(bench.own(n, 2 * c), s, s);
            INDArray wide = next(n, h * w, 2, c);
            kernels.multiply(bench.view(x, x.size(0), h * w, 1, c), bench.view(twice, n, 1, 2, c), wide);
            INDArray rows = bench.view(wide, n * h, 2 * w * c);
            INDArray key = next(n * h, 4 * w * c);
            kernels.beside(key, rows, rows);
            return bench.view(key, n, 2 * h, 2 * w, c);
        }

        private INDArray activated(INDArray key, StyledLayer layer) {
            INDArray d = factors(layer);
            INDArray scale = kernels.multiply(d, gain, bench.own(d.shape()));
            INDArray linear = next(key.size(0), key.size(1), key.size(2), layer.out());
            kernels.convolve(key, Named.in(arrays, layer.weight()), linear);
            // The key is not needed any more: its stretch takes the result. Scaling in place is slower.
            INDArray y = next(linear.shape());
            kernels.scale(linear, scale, y);
            kernels.bias(y, Named.in(biases, layer.name()), y);
            return kernels.larger(y, kernels.multiply(y, slope, linear), y);
        }

        private INDArray image(INDArray x) {
            long n = x.size(0);
            long h = x.size(1);
            long w = x.size(2);
            INDArray rgb = next(n * h * w, 3);
            kernels.product(bench.view(x, n * h * w, x.size(3)), toRgb, rgb);
            kernels.bias(rgb, rgbBias, rgb);
            return bench.view(rgb, n, h, w, 3).permute(0, 3, 1, 2);
        }

        /** [N, in] styles of a layer. */
        private INDArray style(StyledLayer layer) {
            INDArray given = arrays.get(modulation(layer.name()));
            if (given == null) {
                given = dense(w(), layer.modulation());
                arrays.put(modulation(layer.name()), given);
            }
            return rows(given);
        }

        /** As it is, or [N, C, 1, 1] as [N, C]. */
        private INDArray rows(INDArray array) {
            return array.rank() == 2 ? array : bench.view(array, array.size(0), array.size(1));
        }

        private INDArray energy(StyledLayer layer) {
            INDArray given = arrays.get(styleEnergy(layer.name()));
            if (given == null) {
                INDArray s = style(layer);
                given = kernels.multiply(s, s, bench.own(s.shape()));
                arrays.put(styleEnergy(layer.name()), given);
            }
            return rows(given);
        }

        /** [N, out] demodulation of a layer, gain included: g / sqrt(sum_i e_i E_io + epsilon). */
        private INDArray factors(StyledLayer layer) {
            INDArray given = arrays.get(demodulation(layer.name()));
            if (given == null) {
                INDArray ofWeight = energyOf(layer, Named.in(arrays, layer.weight()));
                INDArray e = energy(layer);
                INDArray d = kernels.product(e, ofWeight, bench.own(e.size(0), layer.out()));
                kernels.power(kernels.plus(d, epsilon), inverseRoot);
                given = layer.gain() == 1 ? d : kernels.multiply(d, Named.in(gains, layer.name()), d);
                arrays.put(demodulation(layer.name()), given);
            }
            return rows(given);
        }

        private INDArray w() {
            INDArray given = arrays.get(StyledGraph.STYLE);
            if (given == null) {
                INDArray truncated = truncated();
                given = projection
                        .map(onto -> onto.apply(
                                truncated,
                                Named.in(arrays, ExpandedGenerator.OFFSET),
                                Named.in(arrays, ExpandedGenerator.DOMAINS)))
                        .orElse(truncated);
                arrays.put(StyledGraph.STYLE, given);
            }
            return given;
        }

        private INDArray truncated() {
            INDArray x = normalised(Named.in(arrays, LatentSampler.LATENT));
            for (Dense dense : network.mapping()) {
                INDArray y = dense(x, dense);
                INDArray low = kernels.multiply(y, slope, bench.own(y.shape()));
                x = kernels.multiply(kernels.larger(y, low, y), gain, y);
            }
            INDArray mean = network.latentMean();
            kernels.multiply(kernels.minus(x, mean, x), Named.in(arrays, LatentSampler.TRUNCATION), x);
            return kernels.plus(x, mean);
        }

        /** z / sqrt(mean(z^2) + 1e-8), row by row. */
        private INDArray normalised(INDArray z) {
            INDArray squares = kernels.multiply(z, z, bench.own(z.shape()));
            INDArray means = kernels.product(squares, averaging, bench.own(z.size(0), 1));
            kernels.power(kernels.plus(means, tiny), inverseRoot);
            return kernels.multiply(z, means, squares);
        }

        private INDArray dense(INDArray x, Dense dense) {
            return kernels.affine(x, dense.weight(), Named.in(denseBiases, dense.name()));
        }
    }
}
