package io.github.rewrite4j.samediff.ablation;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.BackwardProjector;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Progress;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.samediff.evaluation.ScoreTable;
import io.github.rewrite4j.samediff.evaluation.ScoreTable.Better;
import io.github.rewrite4j.samediff.evaluation.ScoreTable.Column;
import io.github.rewrite4j.samediff.metric.ImageMetric;
import io.github.rewrite4j.samediff.metric.ImageRange;
import io.github.rewrite4j.samediff.metric.Psnr;
import io.github.rewrite4j.samediff.metric.SlicedWasserstein;
import io.github.rewrite4j.samediff.projector.CurvePoint;
import io.github.rewrite4j.samediff.projector.ProjectorTraining;
import io.github.rewrite4j.samediff.projector.Reconstruction;
import io.github.rewrite4j.samediff.projector.TrainedProjector;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Which of a projector's losses do what (after Gao et al. 2025, Table 1): the same training with the same seeds and steps, one
 * ingredient after the other.
 *
 * <p>Measured on held-out samples, whose side tensors are known, and on foreign pictures, which are decoded with those of
 * the mean input.
 */
public final class ProjectorAblation {
    private static final int DIRECTIONS = 128;
    private static final int CELLS = 32;
    private static final long CELL_SEED = 11;
    private static final int SHOWN = 5;
    private static final String TASK = "projector";
    private static final List<Column> COLUMNS = List.of(
            new Column("distance, self", Better.LOWER, 4),
            new Column("distance, foreign", Better.LOWER, 4),
            new Column("Wasserstein", Better.LOWER, 4),
            new Column("PSNR, self", Better.HIGHER, 2),
            new Column("PSNR, foreign", Better.HIGHER, 2));

    private final ProjectorTraining training;
    private final int iterations;
    private final ImageMetric distance;
    private final String distanceName;
    private final int heldOut;
    private final long heldOutSeed;
    private final List<ProjectorRow> rows;
    private final Consumer<ScoreTable> measured;
    private final @Nullable ToDoubleFunction<BackwardProjector> edit;

    /**
     * An ablation of a training.
     *
     * @param training architecture, batch, rate and pool of all rows; losses, share of foreign pictures, steps and seed
     *     are set for each
     * @param iterations steps of each row
     * @param distance how far apart pictures look
     * @param distanceName for the table
     * @param heldOut samples to measure on
     * @param heldOutSeed their seed, which no training uses
     */
    public ProjectorAblation(
            ProjectorTraining training,
            int iterations,
            ImageMetric distance,
            String distanceName,
            int heldOut,
            long heldOutSeed) {
        this(
                Objects.requireNonNull(training, "training"),
                iterations,
                Objects.requireNonNull(distance, "distance"),
                Objects.requireNonNull(distanceName, "distanceName"),
                heldOut,
                heldOutSeed,
                List.of(ProjectorRow.values()),
                table -> {},
                null);
    }

    private ProjectorAblation(
            ProjectorTraining training,
            int iterations,
            ImageMetric distance,
            String distanceName,
            int heldOut,
            long heldOutSeed,
            List<ProjectorRow> rows,
            Consumer<ScoreTable> measured,
            @Nullable ToDoubleFunction<BackwardProjector> edit) {
        this.training = training.iterations(iterations);
        this.iterations = iterations;
        this.distance = distance;
        this.distanceName = distanceName;
        this.heldOut = heldOut;
        this.heldOutSeed = heldOutSeed;
        this.rows = rows;
        this.measured = measured;
        this.edit = edit;
    }

    /** The same with the rows of the paper's table alone: {@link ProjectorRow#PUBLISHED}. */
    public ProjectorAblation faithful() {
        return new ProjectorAblation(
                training,
                iterations,
                distance,
                distanceName,
                heldOut,
                heldOutSeed,
                ProjectorRow.PUBLISHED,
                measured,
                edit);
    }

    /**
     * The same, and the table is shown each time that a projector has been measured, so that a long run that ends early leaves
     * what it found.
     */
    public ProjectorAblation onEachRun(Consumer<ScoreTable> table) {
        Objects.requireNonNull(table, "table");
        return new ProjectorAblation(
                training, iterations, distance, distanceName, heldOut, heldOutSeed, rows, table, edit);
    }

