package io.github.rewrite4j.samediff.layers;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.closedform.ContextDirections;
import io.github.rewrite4j.samediff.strategy.EditCompiler;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * The layer whose keys tell marked places best from all others, for what starts from a context alone: erasing, searching. With
 * d the direction of some of the contexts, h = d'k and the others' cells,
 *
 * <pre>{@code focus = (s - p) / (1 - p),   s = sum of h^2 where marked / sum of h^2,   p = share of cells that are marked}</pre>
 *
 * is 0 where the direction answers everywhere alike and 1 where it answers in marked places only. Contexts at even and at odd
 * places take turns in giving the direction and being looked at; a single one is both.
 *
 * @param layer the one of largest focus
 * @param focus of each layer in order; absent where a context selects nothing or statistics are singular
 * @param reason one sentence
 */
public record ContextLayers(String layer, Map<String, OptionalDouble> focus, String reason) {
    private static final int STATISTICS = 200;
    private static final double RIDGE = 1e-6;

    public ContextLayers {
        Objects.requireNonNull(layer, "layer");
        Objects.requireNonNull(focus, "focus");
        Objects.requireNonNull(reason, "reason");
        focus = new LinkedHashMap<>(focus);
    }

    @Override
    public Map<String, OptionalDouble> focus() {
        return new LinkedHashMap<>(focus);
    }

    /**
     * Looks at all layers.
     *
     * @param contexts marked places, at least one
     * @throws RewriteException when the contexts select nothing at any layer
     */
    public static ContextLayers of(Generator generator, List<Selection> contexts, RewriteListener listener) {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(contexts, "contexts");
        Objects.requireNonNull(listener, "listener");
        if (contexts.isEmpty()) {
            throw new IllegalArgumentException("Mark at least one place.");
        }
        List<Layer> layers = generator.layers();
        Map<String, OptionalDouble> focus = new LinkedHashMap<>();
        String best = "";
        String refused = "";
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < layers.size(); i++) {
            String name = layers.get(i).name();
            listener.report("looking at layers", i, layers.size());
            try {
                double there = focus(generator.memory(name), contexts);
                focus.put(name, OptionalDouble.of(there));
                if (there > most) {
                    most = there;
                    best = name;
                }
            } catch (RewriteCancelledException stopped) {
                throw stopped;
            } catch (RewriteException | IllegalArgumentException impossible) {
                refused = String.valueOf(impossible.getMessage());
                focus.put(name, OptionalDouble.empty());
            }
        }
        listener.report("looking at layers", layers.size(), layers.size());
        if (best.isEmpty()) {
            throw new RewriteException("No layer tells the marked places from others. " + refused);
        }
        return new ContextLayers(
                best,
                focus,
                String.format(
                        Locale.ROOT,
                        "%s: its keys tell the marked places best from others (focus %.2f of 1, of %d layers)",
                        best,
                        most,
                        focus.values().stream()
                                .filter(OptionalDouble::isPresent)
                                .count()));
    }

    /** Both ways round, where there are two contexts. */
    private static double focus(AssociativeMemory memory, List<Selection> contexts) {
        List<Selection> even = everyOther(contexts, 0);
        List<Selection> odd = everyOther(contexts, 1);
        KeyCovariance usual = memory.covariance(STATISTICS, Sample.DEFAULT_SEED, RewriteListener.SILENT);
        return odd.isEmpty()
                ? focus(memory, usual, even, even)
                : (focus(memory, usual, even, odd) + focus(memory, usual, odd, even)) / 2;
    }

    private static List<Selection> everyOther(List<Selection> all, int from) {
        List<Selection> some = new ArrayList<>();
        for (int i = from; i < all.size(); i += 2) {
            some.add(all.get(i));
        }
        return some;
    }

    private static double focus(
            AssociativeMemory memory, KeyCovariance usual, List<Selection> learnt, List<Selection> looked) {
        Edit edit = new Edit(learnt.get(0), learnt, learnt);
        float[] direction = HostArrays.of(ContextDirections.zca()
                .withRidge(RIDGE)
                .directions(usual, EditCompiler.context(memory, edit), 1)
                .toArray());
        List<Subject> subjects = looked.stream().map(Selection::subject).toList();
        FeatureShape shape = memory.spec().keyShape();
        int plane = shape.height() * shape.width();
        double inside = 0;
        double all = 0;
        double marked = 0;
        try (Inputs inputs = Subject.inputs(subjects, memory.sampler());
                Keys keys = memory.keys(inputs)) {
            float[] maps = HostArrays.of(keys.tensor());
            for (int n = 0; n < looked.size(); n++) {
                Mask mask = looked.get(n)
                        .region()
                        .requireOnGrid(
                                memory.spec().generator().imageHeight(),
                                memory.spec().generator().imageWidth(),
                                shape);
                for (int p = 0; p < plane; p++) {
                    double heat = 0;
                    for (int c = 0; c < shape.channels(); c++) {
                        heat += direction[c] * maps[(n * shape.channels() + c) * plane + p];
                    }
                    double weight = mask.value(p / shape.width(), p % shape.width());
                    inside += weight * heat * heat;
                    all += heat * heat;
                    marked += weight;
                }
            }
        }
        double share = marked / (plane * looked.size());
        return all == 0 || share >= 1 ? 0 : (inside / all - share) / (1 - share);
    }

    /** What was measured. */
    public Facts facts() {
        Facts.Builder byLayer = Facts.builder();
        focus.forEach(byLayer::put);
        return Facts.builder()
                .put("layer", layer)
                .put("reason", reason)
                .put("focus", byLayer.build())
                .build();
    }
}
