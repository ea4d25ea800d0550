package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.PatchReference;
import io.github.rewrite4j.RewriteWarning;
import io.github.rewrite4j.RewriteWarning.Kind;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What there is to warn of where several patches are in force, and what helps: that depends on how they were learnt. */
final class InterplayWarnings {
    private static final double ENOUGH = 0.9;
    private static final double BLAMED = 0.05;
    private static final double MEETING = 0.5;

    private final PatchInterplay interplay;
    private final List<String> names;

    InterplayWarnings(PatchInterplay interplay, List<String> names) {
        this.interplay = interplay;
        this.names = names;
    }

    List<RewriteWarning> toList() {
        Cautions cautions = new Cautions();
        List<PatchInterplay.Effect> effects = interplay.effects();
        for (int patch = 0; patch < effects.size(); patch++) {
            PatchInterplay.Effect effect = effects.get(patch);
            for (PatchReference missing : effect.missing()) {
                cautions.add(
                        Kind.PATCH_MISSING,
                        "apply that one as well, at that strength",
                        "%s was learnt on top of patch %s, which is not in force like that: what it does without has"
                                + " not been measured",
                        names.get(patch),
                        missing);
            }
            if (effect.kept().isEmpty()) {
                cautions.add(
                        Kind.NO_EFFECT,
                        "raise its strength, look at samples that it is meant for, or leave it out",
                        "%s changes no pixel by more than %s on these samples",
                        names.get(patch),
                        PatchInterplay.VISIBLE);
            } else if (effects.size() > 1 && effect.object().orElse(1) < ENOUGH) {
                undone(cautions, effect, names.get(patch));
            } else if (effects.size() > 1
                    && effect.kept().orElse(1) < ENOUGH
                    && effect.kept().orElse(1) < effect.keptApart().orElse(0) - BLAMED) {
                cautions.add(
                        Kind.PATCH_COVERED,
                        "leave one of them out where only one of two things can be seen",
                        "%.0f %% of what %s draws lies where other patches draw too, and they cover it",
                        100 * effect.shared(),
                        names.get(patch));
            }
        }
        for (KeyOverlap overlap : meetings()) {
            cautions.add(
                    Kind.PATCHES_MEET,
                    onTop(names.get(overlap.of()), names.get(overlap.by())),
                    "%s",
                    overlap.sentence(names));
        }
        return cautions.toList();
    }

    private void undone(Cautions cautions, PatchInterplay.Effect effect, String name) {
        double left = effect.object().orElseThrow();
        List<Map.Entry<Integer, Double>> blamed = effect.objectWithout().entrySet().stream()
                .filter(without -> without.getValue() > left + BLAMED)
                .sorted(Map.Entry.<Integer, Double>comparingByValue().reversed())
                .toList();
        String instead = blamed.stream()
                .map(without -> String.format(
                        Locale.ROOT, "%.0f %% without %s", 100 * without.getValue(), names.get(without.getKey())))
                .collect(Collectors.joining(", "));
        cautions.add(
                Kind.PATCH_UNDONE,
                advice(effect, name, blamed.stream().map(Map.Entry::getKey).toList()),
                "%s keeps %d %% of the object that it draws alone%s",
                name,
                Math.round(100 * left),
                instead.isEmpty() ? "" : " (" + instead + ")");
    }

    /** Learning on top is no advice for patches that were learnt so. */
    private String advice(PatchInterplay.Effect effect, String name, List<Integer> blamed) {
        List<Integer> suspects =
                blamed.isEmpty() ? List.copyOf(effect.objectWithout().keySet()) : blamed;
        List<String> apart = suspects.stream()
                .filter(other -> !effect.learntWith().contains(other))
                .sorted()
                .map(names::get)
                .toList();
        if (!apart.isEmpty()) {
            return onTop(name, String.join(", ", apart));
        }
        String others = suspects.stream().sorted().map(names::get).collect(Collectors.joining(", "));
        return "they were learnt on top of one another, so look at pictures first; if the object of " + name
                + " does suffer, lower the strength of " + others
                + ", or learn that in more steps, with more weight on the whole image (OutOfDomainLoss.withImage)";
    }

    private static String onTop(String one, String others) {
        return "learn one on top of the other (--patch of paste and edit): " + one + " and " + others;
    }

    /** Of each two patches that were learnt apart and meet, where they do so most. */
    private List<KeyOverlap> meetings() {
        Map<BitSet, KeyOverlap> worst = interplay.overlaps().stream()
                .filter(overlap -> overlap.load() > MEETING && !overlap.learntTogether())
                .collect(Collectors.toMap(
                        InterplayWarnings::pair,
                        Function.identity(),
                        (one, other) -> other.load() > one.load() ? other : one,
                        LinkedHashMap::new));
        return List.copyOf(worst.values());
    }

    private static BitSet pair(KeyOverlap overlap) {
        BitSet pair = new BitSet();
        pair.set(overlap.of());
        pair.set(overlap.by());
        return pair;
    }
}
