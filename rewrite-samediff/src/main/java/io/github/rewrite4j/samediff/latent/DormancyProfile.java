package io.github.rewrite4j.samediff.latent;

import io.github.rewrite4j.latent.LatentBasis;
import io.github.rewrite4j.latent.LatentSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Which directions of a basis are dormant, as measured: what is lost without each of them, and what moving along it does. A
 * soft notion, for no direction does nothing and there is no gap between strong and weak ones (Nitzan et al. 2023, C.1).
 *
 * @param space whose mean and spread were used
 * @param basis the directions
 * @param step how far was moved, in units of the latent
 * @param samples number of samples
 * @param seed of them
 * @param effects one per direction, in the order of the basis
 * @param together PSNR in dB when the 1, 2, 3, ... directions of {@link #leastLoss} are projected out at once
 */
public record DormancyProfile(
        LatentSpace space,
        LatentBasis basis,
        double step,
        int samples,
        long seed,
        List<DirectionEffect> effects,
        List<Double> together) {
    private static final String HEADER =
            "direction,strength,projected_out_psnr,change_l1,change_psnr,distance,carries_source,rank,together_psnr\n";

    /** Copies the lists. */
    public DormancyProfile {
        Objects.requireNonNull(space, "space");
        Objects.requireNonNull(basis, "basis");
        Objects.requireNonNull(effects, "effects");
        Objects.requireNonNull(together, "together");
        effects = List.copyOf(effects);
        together = List.copyOf(together);
        if (effects.size() != basis.size()) {
            throw new IllegalArgumentException(
                    effects.size() + " effects do not fit a basis of " + basis.size() + " directions.");
        }
    }

    /** The {@code k} directions that lose least when each is projected out by itself, least first. */
    public List<Integer> leastLoss(int k) {
        if (k < 1 || k > effects.size()) {
            throw new IllegalArgumentException("There are " + effects.size() + " directions, so 1 to " + effects.size()
                    + " can be chosen, not " + k + ".");
        }
        return order(effects).subList(0, k);
    }

    static List<Integer> order(List<DirectionEffect> effects) {
        return effects.stream()
                .sorted(Comparator.comparingDouble(DirectionEffect::projectedOut)
                        .reversed())
                .map(DirectionEffect::direction)
                .toList();
    }

    /** What a direction does. */
    public DirectionEffect effect(int direction) {
        if (direction < 0 || direction >= effects.size()) {
            throw new IllegalArgumentException(
                    "There is no direction " + direction + "; the basis has 0 to " + (effects.size() - 1) + ".");
        }
        return effects.get(direction);
    }

    private double share(int direction) {
        double largest =
                effects.stream().mapToDouble(DirectionEffect::movement).max().orElse(0);
        return largest == 0 ? 0 : effect(direction).movement() / largest;
    }

    /** What to say to somebody who wants to repurpose a direction; empty where it is dormant. */
    public Optional<String> warning(int direction) {
        if (!effect(direction).carriesSource()) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "Direction %d carries what the source shows: without it images keep %.1f dB, and it moves them by %.0f %% of"
                        + " what the strongest direction does. A domain there takes over a factor of variation rather than a"
                        + " dormant direction. Those that lose least are %s.",
                direction,
                effect(direction).projectedOut(),
                100 * share(direction),
                leastLoss(Math.min(5, effects.size()))));
    }

    /** PSNR in dB when the {@code k} directions of {@link #leastLoss} are projected out at once. */
    public double together(int k) {
        if (k < 1 || k > together.size()) {
            throw new IllegalArgumentException("Projecting out " + k + " directions at once was not measured; 1 to "
                    + together.size() + " were. Ask the study for more with together(" + k + ").");
        }
        return together.get(k - 1);
    }

    /**
     * A table, one row per direction. {@code rank} counts from 1 by least loss; {@code together_psnr} is what projecting out all
     * directions up to that rank costs.
     */
    public String csv() {
        List<Integer> order = new ArrayList<>(leastLoss(effects.size()));
        int[] rank = new int[order.size()];
        for (int i = 0; i < rank.length; i++) {
            rank[order.get(i)] = i + 1;
        }
        StringBuilder csv = new StringBuilder(HEADER);
        for (DirectionEffect effect : effects) {
            int place = rank[effect.direction()];
            List<String> cells = Arrays.asList(
                    String.valueOf(effect.direction()),
                    number(effect.strength()),
                    number(effect.projectedOut()),
                    number(effect.change()),
                    number(effect.changePsnr()),
                    effect.distance().isPresent() ? number(effect.distance().getAsDouble()) : "",
                    String.valueOf(effect.carriesSource()),
                    String.valueOf(place),
                    place <= together.size() ? number(together.get(place - 1)) : "");
            csv.append(String.join(",", cells)).append('\n');
        }
        return csv.toString();
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.6g", value);
    }

    @Override
    public String toString() {
        long carrying = effects.stream().filter(DirectionEffect::carriesSource).count();
        return String.format(
                Locale.ROOT,
                "%d directions, %d of them carry the source; the least is lost without %s (%d samples of seed %d, step %.3g)",
                effects.size(),
                carrying,
                leastLoss(Math.min(5, effects.size())),
                samples,
                seed,
                step);
    }
}
