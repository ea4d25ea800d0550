package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.strategy.EditCompiler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Draws images for the page. The generator with the rules that are in force stays open between calls, and while a strength is
 * dragged the keys before the layer that it changes are kept, so that only what lies behind runs. One call at a time.
 */
final class Painter implements AutoCloseable {
    private final Generator base;
    private @Nullable Open open;
    private @Nullable Cut cut;

    /** A generator with patches. */
    private record Open(String id, Generator generator) {}

    /** What a strength is dragged over. */
    private record Cut(String id, Generator others, AssociativeMemory memory, Keys keys) implements AutoCloseable {
        @Override
        public void close() {
            keys.close();
            others.close();
        }
    }

    Painter(Generator base) {
        this.base = base;
    }

    /** What is to be drawn: subjects, moved to domains where there are any. */
    record Scene(String id, List<? extends Subject> subjects, Map<String, Double> domains) {}

    /** Images [N, C, H, W] of a scene with patches, which the caller closes. */
    synchronized INDArray images(Scene scene, List<Applied> patches) {
        try (Inputs inputs = inputs(scene)) {
            return patched(patches).generate(inputs);
        }
    }

    /** The inputs of a scene, which the caller closes. */
    Inputs inputs(Scene scene) {
        Inputs inputs = Subject.inputs(scene.subjects(), base.sampler());
        Optional<ExpandedGenerator> expanded = base.capability(ExpandedGenerator.class);
        if (expanded.isEmpty() || scene.domains().values().stream().allMatch(value -> value == 0)) {
            return inputs;
        }
        return expanded.get().at(inputs, scene.domains());
    }

    private Generator patched(List<Applied> patches) {
        if (patches.isEmpty()) {
            return base;
        }
        String id = Applied.id(patches);
        Open now = open;
        if (now != null && now.id().equals(id)) {
            return now.generator();
        }
        Generator generator = Applied.open(base, patches);
        if (now != null) {
            now.generator().close();
        }
        open = new Open(id, generator);
        return generator;
    }

    /**
     * Images of a scene while the strength of one patch is dragged.
     *
     * @param others the patches that stay, without the one that is dragged
     */
    synchronized INDArray dragged(Scene scene, List<Applied> others, Applied dragged) {
        String id = scene.id() + scene.domains() + " | " + Applied.id(others) + " | " + dragged.key();
        Cut now = cut;
        if (now == null || !now.id().equals(id)) {
            Optional<Cut> made = cut(id, scene, others, dragged.patch());
            if (now != null) {
                now.close();
            }
            now = made.orElse(null);
            cut = now;
        }
        if (now == null) {
            List<Applied> all = new ArrayList<>(others);
            all.add(dragged);
            return images(scene, all);
        }
        AssociativeMemory memory = now.memory().with(dragged.patch(), dragged.strength());
        try (Changed values = new Changed(memory.values(now.keys()))) {
            return memory.decode(values.values());
        }
    }

    /** Values whose side tensors may be arrays of the keys, which are needed again: only the value itself is freed. */
    private record Changed(Values values) implements AutoCloseable {
        @Override
        public void close() {
            if (values.tensor().closeable()) {
                values.tensor().close();
            }
        }
    }

    private Optional<Cut> cut(String id, Scene scene, List<Applied> others, Patch patch) {
        Set<String> weights = patch.deltas().stream().map(WeightDelta::weight).collect(Collectors.toSet());
        List<Layer> changed = base.layers().stream()
                .filter(layer -> weights.contains(layer.weight()))
                .toList();
        if (changed.size() != weights.size()) {
            return Optional.empty();
        }
        Generator generator = Applied.open(base, others);
        try (Inputs inputs = inputs(scene)) {
            AssociativeMemory memory = generator.memory(
                    changed.get(0).name(), changed.get(changed.size() - 1).name());
            return Optional.of(new Cut(id, generator, memory, memory.keys(inputs)));
        } catch (RuntimeException failure) {
            generator.close();
            throw failure;
        }
    }

    /** The paste as the layer would draw it: what the edit asks for, one image for each paste. */
    synchronized INDArray goal(List<Applied> patches, String layer, Edit edit) {
        AssociativeMemory memory = patched(patches).memory(layer);
        Rule rule = EditCompiler.rule(memory, edit);
        try (Keys keys = rule.keys();
                INDArray goal = rule.goal();
                Values values = memory.values(keys)) {
            return memory.decode(values.withTensor(goal));
        }
    }

    /** Something else that is computed on a layer of the generator with patches. */
    synchronized <T> T at(List<Applied> patches, String layer, Function<AssociativeMemory, T> work) {
        return work.apply(patched(patches).memory(layer));
    }

    @Override
    public synchronized void close() {
        if (cut != null) {
            cut.close();
            cut = null;
        }
        if (open != null) {
            open.generator().close();
            open = null;
        }
    }
}
