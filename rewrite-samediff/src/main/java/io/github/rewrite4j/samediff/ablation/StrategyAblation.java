package io.github.rewrite4j.samediff.ablation;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.BackwardProjector;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Progress;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteStrategy;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.samediff.correspondence.BestBuddies;
import io.github.rewrite4j.samediff.correspondence.BestBuddy;
import io.github.rewrite4j.samediff.correspondence.BestBuddyPaste;
import io.github.rewrite4j.samediff.correspondence.Blending;
import io.github.rewrite4j.samediff.evaluation.ScoreTable;
import io.github.rewrite4j.samediff.evaluation.ScoreTable.Better;
import io.github.rewrite4j.samediff.evaluation.ScoreTable.Column;
import io.github.rewrite4j.samediff.metric.EditMetrics;
import io.github.rewrite4j.samediff.metric.FeatureNetwork;
import io.github.rewrite4j.samediff.metric.MaskSide;
import io.github.rewrite4j.samediff.metric.PerceptualDistance;
import io.github.rewrite4j.samediff.metric.RandomFeatures;
import io.github.rewrite4j.samediff.perception.Discriminator;
import io.github.rewrite4j.samediff.strategy.AdversarialFineTuning;
import io.github.rewrite4j.samediff.strategy.ExemplarPreview;
import io.github.rewrite4j.samediff.strategy.OutOfDomainLoss;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * After Table 2 of the Re-Generator paper (Gao et al. 2025), on pictures of one's own: how well the ways of teaching a generator
 * a new object do, over several objects and seeds.
 *
 * <p>Published rows: adversarial fine-tuning of everything; and, by projected features on as many contexts as there are
 * exemplars, one or two layers without and with the balanced loss. Added rows: all layers fitted to the composites, the
 * balanced loss on many contexts, and the loss in images through the decoder for two layers, without and with projected
 * features as a further target, and for three. The value layer is that of the projector but for the last row, which adds
 * the layer behind it.
 */
public final class StrategyAblation {
    private static final String SUCCESS = "success";
    private static final List<Column> COLUMNS = List.of(
            new Column(SUCCESS, Better.HIGHER, 3),
            new Column("SSIM inside", Better.HIGHER, 3),
            new Column("L1 inside", Better.LOWER, 3),
            new Column("PSNR outside", Better.HIGHER, 1),
            new Column("L1 outside", Better.LOWER, 4));
    private static final long MEASURED_SEED = 2;
    private static final int SHOWN = 8;

    private final Generator generator;
    private final BackwardProjector projector;
    private final Discriminator discriminator;
    private final Size size;
    private final PerceptualDistance perceived;
    private final FeatureNetwork corresponding;

    /**
     * An object: pictures that the edit sees, and others that its success is measured by.
     *
     * @param name for the table
     * @param seen by the edit
     * @param goals by the measurement
     */
    public record Task(String name, List<Exemplar> seen, List<Exemplar> goals) {
        public Task {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(seen, "seen");
            Objects.requireNonNull(goals, "goals");
            seen = List.copyOf(seen);
            goals = List.copyOf(goals);
        }
    }

    /**
     * How much is computed.
     *
     * @param steps of the rows in images; the published rows get twice as many
     * @param contexts of the rows with many contexts
     * @param measured fresh samples
     */
    public record Size(int steps, int contexts, int measured) {
        /** The defaults of the library. */
        public static final Size FULL = new Size(240, ExemplarEdit.DEFAULT_CONTEXTS, 200);

        /** Minutes instead of an hour; too little to rank close rows. */
        public static final Size QUICK = new Size(60, 48, 48);
    }

    /**
     * What came out. The same tasks and seeds give the same table and pictures; times are kept apart from them.
     *
     * @param table of numbers
     * @param pictures by task, rows of images of its first seed: unedited, goals, then every method
     * @param seconds mean time of a run of each method
     */
    public record Outcome(ScoreTable table, Map<String, Map<String, INDArray>> pictures, Map<String, Double> seconds) {
        public Outcome {
            Objects.requireNonNull(table, "table");
            Objects.requireNonNull(pictures, "pictures");
            Objects.requireNonNull(seconds, "seconds");
        }
    }

