package io.github.rewrite4j.samediff.engine.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The steps of a plan that depend on weights alone: energies of a weight for its demodulation, a kernel for positions that
 * are not doubled yet. They run when a weight is another one than in the run before, before all others.
 */
final class Settled {
    private static final int KERNEL = 4;

    private final Map<Slot, Step> producers = new HashMap<>();
    private final Set<Slot> weights = new HashSet<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<Step> others = new ArrayList<>();
    private final Set<Slot> lasting = new HashSet<>();

    /**
     * Divides.
     *
     * @param all in order
     * @param feeds roots of what is fed
     * @param wanted roots of what is read after a run
     */
    Settled(List<Step> all, Set<Slot> feeds, Set<Slot> wanted) {
        all.forEach(step -> step.outputs().forEach(output -> producers.put(output.root(), step)));
        for (Step step : all) {
            if (step instanceof ConvolutionStep convolution) {
                Set<Slot> behind = new HashSet<>();
                collect(convolution.weight().root(), feeds, behind);
                // A kernel of one fed kernel. What is computed from several, latents among them, is another in every
                // run.
                if (behind.size() == 1 && behind.iterator().next().rank() == KERNEL) {
                    weights.addAll(behind);
                }
            }
        }
        Set<Slot> known = new HashSet<>(weights);
        for (Step step : all) {
            boolean settled = step.outputs().stream().noneMatch(Slot::tracked)
                    && step.inputs().stream().allMatch(input -> input.isKnown() || known.contains(input.root()));
            (settled ? steps : others).add(step);
            if (settled) {
                step.outputs().forEach(output -> known.add(output.root()));
            }
        }
        Set<Slot> made = new HashSet<>();
        steps.forEach(step -> step.outputs().forEach(output -> made.add(output.root())));
        others.forEach(step -> step.inputs().forEach(input -> lasting.add(input.root())));
        lasting.addAll(wanted);
        lasting.retainAll(made);
        lasting.forEach(Slot::hasVersions);
        lasting.addAll(weights);
    }

    private void collect(Slot root, Set<Slot> feeds, Set<Slot> behind) {
        Step producer = producers.get(root);
        if (producer != null) {
            producer.inputs().forEach(input -> collect(input.root(), feeds, behind));
        } else if (feeds.contains(root)) {
            behind.add(root);
        }
    }

    /** Feeds that are kernels of convolutions: mostly the same ones as in the run before. */
    boolean isWeight(Slot feed) {
        return weights.contains(feed.root());
    }

    /** Steps that depend on weights alone. */
    List<Step> steps() {
        return steps;
    }

    /** The steps of every run. */
    List<Step> others() {
        return others;
    }

    /** Values that are kept from run to run. */
    Set<Slot> lasting() {
        return lasting;
    }
}
