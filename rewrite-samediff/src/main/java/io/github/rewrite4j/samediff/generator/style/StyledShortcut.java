package io.github.rewrite4j.samediff.generator.style;

import static io.github.rewrite4j.samediff.generator.style.ModulatedLayers.demodulation;
import static io.github.rewrite4j.samediff.generator.style.ModulatedLayers.enlarged;
import static io.github.rewrite4j.samediff.generator.style.ModulatedLayers.key;
import static io.github.rewrite4j.samediff.generator.style.ModulatedLayers.modulation;
import static io.github.rewrite4j.samediff.generator.style.ModulatedLayers.noise;
import static io.github.rewrite4j.samediff.generator.style.ModulatedLayers.styleEnergy;
import static io.github.rewrite4j.samediff.generator.style.ModulatedLayers.value;

import io.github.rewrite4j.samediff.engine.kernel.OneDnn;
import io.github.rewrite4j.samediff.engine.kernel.Shelf;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.StyledLayer;
import io.github.rewrite4j.samediff.graph.internal.Shortcut;
import io.github.rewrite4j.samediff.latent.LatentExpansion;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The forward pass of style-based generators without a session: a {@link StyledPlan} for each set of outputs and feeds.
 * Needs oneDNN's natives and arrays in the host's memory; without them everything runs through the graph.
 */
final class StyledShortcut implements Shortcut {
    private final Set<String> known = new HashSet<>();
    private final StyledWeights weights = new StyledWeights();
    private final Shelf<Kind, StyledPlan> plans;

    private record Kind(Set<String> outputs, Set<String> fed) {}

    private StyledShortcut(StyledNetwork network, Optional<LatentExpansion> expansion) {
        Optional<LatentProjection> projection = expansion.map(LatentProjection::of);
        known.addAll(List.of(StyledGraph.STYLE, StyledGraph.OUTPUT));
        if (projection.isPresent()) {
            known.add(StyledGraph.TRUNCATED);
        }
        for (StyledLayer layer : network.layers()) {
            String name = layer.name();
            known.addAll(List.of(key(name), value(name), modulation(name), demodulation(name), styleEnergy(name)));
            layer.noise().ifPresent(fixed -> known.add(noise(name)));
            layer.toRgb().ifPresent(toRgb -> {
                known.add(toRgb.name());
                toRgb.modulation().ifPresent(dense -> known.add(modulation(toRgb.name())));
                toRgb.enlarge().ifPresent(kernel -> known.add(enlarged(toRgb.name())));
            });
        }
        StyledConstants constants = new StyledConstants(network, projection);
        this.plans = new Shelf<>(kind -> new StyledPlan(network, constants, kind.outputs(), kind.fed()));
    }

    /** The shortcut of a network, or none. */
    static Shortcut of(StyledNetwork network, Optional<LatentExpansion> expansion) {
        List<StyledLayer> layers = network.layers();
        boolean regular = layers.get(layers.size() - 1).toRgb().isPresent();
        for (int k = 0; k < layers.size(); k++) {
            StyledLayer layer = layers.get(k);
            boolean last = k == layers.size() - 1;
            boolean read = layer.toRgb().isPresent();
            regular &= !layer.doubled()
                    || (!read && !last && layers.get(k + 1).blur().isEmpty());
        }
        return regular && OneDnn.available() ? new StyledShortcut(network, expansion) : Shortcut.NONE;
    }

    @Override
    public boolean run(Map<String, INDArray> feeds, Collection<String> outputs, BiConsumer<String, INDArray> reader) {
        if (!known.containsAll(outputs)) {
            return false;
        }
        Kind kind = new Kind(Set.copyOf(outputs), Set.copyOf(feeds.keySet()));
        plans.with(kind, plan -> plan.run(feeds, weights, reader));
        return true;
    }
}