    /**
     * Perceived through random features, a stand-in that is no LPIPS; see {@link #perceivedBy}.
     *
     * @param projector gives the values of the layer that is rewritten last
     * @param discriminator of the generator
     */
    public StrategyAblation(Generator generator, BackwardProjector projector, Discriminator discriminator, Size size) {
        this(
                Objects.requireNonNull(generator, "generator"),
                Objects.requireNonNull(projector, "projector"),
                Objects.requireNonNull(discriminator, "discriminator"),
                Objects.requireNonNull(size, "size"),
                PerceptualDistance.unweighted(RandomFeatures.seeded(1)),
                RandomFeatures.seeded(1));
    }

    private StrategyAblation(
            Generator generator,
            BackwardProjector projector,
            Discriminator discriminator,
            Size size,
            PerceptualDistance perceived,
            FeatureNetwork corresponding) {
        this.generator = generator;
        this.projector = projector;
        this.discriminator = discriminator;
        this.size = size;
        this.perceived = perceived;
        this.corresponding = corresponding;
    }

    /** With another perceptual distance of the edited region from its goal, whose name heads the column. */
    public StrategyAblation perceivedBy(PerceptualDistance distance) {
        return new StrategyAblation(
                generator, projector, discriminator, size, Objects.requireNonNull(distance, "distance"), corresponding);
    }

    /** With another network through which best buddies are found, which a note names; random features unless said. */
    public StrategyAblation correspondingBy(FeatureNetwork network) {
        return new StrategyAblation(
                generator, projector, discriminator, size, perceived, Objects.requireNonNull(network, "network"));
    }

    /** Name of the column of perceptual distances inside the mask. */
    public String perceptualColumn() {
        return perceived.name() + " inside";
    }

    private List<Column> columns() {
        List<Column> columns = new ArrayList<>(COLUMNS);
        columns.add(1, new Column(perceptualColumn(), Better.LOWER, 4));
        return columns;
    }

    /** One way to teach. */
    private record Row(String name, AssociativeMemory memory, RewriteStrategy<ExemplarEdit> strategy, int contexts) {}

    /**
     * Runs all rows on all tasks with all seeds; progress counts the runs.
     *
     * @throws io.github.rewrite4j.RewriteCancelledException when the listener says stop
     */
    public Outcome run(List<Task> tasks, List<Long> seeds, ProgressListener listener) {
        Objects.requireNonNull(tasks, "tasks");
        Objects.requireNonNull(seeds, "seeds");
        Objects.requireNonNull(listener, "listener");
        if (tasks.isEmpty() || seeds.isEmpty()) {
            throw new IllegalArgumentException("At least one object and one seed are needed.");
        }
        ScoreTable table = new ScoreTable("Strategies (after Table 2 of Gao et al. 2025)", columns());
        Map<String, Map<String, INDArray>> pictures = new LinkedHashMap<>();
        Map<String, Double> seconds = new LinkedHashMap<>();
        Pieces pieces = new Pieces(
                listener, tasks.size() * seeds.size() * (rows(seeds.get(0), 1).size() + Blending.values().length));
        double runs = (double) tasks.size() * seeds.size();
        for (Task task : tasks) {
            for (long seed : seeds) {
                for (Row row : rows(seed, task.seen().size())) {
                    double took = run(task, seed, row, table, pictures, pieces.next());
                    seconds.merge(row.name(), took / runs, Double::sum);
                }
                Baseline baseline = baseline(task, seed);
                for (Blending blending : Blending.values()) {
                    double took = baseline(task, seed, baseline, blending, table, pictures, pieces.next());
                    seconds.merge(name(blending), took / runs, Double::sum);
                }
            }
        }
        table.compareOrder(
                SUCCESS,
                List.of("GAN", "Layer=1", "Layer=1 + balance", "Layer=2", "Layer=2 + balance"),
                "the paper (by perceptual distance of the edited region)");
        table.note(
                "success = 1 - L1 inside (edited, composite) / L1 inside (unedited, composite); goals are pictures that"
                        + " no edit saw, samples that no edit used; outside is more than 4 pixels away from the mask.");
        table.note("Best buddies are found through " + corresponding.name() + ".");
        table.note(
                size.equals(Size.FULL)
                        ? "Sizes are the library's defaults."
                        : "Reduced sizes: " + size + ". Close rows may change places at full size.");
        return new Outcome(table, pictures, seconds);
    }

