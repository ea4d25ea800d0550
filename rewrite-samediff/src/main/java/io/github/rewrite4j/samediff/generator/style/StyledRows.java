package io.github.rewrite4j.samediff.generator.style;

import static io.github.rewrite4j.samediff.generator.style.ModulatedLayers.demodulation;
import static io.github.rewrite4j.samediff.generator.style.ModulatedLayers.modulation;
import static io.github.rewrite4j.samediff.generator.style.ModulatedLayers.styleEnergy;

import io.github.rewrite4j.samediff.generator.style.StyledNetwork.StyledLayer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What of a run is wanted and has one number for each channel, a row a sample. */
final class StyledRows {
    private final List<StyledLayer> layers;
    private final Set<String> outputs;
    private final int samples;
    private final Map<String, float[][]> rows = new HashMap<>();

    StyledRows(List<StyledLayer> layers, Set<String> outputs, int samples) {
        this.layers = layers;
        this.outputs = outputs;
        this.samples = samples;
    }

    /** Keeps what is wanted of a sample, which the factors are at. */
    void keep(StyledFactors factors, int sample) {
        for (StyledLayer layer : layers) {
            String name = layer.name();
            keep(modulation(name), sample, () -> factors.styles(name));
            keep(styleEnergy(name), sample, () -> factors.energy(layer));
            keep(demodulation(name), sample, () -> factors.demodulation(layer));
            layer.toRgb()
                    .filter(toRgb -> toRgb.modulation().isPresent())
                    .ifPresent(toRgb -> keep(modulation(toRgb.name()), sample, () -> factors.styles(toRgb.name())));
        }
        keep(StyledGraph.STYLE, sample, factors::latent);
        keep(StyledGraph.TRUNCATED, sample, factors::truncated);
    }

    private void keep(String name, int sample, Supplier<float[]> row) {
        if (outputs.contains(name)) {
            rows.computeIfAbsent(name, n -> new float[samples][])[sample] = row.get();
        }
    }

    /** Shows all, in the shapes that the graph gives them. */
    void show(BiConsumer<String, INDArray> reader) {
        rows.forEach((name, numbers) -> {
            boolean matrix = name.equals(StyledGraph.STYLE)
                    || name.equals(StyledGraph.TRUNCATED)
                    || layers.stream().anyMatch(layer -> name.equals(styleEnergy(layer.name())));
            try (INDArray array = Nd4j.create(numbers)) {
                reader.accept(name, matrix ? array : array.reshape('c', array.size(0), array.size(1), 1, 1));
            }
        });
    }
}
