package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.PatchReference;
import io.github.rewrite4j.RewriteWarning;
import io.github.rewrite4j.io.Facts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/**
 * What several patches do to one another on one generator: how much of what each draws alone is left when all are in
 * force, which one takes it away, and where their changes of a weight meet on the same keys.
 *
 * <p>A patch file holds no pictures of what it was made for, so its own effect is the measure. With A the images that it
 * draws alone (with the patches that it was learnt on, where they are in the stack), B the same without it, S those of
 * the whole stack, and R the pixels where A and B differ by more than {@value #VISIBLE} in some channel,
 *
 * <pre>{@code kept = 1 - sum_R |S - A| / sum_R |A - B|}</pre>
 *
 * which is 1 when nothing was lost, 0 when nothing is left, and negative when something else is drawn in its place. What
 * lies where other patches draw as well is counted apart, since one of two things in one place covers the other.
 *
 * <p>A patch also changes a little what it was not made for, and a later rule that keeps to its samples may take that back.
 * What a patch is for changes most, so warnings go by the object's share, in which each number counts by its own change:
 *
 * <pre>{@code object = 1 - sum_R |S - A| |A - B| / sum_R |A - B|^2}</pre>
 *
 * @param samples number of images that were looked at
 * @param effects one for each patch, in the order of the stack
 * @param overlaps for each ordered pair of patches and each weight that both change
 */
public record PatchInterplay(int samples, List<Effect> effects, List<KeyOverlap> overlaps) {
    /** Change of a channel, of the range 2, from which on a pixel belongs to what a patch draws. */
    static final double VISIBLE = 0.25;

    public PatchInterplay {
        Objects.requireNonNull(effects, "effects");
        Objects.requireNonNull(overlaps, "overlaps");
        effects = List.copyOf(effects);
        overlaps = List.copyOf(overlaps);
    }

    /**
     * What is left of one patch.
     *
     * @param area share of all pixels where it draws something, alone
     * @param kept share of it that is left in the stack; empty when it draws nothing that can be seen
     * @param shared share of it that lies where other patches draw, too
     * @param keptApart share that is left where no other patch draws; empty when there is no such place
     * @param object share of the object that is left where no other patch draws, or anywhere when there is no such place;
     *     empty when it draws nothing that can be seen
     * @param objectWithout what {@code object} would be without one of the others, by the place of that one in the stack
     * @param learntWith places in the stack of the patches that it was learnt on top of, and of those learnt on top of it
     * @param missing patches that it was learnt on top of and that are not in force, or not at that strength
     */
    public record Effect(
            double area,
            OptionalDouble kept,
            double shared,
            OptionalDouble keptApart,
            OptionalDouble object,
            Map<Integer, Double> objectWithout,
            Set<Integer> learntWith,
            List<PatchReference> missing) {
        public Effect {
            Objects.requireNonNull(kept, "kept");
            Objects.requireNonNull(keptApart, "keptApart");
            Objects.requireNonNull(object, "object");
            Objects.requireNonNull(objectWithout, "objectWithout");
            Objects.requireNonNull(learntWith, "learntWith");
            Objects.requireNonNull(missing, "missing");
            objectWithout = Map.copyOf(objectWithout);
            learntWith = Set.copyOf(learntWith);
            missing = List.copyOf(missing);
        }

        /** Flat, ordered facts for JSON; what could not be measured is left out. */
        public Facts facts() {
            Facts.Builder map = Facts.builder();
            map.put("area", area);
            kept.ifPresent(share -> map.put("kept", share));
            map.put("sharedPlace", shared);
            keptApart.ifPresent(share -> map.put("keptApart", share));
            object.ifPresent(share -> map.put("object", share));
            if (!objectWithout.isEmpty()) {
                Facts.Builder without = Facts.builder();
                new TreeMap<>(objectWithout).forEach((other, share) -> without.put("patch " + (other + 1), share));
                map.put("objectWithout", without.build());
            }
            if (!missing.isEmpty()) {
                map.put(
                        "missing",
                        missing.stream().map(PatchReference::toString).toList());
            }
            return map.build();
        }
    }

    /**
     * Measures a stack. Cost: up to 3 n + 1 drawings of the inputs for n patches, and two matrix products over some
     * unfolded keys for each change of a weight that another patch changes too.
     *
     * @param base the generator that the patches are applied to
     * @param stack patches that fit it, with their strengths
     * @param inputs of the generator; fresh samples say most
     */
    public static PatchInterplay of(Generator base, List<AppliedPatch> stack, Inputs inputs) {
        Objects.requireNonNull(base, "base");
        Objects.requireNonNull(stack, "stack");
        Objects.requireNonNull(inputs, "inputs");
        StackDrawings drawings = new StackDrawings(base, stack, inputs);
        List<PatchFootprint> footprints = new ArrayList<>();
        for (int patch = 0; patch < stack.size(); patch++) {
            footprints.add(PatchFootprint.of(drawings, patch));
        }
        List<Effect> effects = new ArrayList<>();
        for (PatchFootprint footprint : footprints) {
            effects.add(footprint.in(drawings, footprints));
        }
        return new PatchInterplay(inputs.size(), effects, KeyOverlap.of(base, stack, footprints, inputs));
    }

    /**
     * What the user should know; empty if all is well.
     *
     * @param names of the patches, in the order of the stack
     */
    public List<RewriteWarning> warnings(List<String> names) {
        Objects.requireNonNull(names, "names");
        return new InterplayWarnings(this, names).toList();
    }

    /** A table for reading, a line for each patch. */
    public String table(List<String> names) {
        int width = names.stream().mapToInt(String::length).max().orElse(0);
        StringBuilder text = new StringBuilder();
        for (int patch = 0; patch < effects.size(); patch++) {
            Effect effect = effects.get(patch);
            text.append(String.format(
                    Locale.ROOT,
                    "  %-" + Math.max(1, width)
                            + "s  draws %4.1f %% of the picture, kept %s, apart from others %s, its object %s%n",
                    names.get(patch),
                    100 * effect.area,
                    percent(effect.kept),
                    percent(effect.keptApart),
                    percent(effect.object)));
        }
        return text.toString().stripTrailing();
    }

    private static String percent(OptionalDouble share) {
        return share.isPresent() ? String.format(Locale.ROOT, "%.0f %%", 100 * share.getAsDouble()) : "-";
    }

    /** What was measured, for JSON; patches are named by their place, from 1. */
    public Facts facts() {
        Facts.Builder map = Facts.builder();
        map.put("samples", samples);
        map.put("effects", effects.stream().map(Effect::facts).toList());
        map.put("overlaps", overlaps.stream().map(KeyOverlap::facts).toList());
        return map.build();
    }
}