    /**
     * The same, and each projector is carried through to an edit: a column more.
     *
     * @param success of an edit that a projector gives the goals of
     */
    public ProjectorAblation carriedThrough(ToDoubleFunction<BackwardProjector> success) {
        Objects.requireNonNull(success, "success");
        return new ProjectorAblation(
                training, iterations, distance, distanceName, heldOut, heldOutSeed, rows, measured, success);
    }

    private List<Column> columns() {
        List<Column> columns = new ArrayList<>(COLUMNS);
        if (edit != null) {
            columns.add(new Column("edit success", Better.HIGHER, 3));
        }
        return columns;
    }

    /**
     * What was found.
     *
     * @param table numbers
     * @param sheet reconstructions of the first pictures by the projectors of the first seed
     * @param features where their values lie among the generator's own
     */
    public record Result(ScoreTable table, ContactSheet sheet, ContactSheet features) {
        public Result {
            Objects.requireNonNull(table, "table");
            Objects.requireNonNull(sheet, "sheet");
            Objects.requireNonNull(features, "features");
        }
    }

    /**
     * Trains and measures all rows.
     *
     * @param foreign pictures [N, C, H, W] in [-1, 1] of the generator's size that it cannot draw
     * @param seeds at least one
     */
    public Result run(AssociativeMemory memory, INDArray foreign, List<Long> seeds, ProgressListener listener) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(foreign, "foreign");
        Objects.requireNonNull(seeds, "seeds");
        Objects.requireNonNull(listener, "listener");
        if (seeds.isEmpty()) {
            throw new IllegalArgumentException("Name at least one seed.");
        }
        Inputs inputs = memory.sampler().sample(heldOut, heldOutSeed);
        Values own = memory.values(memory.keys(inputs));
        INDArray images = memory.decode(own);
        ScoreTable table = new ScoreTable("Projectors (after Table 1 of Gao et al. 2025)", columns());
        Map<ProjectorRow, TrainedProjector> shown = new EnumMap<>(ProjectorRow.class);
        Pieces pieces = new Pieces(listener, seeds.size() * ProjectorRow.values().length);
        for (long seed : seeds) {
            Map<ProjectorRow, List<CurvePoint>> curves = new EnumMap<>(ProjectorRow.class);
            for (ProjectorRow row : rows) {
                String name = row.title() + ", seed " + seed + ": ";
                TrainedProjector projector =
                        row.applyTo(training.seed(seed)).train(memory, telling(pieces.next(), name));
                table.add(measure(row, seed, projector, memory, inputs, own, images, foreign));
                shown.putIfAbsent(row, projector);
                curves.put(row, projector.curve());
                measured.accept(table);
            }
            steps(curves).ifPresent(note -> table.note(note + " (seed " + seed + ")."));
        }
        List<String> published =
                ProjectorRow.PUBLISHED.stream().map(ProjectorRow::title).toList();
        for (Column column : COLUMNS.subList(0, 3)) {
            table.compareOrder(column.name(), published, "the paper (faces of 1,024 pixels)");
        }
        table.note(iterations + " iterations each. Distance: " + distanceName + ". Wasserstein: sliced W1 along "
                + DIRECTIONS + " random directions, " + CELLS + " random cells of each of " + heldOut
                + " samples. Foreign pictures are decoded in the style of the sample that suits each best.");
        return new Result(
                table, sheet(shown, memory, inputs, images, foreign), features(shown, images, vectors(own.tensor())));
    }

    /** How long it took to come to one and the same feature error without and with the discriminator. */
    private static Optional<String> steps(Map<ProjectorRow, List<CurvePoint>> curves) {
        List<CurvePoint> without = curves.getOrDefault(ProjectorRow.CYCLE, List.of());
        List<CurvePoint> with = curves.getOrDefault(ProjectorRow.CYCLE_GAN, List.of());
        if (without.isEmpty() || with.isEmpty()) {
            return Optional.empty();
        }
        double error = Math.max(least(without), least(with));
        return Optional.of(String.format(
                Locale.ROOT,
                "Steps to a feature error of %.4f, which both reach: %d without the discriminator, %d with it",
                error,
                first(without, error),
                first(with, error)));
    }

    private static double least(List<CurvePoint> curve) {
        return curve.stream().mapToDouble(CurvePoint::feature).min().orElseThrow();
    }

    private static long first(List<CurvePoint> curve, double error) {
        return curve.stream()
                .filter(point -> point.feature() <= error)
                .findFirst()
                .map(CurvePoint::step)
                .orElse(-1L);
    }

    private static ContactSheet features(
            Map<ProjectorRow, TrainedProjector> projectors, INDArray images, INDArray own) {
        FeaturePlane plane = new FeaturePlane(own);
        ContactSheet.Builder sheet =
                ContactSheet.titled("Projected values (red) among the generator's own (blue), purple where both lie");
        projectors.forEach((row, projector) -> sheet.row(row.title(), plane.with(vectors(projector.project(images)))));
        return sheet.footer("first two principal directions of the generator's own, three deviations to each side")
                .build();
    }

    /** Says what of it is being trained. */
    private static ProgressListener telling(ProgressListener listener, String name) {
        return p -> listener.onProgress(
                new Progress(p.stage().saying(name + p.stage().text()), p.step(), p.total(), p.loss(), p.share()));
    }

    private ScoreTable.Run measure(
            ProjectorRow row,
            long seed,
            TrainedProjector projector,
            AssociativeMemory memory,
            Inputs inputs,
            Values own,
            INDArray images,
            INDArray foreign) {
        Reconstruction reconstruction = Reconstruction.through(projector, memory);
        INDArray again = reconstruction.ofSamples(images, inputs);
        INDArray foreignAgain = reconstruction.ofPictures(foreign);
        Psnr psnr = Psnr.forRange(ImageRange.SYMMETRIC);
        List<Double> numbers = new ArrayList<>(List.of(
                mean(distance.perImage(again, images)),
                mean(distance.perImage(foreignAgain, foreign)),
                wasserstein(projector.project(images), own.tensor()),
                psnr.mean(again, images),
                psnr.mean(foreignAgain, foreign)));
        if (edit != null) {
            numbers.add(edit.applyAsDouble(projector));
        }
        return new ScoreTable.Run(row.title(), TASK, seed, numbers);
    }

    private static double wasserstein(INDArray projected, INDArray own) {
        int channels = (int) own.size(1);
        return SlicedWasserstein.random(DIRECTIONS, channels, CELL_SEED).w1(vectors(projected), vectors(own));
    }

    /** The vectors of some cells [n, C]. */
    private static INDArray vectors(INDArray values) {
        float[] all = HostArrays.of(values);
        int[] shape = HostArrays.shape(values);
        int plane = shape[2] * shape[3];
        Random random = new Random(CELL_SEED);
        float[] vectors = new float[shape[0] * CELLS * shape[1]];
        for (int n = 0; n < shape[0]; n++) {
            for (int i = 0; i < CELLS; i++) {
                int cell = random.nextInt(plane);
                for (int c = 0; c < shape[1]; c++) {
                    vectors[(n * CELLS + i) * shape[1] + c] = all[(n * shape[1] + c) * plane + cell];
                }
            }
        }
        return Nd4j.createFromArray(vectors).reshape((long) shape[0] * CELLS, shape[1]);
    }

    private static double mean(double[] numbers) {
        return Arrays.stream(numbers).average().orElseThrow();
    }

    private ContactSheet sheet(
            Map<ProjectorRow, TrainedProjector> projectors,
            AssociativeMemory memory,
            Inputs inputs,
            INDArray images,
            INDArray foreign) {
        int count = (int) Math.min(SHOWN, Math.min(heldOut, foreign.size(0)));
        Inputs first = inputs.slice(0, count);
        INDArray samples = images.get(NDArrayIndex.interval(0, count)).dup('c');
        INDArray pictures = foreign.get(NDArrayIndex.interval(0, count)).dup('c');
        ContactSheet.Builder sheet = ContactSheet.titled(
                        "Projected and drawn again after " + iterations + " iterations")
                .row("pictures: samples, then foreign ones", Nd4j.concat(0, samples, pictures));
        projectors.forEach((row, projector) -> {
            Reconstruction reconstruction = Reconstruction.through(projector, memory);
            sheet.row(
                    row.title(),
                    Nd4j.concat(0, reconstruction.ofSamples(samples, first), reconstruction.ofPictures(pictures)));
        });
        return sheet.footer("layer " + memory.spec().last().name()).build();
    }
}
