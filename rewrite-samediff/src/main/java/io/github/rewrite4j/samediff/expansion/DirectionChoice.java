package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.latent.Domain;
import io.github.rewrite4j.latent.LatentBasis;
import io.github.rewrite4j.latent.LatentSpace;
import io.github.rewrite4j.samediff.latent.DirectionEffect;
import io.github.rewrite4j.samediff.latent.DormancyProfile;
import io.github.rewrite4j.samediff.latent.DormancyStudy;
import io.github.rewrite4j.samediff.latent.LatentBases;
import io.github.rewrite4j.samediff.latent.LatentExpansion;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.latent.LatentSpaces;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which directions of the latent space become domains.
 *
 * <p>Which direction is dormant is measured, not assumed: by what projecting it out loses. A direction that carries what the
 * source shows may be chosen, and is warned of in the log: the domain then takes over a factor
 * of variation (Nitzan et al. 2023, C.3). Of a generator that is expanded already, basis and domains stay, and a choice is
 * among the directions that are left. Immutable.
 */
public final class DirectionChoice {
    private static final Logger log = LoggerFactory.getLogger(DirectionChoice.class);
    private static final int BASIS_SAMPLES = 4096;
    private static final int STUDY_SAMPLES = 16;
    private static final long SEED = 1;

    /** Weakest directions that are measured besides as many as are wanted. */
    private static final int SPARE = 8;

    private final Optional<Bases> bases;
    private final List<Integer> chosen;
    private final Order order;

    private enum Order {
        LEAST_LOSS,
        WEAKEST,
        CHOSEN
    }

    /** Computes a basis of a generator's latent space. */
    @FunctionalInterface
    public interface Bases {
        LatentBasis of(LatentNetwork network, ProgressListener listener);
    }

    private DirectionChoice(Optional<Bases> bases, List<Integer> chosen, Order order) {
        this.bases = bases;
        this.chosen = List.copyOf(chosen);
        this.order = order;
    }

    /** The principal directions of the latent whose projecting out loses least, measured among the weakest. */
    public static DirectionChoice leastLoss() {
        return leastLoss((network, listener) -> LatentBases.principal(network, BASIS_SAMPLES, SEED, listener));
    }

    /** The directions of another basis whose projecting out loses least, measured among the weakest and some more. */
    public static DirectionChoice leastLoss(Bases basis) {
        Objects.requireNonNull(basis, "basis");
        return new DirectionChoice(Optional.of(basis), List.of(), Order.LEAST_LOSS);
    }

    /** As published: the last singular directions of the stacked weights that read the latent, whatever they do. */
    public static DirectionChoice faithful() {
        return new DirectionChoice(
                Optional.of((network, listener) -> LatentBases.svd(network)), List.of(), Order.WEAKEST);
    }

    /**
     * These directions.
     *
     * @param basis of this very generator
     * @param indices one for each domain, in their order
     */
    public static DirectionChoice of(LatentBasis basis, int... indices) {
        Objects.requireNonNull(basis, "basis");
        Objects.requireNonNull(indices, "indices");
        for (int index : indices) {
            basis.direction(index);
        }
        if (Arrays.stream(indices).distinct().count() != indices.length) {
            throw new IllegalArgumentException(
                    "The directions " + Arrays.toString(indices) + " name one twice: each domain needs its own.");
        }
        return new DirectionChoice(
                Optional.of((network, listener) -> basis),
                IntStream.of(indices).boxed().toList(),
                Order.CHOSEN);
    }

