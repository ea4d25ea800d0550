package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.BackwardProjector;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.ProjectorSpec;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.RewriteStrategy;
import io.github.rewrite4j.RewriteWarning.Kind;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.Differences;
import io.github.rewrite4j.samediff.closedform.RidgeUpdate;
import io.github.rewrite4j.samediff.graph.internal.Named;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Every figure of a report, computed a second time from nothing but pictures: no code of metrics, previews or losses.
 */
class ReportTruthTest {
    private static final Generator AVATARS = Avatars.load();
    private static final int SIZE = 64;
    private static final int FRESH = 24;
    private static final long SEED = 2;

    @AfterAll
    static void close() {
        AVATARS.close();
    }

    // ---- edits of samples -------------------------------------------------------------------------------------------

    private static final Region CROWN = Region.ellipse(32, 10, 11, 9);
    private static final Edit BUN = Edit.copy(Sample.of(97), CROWN).pasteInto(Sample.list(7, 2, 6, 15), CROWN);

    static List<RewriteStrategy<Edit>> strategies() {
        LowRankRewrite lowRank = LowRankRewrite.rank(4).statistics(64, 1).evaluatedOn(FRESH, SEED);
        return List.of(
                lowRank,
                lowRank.byAdam(3, 0.05),
                lowRank.byProjectedGradient(3, 0.05),
                ClosedFormRewrite.onChannels(RidgeUpdate.of(1))
                        .statistics(64, 1)
                        .evaluatedOn(FRESH, SEED),
                UnitAblation.standard().evaluatedOn(FRESH, SEED));
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void ofAnEditOfSamples(RewriteStrategy<Edit> strategy) {
        AssociativeMemory memory = AVATARS.memory("layer4");
        Rewrite rewrite = strategy.rewrite(memory, BUN);
        RewriteReport report = rewrite.report();
        Pasted pasted = new Pasted(memory);

        List<Sample> shown = Sample.list(7, 2, 6, 15);
        double before = pasted.distance(memory, shown);
        double after = pasted.distance(memory.with(rewrite.patch()), shown);
        assertThat(report.lossBefore()).isCloseTo(before, within(1e-6));
        assertThat(report.lossAfter()).isCloseTo(after, within(1e-6));
        assertThat(report.constraintResidual()).isCloseTo(after / before, within(1e-5));

        List<Sample> fresh = Sample.range(SEED, 0, FRESH);
        RewriteReport.FreshSamples all = report.fresh().orElseThrow();
        assertFigures(all, rewrite, pasted, fresh);
        assertThat(all.samples()).isEqualTo(FRESH);
        report.meant().ifPresent(meant -> {
            List<Sample> some = MeantFor.of(memory, BUN).among(fresh).stream()
                    .map(fresh::get)
                    .toList();
            assertThat(meant.samples().samples()).isEqualTo(some.size()).isLessThan(FRESH);
            assertThat(meant.chosen()).contains("before the rewrite", "4 contexts", CROWN.toString());
            assertFigures(meant.samples(), rewrite, pasted, some);
        });
        Sums.assertChange(report.change(), rewrite, memory);
        RewriteReport.FreshSamples judged =
                report.meant().map(RewriteReport.MeantSamples::samples).orElse(all);
        assertThat(report.warnsOf(Kind.LOW_SUCCESS))
                .isEqualTo(judged.success() < 0.3 && !report.warnsOf(Kind.NO_EFFECT));
        assertThat(report.warnsOf(Kind.LARGE_CHANGE)).isEqualTo(report.change().relativeNorm() > 1);
        report.warnings().forEach(warning -> assertThat(report.toString()).contains(warning.toString()));
    }

    private static void assertFigures(
            RewriteReport.FreshSamples figures, Rewrite rewrite, Pasted pasted, List<Sample> samples) {
        double[] before = Sums.pictures(AVATARS, samples);
        double[] goal = pasted.pictures(samples);
        double[] after;
        try (Generator rewritten = AVATARS.with(rewrite.patch())) {
            after = Sums.pictures(rewritten, samples);
        }
        boolean[] mask = pasted.mask();
        Sums.assertSides(figures, before, after, goal, n -> mask);
    }

    /** The object of the edit at the crown of other samples, cell by cell on the 16 x 16 grid of the layer's values. */
    private static final class Pasted {
        private final AssociativeMemory memory;
        private final INDArray object;
        private final boolean[][] cells;
        private final int grid;

        Pasted(AssociativeMemory memory) {
            this.memory = memory;
            this.grid = memory.spec().valueShape().height();
            this.object = values(memory, List.of(Sample.of(97))).tensor();
            INDArray area = CROWN.onGrid(SIZE, SIZE, grid, grid).toArray();
            this.cells = new boolean[grid][grid];
            for (int y = 0; y < grid; y++) {
                for (int x = 0; x < grid; x++) {
                    cells[y][x] = area.getDouble(y, x) > 0;
                }
            }
        }

        private static Values values(AssociativeMemory memory, List<Sample> samples) {
            return memory.values(memory.keys(memory.sampler().at(samples)));
        }

        private INDArray goal(INDArray values) {
            INDArray goal = values.dup('c');
            for (int n = 0; n < goal.size(0); n++) {
                for (int c = 0; c < goal.size(1); c++) {
                    for (int y = 0; y < grid; y++) {
                        for (int x = 0; x < grid; x++) {
                            if (cells[y][x]) {
                                goal.putScalar(new int[] {n, c, y, x}, object.getFloat(0, c, y, x));
                            }
                        }
                    }
                }
            }
            return goal;
        }

        double[] pictures(List<Sample> samples) {
            Values values = values(memory, samples);
            return Differences.doubles(memory.decode(values.withTensor(goal(values.tensor()))));
        }

        /** Mean over the bounding box of the cells, which is the rule's. */
        double distance(AssociativeMemory of, List<Sample> samples) {
            INDArray goal = goal(values(memory, samples).tensor());
            INDArray values = values(of, samples).tensor();
            int[] rows = IntStream.range(0, grid)
                    .filter(y -> IntStream.range(0, grid).anyMatch(x -> cells[y][x]))
                    .toArray();
            int[] columns = IntStream.range(0, grid)
                    .filter(x -> IntStream.range(0, grid).anyMatch(y -> cells[y][x]))
                    .toArray();
            double sum = 0;
            long count = 0;
            for (int n = 0; n < goal.size(0); n++) {
                for (int c = 0; c < goal.size(1); c++) {
                    for (int y : rows) {
                        for (int x : columns) {
                            sum += Math.abs(goal.getDouble(n, c, y, x) - values.getDouble(n, c, y, x));
                            count++;
                        }
                    }
                }
            }
            return sum / count;
        }

        boolean[] mask() {
            boolean[] mask = new boolean[SIZE * SIZE];
            for (int p = 0; p < mask.length; p++) {
                mask[p] = cells[p / SIZE * grid / SIZE][p % SIZE * grid / SIZE];
            }
            return mask;
        }
    }

    // ---- edits by exemplars -----------------------------------------------------------------------------------------

    /** A green bar that no avatar wears. */
    private static Exemplar bar(int top) {
        float[][] mask = new float[SIZE][SIZE];
        for (int y = top; y < top + 8; y++) {
            for (int x = 12; x < 52; x++) {
                mask[y][x] = y == top ? 0.5f : 1;
            }
        }
        INDArray picture = Nd4j.ones(3, SIZE, SIZE).muli(-0.9);
        picture.slice(1).assign(0.7);
        return Exemplar.cutOut(picture, Mask.of(mask)).named("bar " + top);
    }

    private static final List<Exemplar> BARS = List.of(bar(20), bar(24));
    private static final ExemplarEdit WORN = ExemplarEdit.of(BARS).shownOn(Sample.range(1, 0, 5));

    static List<RewriteStrategy<ExemplarEdit>> exemplarStrategies() {
        OutOfDomainRewrite inImages = OutOfDomainRewrite.inImages().steps(3).batch(4, 0);
        BackwardProjector constant = new Constant(AVATARS.memory("layer5", "layer6"));
        return List.of(
                inImages.evaluatedOn(List.of(bar(22)), FRESH, SEED),
                inImages.evaluatedOn(List.of(), FRESH, SEED),
                OutOfDomainRewrite.faithful(constant).steps(3).evaluatedOn(BARS, FRESH, SEED),
                new AdversarialFineTuning(Avatars.discriminator(), 2, 1));
    }

    private record Constant(ProjectorSpec spec) implements BackwardProjector {
        Constant(AssociativeMemory memory) {
            this(ProjectorSpec.of(memory.spec(), Map.of()));
        }

        @Override
        public INDArray project(INDArray images) {
            return Nd4j.ones(
                            images.size(0),
                            spec.valueShape().channels(),
                            spec.valueShape().height(),
                            spec.valueShape().width())
                    .muli(0.3);
        }
    }

    @ParameterizedTest
    @MethodSource("exemplarStrategies")
    void ofAnEditByExemplars(RewriteStrategy<ExemplarEdit> strategy) {
        AssociativeMemory memory = AVATARS.memory("layer5", "layer6");
        Rewrite rewrite = strategy.rewrite(memory, WORN);
        RewriteReport report = rewrite.report();
        try (Generator rewritten = AVATARS.with(rewrite.patch())) {
            double before = distance(Sums.pictures(AVATARS, WORN.contexts()));
            double after = distance(Sums.pictures(rewritten, WORN.contexts()));
            assertThat(report.lossBefore()).isCloseTo(before, within(1e-5));
            assertThat(report.lossAfter()).isCloseTo(after, within(1e-4));
            assertThat(report.constraintResidual()).isCloseTo(after / before, within(1e-3));
            report.fresh().ifPresent(figures -> {
                List<Exemplar> goals = Named.in(report.details(), "goals").equals("bar 22") ? List.of(bar(22)) : BARS;
                List<float[][]> alphas = alphas(goals);
                List<Sample> fresh = Sample.range(SEED, 0, FRESH);
                double[] unedited = Sums.pictures(AVATARS, fresh);
                double[] goal = new double[unedited.length];
                for (int i = 0; i < goal.length; i++) {
                    goal[i] = composite(alphas.get(i / (3 * SIZE * SIZE) % alphas.size()), unedited[i], i);
                }
                Sums.assertSides(
                        figures,
                        unedited,
                        Sums.pictures(rewritten, fresh),
                        goal,
                        n -> mask(goals.get(n % goals.size())));
                assertThat(report.details().get("evaluatedOn"))
                        .isEqualTo(goals == BARS ? "the pictures that it learnt from" : "pictures that it never saw");
                assertThat(report.warnsOf(Kind.LEARNT_GOALS)).isEqualTo(goals == BARS);
            });
        }
        assertThat(report.warnsOf(Kind.FEW_CONTEXTS)).isTrue();
        Sums.assertChange(report.change(), rewrite, memory);
    }

    /** Of pictures of the contexts from every exemplar put on the unedited ones. */
    private static double distance(double[] pictures) {
        double[] unedited = Sums.pictures(AVATARS, WORN.contexts());
        double sum = 0;
        long count = 0;
        for (Exemplar exemplar : BARS) {
            boolean[] mask = mask(exemplar);
            float[][] alpha = alphas(List.of(exemplar)).get(0);
            for (int i = 0; i < pictures.length; i++) {
                if (mask[i % mask.length]) {
                    sum += Math.abs(Sums.clipped(pictures[i]) - composite(alpha, unedited[i], i));
                    count++;
                }
            }
        }
        return sum / count;
    }

    private static List<float[][]> alphas(List<Exemplar> exemplars) {
        return exemplars.stream().map(exemplar -> exemplar.alpha().toRows()).toList();
    }

    private static double composite(float[][] alphas, double picture, int element) {
        int pixel = element % (SIZE * SIZE);
        double alpha = alphas[pixel / SIZE][pixel % SIZE];
        double colour = element / (SIZE * SIZE) % 3 == 1 ? 0.7 : -0.9;
        return Sums.clipped((1 - alpha) * picture + alpha * colour);
    }

    private static boolean[] mask(Exemplar exemplar) {
        boolean[] mask = new boolean[SIZE * SIZE];
        float[][] rows = exemplar.mask().toRows();
        for (int p = 0; p < mask.length; p++) {
            mask[p] = rows[p / SIZE][p % SIZE] > 0;
        }
        return mask;
    }

    @Test
    void anEditThatPastesWhatIsThereSaysSo() {
        Edit nothing = Edit.copy(Sample.of(4), CROWN).pasteInto(Sample.of(4), CROWN);
        RewriteReport report = LowRankRewrite.rank(2)
                .statistics(64, 1)
                .evaluatedOn(4, SEED)
                .rewrite(AVATARS.memory("layer4"), nothing)
                .report();
        assertThat(report.lossBefore()).isZero();
        assertThat(report.warnsOf(Kind.NOTHING_TO_LEARN)).isTrue();
        assertThat(report.warnsOf(Kind.NO_EFFECT)).isTrue();
        assertThat(report.toString()).doesNotContain("NaN");
    }

    @Test
    void anEditOfTheWholePictureIsMadeAndSaysThatItCouldNotBeMeasured() {
        Edit everything = Edit.copy(Sample.of(4), Region.full()).pasteInto(Sample.of(9), Region.full());
        RewriteReport report = LowRankRewrite.rank(2)
                .byLevenbergMarquardt(1)
                .statistics(64, 1)
                .evaluatedOn(4, SEED)
                .rewrite(AVATARS.memory("layer2"), everything)
                .report();
        assertThat(report.fresh()).isEmpty();
        assertThat(report.warnsOf(Kind.NOT_MEASURED)).isTrue();
    }

    @Test
    void aRegionThatSwellsOnTheGridSaysByHowMuchAndWhatWouldHelp() {
        Region lip = Region.ellipse(32, 37, 9, 2.5);
        Edit small = Edit.copy(Sample.of(204), lip).pasteInto(Sample.of(4), lip);
        AssociativeMemory memory = AVATARS.memory("layer3");
        RewriteReport report = LowRankRewrite.rank(1)
                .statistics(64, 1)
                .evaluatedOn(0, SEED)
                .rewrite(memory, small)
                .report();
        int grid = memory.spec().valueShape().height();
        int pixels = count(lip, SIZE);
        int covered = count(lip, grid) * (SIZE / grid) * (SIZE / grid);
        int finer = count(lip, 2 * grid) * (SIZE / grid / 2) * (SIZE / grid / 2);
        assertThat((double) covered / pixels).isGreaterThan(1.5);
        assertThat(report.warnings())
                .filteredOn(warning -> warning.kind() == Kind.REGION_SWELLS)
                .singleElement()
                .satisfies(warning -> {
                    assertThat(warning.finding()).contains(lip.toString(), pixels + " pixels covers " + covered + " ");
                    assertThat(warning.advice()).contains(2 * grid + " x " + 2 * grid + ": " + finer + " pixels");
                });
    }

    private static int count(Region region, int grid) {
        double[] mask =
                Differences.doubles(region.onGrid(SIZE, SIZE, grid, grid).toArray());
        return (int) Arrays.stream(mask).filter(value -> value > 0).count();
    }
}