    private List<Row> rows(long seed, int exemplars) {
        List<Layer> layers = generator.layers();
        int last = indexOf(projector.spec().layer(), layers);
        AssociativeMemory all = between(layers, 0, layers.size() - 1);
        AssociativeMemory one = between(layers, last, last);
        AssociativeMemory two = between(layers, last - 1, last);
        AssociativeMemory three = between(layers, last - 1, Math.min(last + 1, layers.size() - 1));
        OutOfDomainRewrite images =
                OutOfDomainRewrite.inImages().steps(size.steps()).seed(seed).evaluatedOn(List.of(), 0, MEASURED_SEED);
        OutOfDomainRewrite balanced = OutOfDomainRewrite.faithful(projector)
                .steps(2 * size.steps())
                .seed(seed)
                .rate(0.05)
                .evaluatedOn(List.of(), 0, MEASURED_SEED);
        OutOfDomainRewrite unbalanced = balanced.loss(OutOfDomainLoss.unbalanced());
        List<Row> rows = new ArrayList<>();
        rows.add(new Row("GAN", all, new AdversarialFineTuning(discriminator, size.steps(), seed), exemplars));
        rows.add(new Row("all layers, overfit", all, images, exemplars));
        rows.add(new Row("Layer=1", one, unbalanced, exemplars));
        rows.add(new Row("Layer=1 + balance", one, balanced, exemplars));
        rows.add(new Row("Layer=2", two, unbalanced, exemplars));
        rows.add(new Row("Layer=2 + balance", two, balanced, exemplars));
        rows.add(new Row("Layer=2 + balance, many contexts", two, balanced, size.contexts()));
        rows.add(new Row("images, Layer=2", two, images, size.contexts()));
        OutOfDomainLoss pulled = OutOfDomainLoss.inImages().withFeatures(OutOfDomainLoss.Form.SPLIT, 2, 1);
        rows.add(new Row("images + projected target, Layer=2", two, images.loss(pulled, projector), size.contexts()));
        rows.add(new Row("images, Layer=3", three, images, size.contexts()));
        return rows;
    }

    private AssociativeMemory between(List<Layer> layers, int first, int last) {
        return generator.memory(
                layers.get(Math.max(0, first)).name(), layers.get(last).name());
    }

