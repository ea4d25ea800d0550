package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.PatchReference;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
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
 * @param samples number of images that were looked at
 * @param effects one for each patch, in the order of the stack
 * @param overlaps for each ordered pair of patches and each weight that both change
 */
public record PatchInterplay(int samples, List<Effect> effects, List<KeyOverlap> overlaps) {
    /** Change of a channel, of the range 2, from which on a pixel belongs to what a patch draws. */
    static final double VISIBLE = 0.25;

    private static final double ENOUGH = 0.9;
    private static final double BLAMED = 0.05;
    private static final double MEETING = 0.5;

    public PatchInterplay {
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
     * @param keptWithout what would be left without one of the others, by the place of that one in the stack
     * @param missing patches that it was learnt on top of and that are not in force, or not at that strength
     */
    public record Effect(
            double area,
            OptionalDouble kept,
            double shared,
            OptionalDouble keptApart,
            Map<Integer, Double> keptWithout,
            List<PatchReference> missing) {
        public Effect {
            keptWithout = Map.copyOf(keptWithout);
            missing = List.copyOf(missing);
        }

        /** Flat, ordered facts for JSON; what could not be measured is left out. */
        public Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("area", area);
            kept.ifPresent(share -> map.put("kept", share));
            map.put("sharedPlace", shared);
            keptApart.ifPresent(share -> map.put("keptApart", share));
            if (!keptWithout.isEmpty()) {
                Map<String, Double> without = new LinkedHashMap<>();
                new TreeMap<>(keptWithout).forEach((other, share) -> without.put("patch " + (other + 1), share));
                map.put("keptWithout", without);
            }
            if (!missing.isEmpty()) {
                map.put(
                        "missing",
                        missing.stream().map(PatchReference::toString).toList());
            }
            return map;
        }
    }

    /**
     * Measures a stack. Cost: up to 4 n + 1 drawings of the inputs for n patches, and two matrix products over some
     * unfolded keys for each change of a weight that another patch changes too.
     *
     * @param base the generator that the patches are applied to
     * @param stack patches that fit it, with their strengths
     * @param inputs of the generator; fresh samples say most
     */
    public static PatchInterplay of(Generator base, List<AppliedPatch> stack, Inputs inputs) {
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

    /** The share of what a patch draws that is left where no other patch draws, or anywhere where all is shared. */
    private static OptionalDouble fairlyKept(Effect effect) {
        return effect.keptApart.isPresent() ? effect.keptApart : effect.kept;
    }

    /**
     * What the user should know, one sentence each; empty if all is well.
     *
     * @param names of the patches, in the order of the stack
     */
    public List<String> warnings(List<String> names) {
        List<String> warnings = new ArrayList<>();
        for (int patch = 0; patch < effects.size(); patch++) {
            Effect effect = effects.get(patch);
            String name = names.get(patch);
            for (PatchReference missing : effect.missing) {
                warnings.add(name + " was learnt on top of patch " + missing
                        + ", which is not in force like that: what it does without has not been measured; apply that"
                        + " one as well, at that strength");
            }
            if (effect.kept.isEmpty()) {
                warnings.add(name + " changes no pixel by more than " + VISIBLE + " on these samples");
            } else if (effects.size() > 1 && fairlyKept(effect).orElse(1) < ENOUGH) {
                warnings.add(String.format(
                        Locale.ROOT,
                        "%s keeps %d %% of what it draws alone%s: learn one on top of the other (--patch of paste and"
                                + " edit)",
                        name,
                        Math.round(100 * fairlyKept(effect).orElseThrow()),
                        blamed(patch, names)));
            } else if (effects.size() > 1 && effect.kept.orElse(1) < ENOUGH) {
                warnings.add(String.format(
                        Locale.ROOT,
                        "%.0f %% of what %s draws lies where other patches draw too, and they cover it",
                        100 * effect.shared,
                        name));
            }
        }
        meetings().forEach(overlap -> warnings.add(overlap.sentence(names)));
        return warnings;
    }

    /** Of each two patches that were learnt apart and meet, where they do so most. */
    private List<KeyOverlap> meetings() {
        Map<BitSet, KeyOverlap> worst = new LinkedHashMap<>();
        for (KeyOverlap overlap : overlaps) {
            if (overlap.load() > MEETING && !overlap.learntTogether()) {
                BitSet pair = new BitSet();
                pair.set(overlap.of());
                pair.set(overlap.by());
                worst.merge(pair, overlap, (one, other) -> other.load() > one.load() ? other : one);
            }
        }
        return List.copyOf(worst.values());
    }

    /** Names those without which more would be left. */
    private String blamed(int patch, List<String> names) {
        Effect effect = effects.get(patch);
        double kept = fairlyKept(effect).orElse(1);
        StringBuilder text = new StringBuilder();
        effect.keptWithout.entrySet().stream()
                .filter(without -> without.getValue() > kept + BLAMED)
                .sorted(Map.Entry.<Integer, Double>comparingByValue().reversed())
                .forEach(without -> text.append(text.isEmpty() ? " (" : ", ")
                        .append(String.format(
                                Locale.ROOT,
                                "%.0f %% without %s",
                                100 * without.getValue(),
                                names.get(without.getKey()))));
        return text.isEmpty() ? "" : text.append(')').toString();
    }

    /** A table for reading, a line for each patch. */
    public String table(List<String> names) {
        int width = names.stream().mapToInt(String::length).max().orElse(0);
        StringBuilder text = new StringBuilder();
        for (int patch = 0; patch < effects.size(); patch++) {
            Effect effect = effects.get(patch);
            text.append(String.format(
                    Locale.ROOT,
                    "  %-" + Math.max(1, width) + "s  draws %4.1f %% of the picture, kept %s, apart from others %s%n",
                    names.get(patch),
                    100 * effect.area,
                    percent(effect.kept),
                    percent(effect.keptApart)));
        }
        return text.toString().stripTrailing();
    }

    private static String percent(OptionalDouble share) {
        return share.isPresent() ? String.format(Locale.ROOT, "%.0f %%", 100 * share.getAsDouble()) : "-";
    }

    /** What was measured, for JSON; patches are named by their place, from 1. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("samples", samples);
        map.put("effects", effects.stream().map(Effect::toMap).toList());
        map.put("overlaps", overlaps.stream().map(KeyOverlap::toMap).toList());
        return map;
    }
}
