package io.github.rewrite4j.samediff.layers;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.RewriteStrategy;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.Method;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.strategy.InImagesRewrite;
import io.github.rewrite4j.samediff.strategy.PlannedRewrite;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The layer for an edit, chosen by trying it at every one: a smaller form of it, with at most eight pastes and a rank of at
 * most eight or a few steps, measured on a few fresh samples. Layers on whose grid the region of the object swells to three
 * times its pixels are left out, as long as there are others. The best success wins, less a twentieth for each decibel that is
 * missing to 33 dB outside.
 *
 * @param layer the chosen one
 * @param trials at all layers, in their order
 * @param reason one sentence
 */
public record LayerChoice(String layer, List<EditTrial> trials, String reason) {
    /** What stands where a layer is named, to have one chosen. */
    public static final String AUTO = "auto";

    private static final int MOST_PASTES = 8;
    private static final int MOST_RANK = 8;
    private static final int FRESH = 16;
    private static final int STATISTICS = 200;
    private static final long FRESH_SEED = 6;
    private static final int SHOWN = 48;
    private static final int STEPS = 40;

    /** Pixels of a region on a grid over its own pixels from which on it does not fit. */
    private static final double SWELLS = 3;

    public LayerChoice {
        Objects.requireNonNull(layer, "layer");
        Objects.requireNonNull(trials, "trials");
        Objects.requireNonNull(reason, "reason");
        trials = List.copyOf(trials);
    }

    /** Whether a name asks for a choice. */
    public static boolean isWanted(String layer) {
        return layer.equals(AUTO);
    }

    /**
     * Chooses.
     *
     * @param plan whose layer plays no part; low-rank plans keep their gamma and directions, those in images are tried with few
     *     steps, others as low-rank
     * @throws RewriteException when the edit can be done at no layer
     */
    public static LayerChoice of(Generator generator, EditPlan plan, RewriteListener listener) {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(plan, "plan");
        Objects.requireNonNull(listener, "listener");
        List<EditTrial> trials = trials(generator, plan, listener);
        EditTrial best = trials.get(0);
        for (EditTrial trial : trials) {
            best = trial.score() > best.score() ? trial : best;
        }
        if (!best.possible()) {
            throw new RewriteException("The edit can be done at no layer. At " + best.layer() + ": " + best.refused());
        }
        EditTrial chosen = best;
        String second = trials.stream()
                .filter(trial -> trial.possible() && !trial.equals(chosen))
                .max((a, b) -> Double.compare(a.score(), b.score()))
                .map(trial -> String.format(
                        Locale.ROOT,
                        "; next is %s with %.2f and %.1f dB",
                        trial.layer(),
                        trial.success(),
                        trial.outsidePsnr()))
                .orElse("");
        return new LayerChoice(
                chosen.layer(),
                trials,
                String.format(
                        Locale.ROOT,
                        "%s: success %.2f on %d fresh samples at %.1f dB outside, the best of %d layers%s",
                        chosen.layer(),
                        chosen.success(),
                        FRESH,
                        chosen.outsidePsnr(),
                        trials.stream().filter(EditTrial::possible).count(),
                        second));
    }

    /** The plan at the chosen layer. */
    public EditPlan applied(EditPlan plan) {
        return new EditPlan(plan.edit(), layer, plan.method(), plan.freshSamples());
    }

    /** Tries an edit at every layer; see {@link #of}. */
    public static List<EditTrial> trials(Generator generator, EditPlan plan, RewriteListener listener) {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(plan, "plan");
        Objects.requireNonNull(listener, "listener");
        Edit whole = plan.edit();
        Edit small = new Edit(
                whole.object(),
                whole.pastes().subList(0, Math.min(MOST_PASTES, whole.pastes().size())),
                whole.contexts());
        List<EditTrial> trials = new ArrayList<>();
        List<Layer> layers = generator.layers();
        boolean anyFits = layers.stream().anyMatch(layer -> swelling(generator, layer, whole) < SWELLS);
        for (int i = 0; i < layers.size(); i++) {
            RewriteListener part = listener.part((double) i / layers.size(), (i + 1.0) / layers.size());
            Layer layer = layers.get(i);
            double swelling = swelling(generator, layer, whole);
            trials.add(
                    anyFits && swelling >= SWELLS
                            ? new EditTrial(layer.name(), 0, 0, 0, unfit(layer, swelling))
                            : trial(generator.memory(layer.name()), small, plan.method(), part));
        }
        listener.report("trying layers", layers.size(), layers.size());
        return List.copyOf(trials);
    }

    private static String unfit(Layer layer, double swelling) {
        FeatureShape grid = layer.valueShape();
        return String.format(
                Locale.ROOT,
                "on its grid of %d x %d the region is %.1f times as large as drawn",
                grid.width(),
                grid.height(),
                swelling);
    }

    /** Pixels under the cells of a layer's grid that the object's region selects, over the pixels of the region. */
    private static double swelling(Generator generator, Layer layer, Edit edit) {
        int height = generator.spec().imageHeight();
        int width = generator.spec().imageWidth();
        FeatureShape grid = layer.valueShape();
        Region region = edit.object().region();
        double cell = (double) height
                * width
                / ((grid.height() - 2.0 * grid.margin()) * (grid.width() - 2.0 * grid.margin()));
        return cell
                * region.onGrid(height, width, grid).selectedCells()
                / Math.max(1, region.onImage(height, width).selectedCells());
    }

    private static RewriteStrategy<Edit> small(AssociativeMemory memory, Method method) {
        if (method instanceof Method.InImages) {
            return InImagesRewrite.standard()
                    .shownOn(SHOWN)
                    .steps(STEPS)
                    .rank(memory.spec().keyShape().channels())
                    .evaluatedOn(FRESH, FRESH_SEED);
        }
        if (method instanceof Method.Joint joint) {
            return PlannedRewrite.joint(
                            new Method.Joint(joint.target(), joint.weight(), Math.min(joint.steps(), STEPS)))
                    .evaluatedOn(FRESH, FRESH_SEED);
        }
        Method.LowRank lowRank = method instanceof Method.LowRank given ? given : Method.LowRank.of(MOST_RANK);
        int rank = Math.min(
                Math.min(lowRank.rank(), MOST_RANK), memory.spec().keyShape().channels());
        return PlannedRewrite.lowRank(new Method.LowRank(
                        rank, Method.Solver.LEVENBERG_MARQUARDT, lowRank.directions(), lowRank.gamma()))
                .statistics(STATISTICS, 1)
                .evaluatedOn(FRESH, FRESH_SEED);
    }

    private static EditTrial trial(AssociativeMemory memory, Edit edit, Method method, RewriteListener listener) {
        String layer = memory.spec().name();
        try {
            Rewrite rewrite = small(memory, method).rewrite(memory, edit, listener);
            RewriteReport.FreshSamples fresh = rewrite.report().fresh().orElseThrow();
            double seconds =
                    rewrite.report().totalSeconds() - rewrite.report().seconds().getOrDefault("statistics", 0.0);
            return new EditTrial(layer, fresh.success(), fresh.outsidePsnr(), seconds, "");
        } catch (RewriteCancelledException stopped) {
            throw stopped;
        } catch (RewriteException | IllegalArgumentException impossible) {
            return new EditTrial(layer, 0, 0, 0, String.valueOf(impossible.getMessage()));
        }
    }

    /** Flat, ordered facts for JSON. */
    public Facts facts() {
        Facts.Builder map = Facts.builder();
        map.put("layer", layer);
        map.put("reason", reason);
        map.put("trials", trials.stream().map(EditTrial::facts).toList());
        return map.build();
    }
}