    private static int indexOf(String name, List<Layer> layers) {
        for (int i = 0; i < layers.size(); i++) {
            if (layers.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException("The generator has no layer '" + name + "' that the projector is for.");
    }

    private double run(
            Task task,
            long seed,
            Row row,
            ScoreTable table,
            Map<String, Map<String, INDArray>> pictures,
            ProgressListener listener) {
        long started = System.nanoTime();
        ExemplarEdit edit = new ExemplarEdit(task.seen(), contexts(seed, row.contexts()));
        Stage stage = Stage.COMPARING.saying("ablation: " + row.name() + ", " + task.name());
        listener.report(stage, 0, 1);
        Rewrite rewrite = row.strategy()
                .rewrite(
                        row.memory(),
                        edit,
                        progress -> listener.onProgress(new Progress(
                                stage, progress.step(), progress.total(), progress.loss(), progress.share())));
        double seconds = (System.nanoTime() - started) / 1e9;
        Patch patch = rewrite.patch();
        ExemplarPreview preview =
                ExemplarPreview.of(row.memory(), patch, task.goals(), Sample.range(MEASURED_SEED, 0, size.measured()));
        record(row.name(), task, seed, preview, table, pictures);
        return seconds;
    }

    /** What the ways without a generator start from: images, goals, and where the images correspond to the exemplar's. */
    private record Baseline(
            List<Sample> samples,
            INDArray before,
            INDArray goal,
            INDArray masks,
            Exemplar exemplar,
            List<List<BestBuddy>> pairs,
            double seconds) {}

    private Baseline baseline(Task task, long seed) {
        List<Sample> samples = Sample.range(MEASURED_SEED, 0, size.measured());
        INDArray before = generator.generate(generator.sampler().at(samples));
        int height = Math.toIntExact(before.size(2));
        int width = Math.toIntExact(before.size(3));
        INDArray goal = before.dup('c');
        INDArray masks = Nd4j.create(before.size(0), height, width);
        for (int n = 0; n < samples.size(); n++) {
            Exemplar wanted = task.goals().get(n % task.goals().size()).resizedTo(height, width);
            INDArray one = before.get(NDArrayIndex.interval(n, n + 1)).dup('c');
            goal.putSlice(n, wanted.compositeOn(one).slice(0).dup('c'));
            masks.putSlice(n, wanted.mask().hard().toArray());
        }
        Exemplar exemplar = task.seen().get(0).resizedTo(height, width);
        if (exemplar.without().isEmpty()) {
            // A cut-out has no surroundings that could correspond: it is put on the first context, as for the other
            // rows.
            INDArray context = clipped(generator.generate(generator.sampler().at(contexts(seed, 1))));
            INDArray with = exemplar.compositeOn(context).slice(0).dup('c');
            exemplar = Exemplar.of(with, context.slice(0).dup('c'), exemplar.mask(), exemplar.alpha());
        }
        long started = System.nanoTime();
        List<List<BestBuddy>> pairs =
                new BestBuddyPaste(BestBuddies.through(corresponding), Blending.NAIVE).pairs(exemplar, before);
        return new Baseline(samples, before, goal, masks, exemplar, pairs, (System.nanoTime() - started) / 1e9);
    }

    /** No generator is changed: the object is put on its images along places that correspond to the picture's. */
    private double baseline(
            Task task,
            long seed,
            Baseline baseline,
            Blending blending,
            ScoreTable table,
            Map<String, Map<String, INDArray>> pictures,
            ProgressListener listener) {
        String name = name(blending);
        Stage stage = Stage.COMPARING.saying("ablation: " + name + ", " + task.name());
        listener.report(stage, 0, 1);
        long started = System.nanoTime();
        BestBuddyPaste paste = new BestBuddyPaste(BestBuddies.through(corresponding), blending);
        BestBuddyPaste.Pasted pasted = paste.onto(baseline.exemplar(), baseline.before(), baseline.pairs());
        double seconds = baseline.seconds() + (System.nanoTime() - started) / 1e9;
        ExemplarPreview preview = new ExemplarPreview(
                baseline.samples(), baseline.before(), pasted.images(), baseline.goal(), baseline.masks());
        record(name, task, seed, preview, table, pictures);
        if (!pasted.failures().isEmpty()) {
            table.note(name + ", " + task.name() + ": nothing corresponded in "
                    + pasted.failures().size() + " of " + baseline.samples().size()
                    + " images, which stayed as they were.");
        }
        listener.report(stage, 1, 1);
        return seconds;
    }

    /** They differ from seed to seed, and never are samples that are measured. */
    private static List<Sample> contexts(long seed, int count) {
        int from = Math.toIntExact(1000 * (seed % 1000));
        return Sample.range(Sample.DEFAULT_SEED, from, from + count);
    }

    private static String name(Blending blending) {
        return "best buddies, " + blending.name().toLowerCase(Locale.ROOT);
    }

    private void record(
            String row,
            Task task,
            long seed,
            ExemplarPreview preview,
            ScoreTable table,
            Map<String, Map<String, INDArray>> pictures) {
        EditMetrics metrics = EditMetrics.measure(preview.before(), preview.after(), preview.goal(), preview.masks());
        table.add(new ScoreTable.Run(
                row,
                task.name(),
                seed,
                List.of(
                        metrics.success(),
                        perceived.mean(
                                clipped(preview.after()), clipped(preview.goal()), preview.masks(), MaskSide.INSIDE),
                        metrics.insideSsim()
                                .orElseThrow(
                                        () -> new IllegalArgumentException("No window of SSIM fits into the mask of "
                                                + task.name() + ": the object is too small to compare.")),
                        metrics.insideL1After(),
                        metrics.outsidePsnr(),
                        metrics.outsideL1())));
        Map<String, INDArray> shown = pictures.computeIfAbsent(task.name(), name -> new LinkedHashMap<>());
        shown.putIfAbsent("unedited", first(preview.before()));
        shown.putIfAbsent("goal", first(preview.goal()));
        shown.putIfAbsent(row, first(preview.after()));
    }

    private static INDArray clipped(INDArray images) {
        return Transforms.max(Transforms.min(images, 1, true), -1, true);
    }

    private INDArray first(INDArray images) {
        return images.get(NDArrayIndex.interval(0, Math.min(SHOWN, size.measured())))
                .dup('c');
    }
}