    ExpansionPlan plan(
            LatentNetwork network, List<AdaptationObjective> objectives, double distance, ProgressListener listener) {
        Optional<LatentExpansion> before = network.expansion();
        LatentSpace space = before.map(LatentExpansion::space).orElseGet(() -> LatentSpaces.of(network));
        LatentBasis basis = before.map(LatentExpansion::basis)
                .orElseGet(() -> bases.orElseThrow().of(network, listener.part(0, 0.5)));
        if (before.isEmpty() && !basis.generator().equals(network.spec().fingerprint())) {
            throw new RewriteException("The basis was computed from another generator (fingerprint "
                    + basis.generator() + ") than the one to expand ("
                    + network.spec().fingerprint()
                    + "): compute it from this one.");
        }
        List<Domain> earlier = before.map(LatentExpansion::domains).orElse(List.of());
        List<Integer> free = free(basis, earlier);
        if (objectives.size() >= free.size()) {
            throw new RewriteException("There are " + objectives.size() + " new domains, but " + free.size()
                    + " directions are left, of which one must stay with the source: expand by fewer domains.");
        }
        List<Integer> directions = choose(network, space, basis, free, objectives.size(), listener.part(0.5, 1));
        List<Domain> added = new ArrayList<>();
        for (int i = 0; i < objectives.size(); i++) {
            added.add(new Domain(
                    objectives.get(i).name(), directions.get(i), Double.isNaN(distance) ? space.spread() : distance));
        }
        return new ExpansionPlan(space, basis, earlier, added, objectives);
    }

    private static List<Integer> free(LatentBasis basis, List<Domain> earlier) {
        List<Integer> used = earlier.stream().map(Domain::direction).toList();
        return IntStream.range(0, basis.size())
                .boxed()
                .filter(j -> !used.contains(j))
                .toList();
    }

    private List<Integer> choose(
            LatentNetwork network,
            LatentSpace space,
            LatentBasis basis,
            List<Integer> free,
            int count,
            ProgressListener listener) {
        if (order == Order.CHOSEN) {
            if (chosen.size() != count) {
                throw new RewriteException("There are " + count + " domains, but " + chosen.size()
                        + " directions were chosen: choose one for each.");
            }
            if (!free.containsAll(chosen)) {
                throw new RewriteException(
                        "Of the directions " + chosen + " some belong to domains already; free are " + free + ".");
            }
        }
        List<Integer> candidates =
                switch (order) {
                    case CHOSEN -> chosen;
                    case WEAKEST -> weakest(free, count);
                    case LEAST_LOSS -> weakest(free, Math.min(free.size(), 2 * count + SPARE));
                };
        Measured measured = Measured.of(network, space, basis, candidates, listener);
        List<Integer> result = order == Order.LEAST_LOSS ? measured.leastLoss(count) : candidates;
        result.forEach(direction -> measured.warning(direction).ifPresent(log::warn));
        return result;
    }

    /** The last ones, weakest first. */
    private static List<Integer> weakest(List<Integer> free, int count) {
        List<Integer> last = new ArrayList<>(free.subList(free.size() - count, free.size()));
        Collections.reverse(last);
        return last;
    }

    /**
     * What some directions do.
     *
     * @param directions numbers in the whole basis, in the order of the profile's
     */
    private record Measured(List<Integer> directions, DormancyProfile profile) {
        static Measured of(
                LatentNetwork network,
                LatentSpace space,
                LatentBasis basis,
                List<Integer> candidates,
                ProgressListener listener) {
            List<Integer> directions = List.copyOf(new TreeSet<>(candidates));
            LatentBasis part = new LatentBasis(
                    basis.method(),
                    basis.generator(),
                    directions.stream().mapToDouble(basis::strength).toArray(),
                    directions.stream().map(basis::direction).toArray(double[][]::new));
            DormancyProfile profile = DormancyStudy.of(network, space, part)
                    .samples(STUDY_SAMPLES)
                    .seed(SEED)
                    .together(0)
                    .measure(listener);
            return new Measured(directions, profile);
        }

        List<Integer> leastLoss(int count) {
            return profile.leastLoss(directions.size()).stream()
                    .map(directions::get)
                    .limit(count)
                    .toList();
        }

        Optional<String> warning(int direction) {
            DirectionEffect effect = profile.effect(directions.indexOf(direction));
            if (!effect.carriesSource()) {
                return Optional.empty();
            }
            return Optional.of(String.format(
                    Locale.ROOT,
                    "Direction %d carries what the source shows: without it images keep only %.1f dB. Its domain takes over"
                            + " a factor of variation; for a new one beside the old, choose a direction that loses less.",
                    direction,
                    effect.projectedOut()));
        }
    }
}
