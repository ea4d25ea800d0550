package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.MemorySpec;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.RewriteWarning;
import io.github.rewrite4j.RewriteWarning.Kind;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Selection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a report warns of, whatever the strategy. */
final class Cautions {
    /** A region that takes so many times its own pixels along changes what it was not drawn around. */
    static final double SWELLS = 1.5;

    private static final double LARGE = 1;
    private static final double NO_CHANGE = 1e-6;

    /** Half a step of 8 bits in [-1, 1]. */
    private static final double INVISIBLE = 0.5 / 127.5;

    private static final double LOUD_PSNR = 25;
    private static final int READABLE = 60;

    private final List<RewriteWarning> found = new ArrayList<>();

    List<RewriteWarning> toList() {
        return List.copyOf(found);
    }

    Cautions add(Kind kind, String advice, String finding, Object... facts) {
        found.add(new RewriteWarning(kind, String.format(Locale.ROOT, finding, facts), advice));
        return this;
    }

    Cautions addAll(List<RewriteWarning> others) {
        found.addAll(others);
        return this;
    }

    /**
     * The size of a change.
     *
     * @param smaller how this strategy makes smaller changes
     */
    Cautions change(RewriteReport.Change change, String smaller) {
        if (change.relativeNorm() > LARGE) {
            add(
                    Kind.LARGE_CHANGE,
                    smaller,
                    "the change is larger than the weight, |dW|/|W| = %.2f: little of what the layer knew is left",
                    change.relativeNorm());
        }
        return this;
    }

    /**
     * Whether there was something to learn and whether it was learnt.
     *
     * @param better how this strategy is helped to learn more
     */
    Cautions effect(
            RewriteReport.Change change,
            Losses losses,
            Optional<RewriteReport.FreshSamples> fresh,
            Optional<RewriteReport.MeantSamples> meant,
            String better) {
        if (losses.before() == 0) {
            add(
                    Kind.NOTHING_TO_LEARN,
                    "paste what the samples do not have yet, or into other samples",
                    "the memory gave what the edit asks for before anything was changed");
        }
        boolean unseen = fresh.isPresent()
                && fresh.get().outsideL1() < INVISIBLE
                && Math.abs(fresh.get().insideL1Before() - fresh.get().insideL1After()) < INVISIBLE;
        if (change.relativeNorm() < NO_CHANGE || unseen) {
            add(
                    Kind.NO_EFFECT,
                    better,
                    "the edit does nothing: |dW|/|W| = %.2g%s",
                    change.relativeNorm(),
                    unseen ? ", and no picture changes by more than half a step of 8 bits on average" : "");
        } else {
            fresh.ifPresent(all ->
                    success(meant.map(RewriteReport.MeantSamples::samples).orElse(all), better));
        }
        fresh.filter(all -> all.outsidePsnr() < LOUD_PSNR)
                .ifPresent(all -> add(
                        Kind.SIDE_EFFECTS,
                        "apply the patch at a lower strength, or show the edit on more samples",
                        "pictures change much where they should not: PSNR %.1f dB outside the region, below %.0f",
                        all.outsidePsnr(),
                        LOUD_PSNR));
        return this;
    }

    private void success(RewriteReport.FreshSamples of, String better) {
        if (of.success() < 0) {
            add(
                    Kind.LOW_SUCCESS,
                    better,
                    "the edit leads away from its goal: success %.2f on %d new pictures",
                    of.success(),
                    of.samples());
        } else if (of.success() < RewriteReport.LOW_SUCCESS) {
            add(
                    Kind.LOW_SUCCESS,
                    better,
                    "new pictures come only %.0f %% of the way to the goal (success %.2f on %d of them)",
                    100 * of.success(),
                    of.success(),
                    of.samples());
        }
    }

    /** Regions that grow on the layer's grids; of several the one that grows most. */
    Cautions regions(MemorySpec memory, Edit edit) {
        List<Swelling> swellings = new ArrayList<>();
        swellings.add(Swelling.of(edit.object().region(), memory.generator(), memory.valueShape()));
        edit.effectiveContexts().stream()
                .map(Selection::region)
                .distinct()
                .forEach(region -> swellings.add(Swelling.of(region, memory.generator(), memory.keyShape())));
        return worst(swellings, memory);
    }

    private Cautions worst(List<Swelling> swellings, MemorySpec memory) {
        Swelling worst = swellings.get(0);
        for (Swelling swelling : swellings) {
            worst = swelling.factor() > worst.factor() ? swelling : worst;
        }
        if (worst.factor() >= SWELLS) {
            add(
                    Kind.REGION_SWELLS,
                    String.format(
                            Locale.ROOT,
                            "choose a layer with a finer grid (%d x %d: %.0f pixels) or draw the region smaller",
                            2 * worst.grid.width(),
                            2 * worst.grid.height(),
                            worst.finer),
                    "the region %s of %d pixels covers %.0f on the grid of %s (%d x %d), %.1f times as many: what"
                            + " surrounds it goes along",
                    worst.region,
                    worst.pixels,
                    worst.covered,
                    memory.name(),
                    worst.grid.width(),
                    worst.grid.height(),
                    worst.factor());
        }
        return this;
    }

    /** How a region is called in a sentence; polygons may have many corners. */
    static String shortened(Region region) {
        String text = region.toString();
        return text.length() <= READABLE ? text : text.substring(0, READABLE) + "...";
    }

    /**
     * A region on an image and on a grid.
     *
     * @param pixels that it selects on the image
     * @param covered pixels under the cells that it selects on the grid
     * @param finer the same on a grid of half as large cells
     */
    private record Swelling(String region, FeatureShape grid, int pixels, double covered, double finer) {
        static Swelling of(Region region, GeneratorSpec image, FeatureShape grid) {
            int pixels = region.onImage(image.imageHeight(), image.imageWidth()).selectedCells();
            return new Swelling(
                    shortened(region),
                    grid,
                    pixels,
                    covered(region, image, grid),
                    covered(
                            region,
                            image,
                            new FeatureShape(grid.channels(), 2 * grid.height(), 2 * grid.width(), 2 * grid.margin())));
        }

        private static double covered(Region region, GeneratorSpec image, FeatureShape grid) {
            double cells = (double) (grid.height() - 2 * grid.margin()) * (grid.width() - 2 * grid.margin());
            double each = (double) image.imageHeight() * image.imageWidth() / cells;
            return each
                    * region.onGrid(image.imageHeight(), image.imageWidth(), grid)
                            .selectedCells();
        }

        double factor() {
            return pixels == 0 ? 1 : covered / pixels;
        }
    }
}
