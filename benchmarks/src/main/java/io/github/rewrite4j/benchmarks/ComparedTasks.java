package io.github.rewrite4j.benchmarks;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.avatars.Accessories;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.examples.AvatarEdits;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.samediff.projector.ProjectorArchitecture;
import io.github.rewrite4j.samediff.projector.ProjectorTraining;
import io.github.rewrite4j.samediff.strategy.EditCompiler;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import io.github.rewrite4j.samediff.strategy.OutOfDomainLoss;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What is compared, through the public interface alone. */
final class ComparedTasks implements AutoCloseable {
    private static final int BATCH = 16;
    private static final int STATISTICS = 1000;
    private static final int EXEMPLARS = 3;
    private static final int POOL = 256;
    private static final int NEVER = 100_000_000;
    private static final int INSERTION_STEPS = 1_000_000;

    /**
     * Asks for the object only. What keeps the rest has no gradient at the unchanged weights but the sign of rounding
     * errors, so that trajectories of the default loss part at the first step on any two machines.
     */
    private static final OutOfDomainLoss INSIDE =
            OutOfDomainLoss.inImages().withImage(0, 1).withFeatures(OutOfDomainLoss.Form.SPLIT, 0, 0);

    private final int threads;
    private final Generator generator;
    private final Inputs one;
    private final Inputs batch;
    private final AssociativeMemory layer5;
    private final AssociativeMemory layer6;
    private final List<Exemplar> exemplars;
    private final Map<String, PausedTraining> trainings = new HashMap<>();

    /**
     * Loads the bundled generator.
     *
     * @param threads native threads
     */
    ComparedTasks(int threads) throws IOException {
        this.threads = threads;
        this.generator = BundledGenerator.load();
        this.one = generator.sample(1, Sample.DEFAULT_SEED);
        this.batch = generator.sample(BATCH, Sample.DEFAULT_SEED);
        this.layer5 = generator.memory("layer5");
        this.layer6 = generator.memory("layer6");
        this.exemplars = Accessories.bundled().named("sunglasses").subList(0, EXEMPLARS);
    }

    /** One iteration of a task. */
    Runnable task(String name) {
        return switch (name) {
            case "generate-1" -> () -> generator.generate(one).close();
            case "generate-16" -> () -> generator.generate(batch).close();
            case "keys-16" -> () -> layer5.keys(batch).tensor().close();
            case "moment-1000" -> () -> layer6.covariance(STATISTICS, Sample.DEFAULT_SEED, RewriteListener.SILENT);
            default -> {
                PausedTraining training = training(name);
                yield () -> training.steps(1);
            }
        };
    }

    /** The training behind a task that is a step of one; started at the first call. */
    PausedTraining training(String name) {
        return trainings.computeIfAbsent(name, n -> switch (n) {
            case "projector-step" -> new PausedTraining("training the projector", this::trainProjector, threads);
            case "rewriting-step" -> rewriting(OutOfDomainLoss.inImages());
            case "rewriting-inside" -> rewriting(INSIDE);
            case "insertion-step" -> new PausedTraining("inserting the rule", l -> insert(INSERTION_STEPS, l), threads);
            default -> throw new IllegalArgumentException("There is no task '" + n + "'.");
        });
    }

    /** The generator's own samples only, always the same ones, so that a step is nothing but a step. */
    private void trainProjector(RewriteListener listener) {
        ProjectorTraining.defaults()
                .architecture(ProjectorArchitecture.TINY)
                .foreignShare(0)
                .pool(POOL)
                .standardisedOn(POOL)
                .renewal(0)
                .evaluation(1, NEVER)
                .iterations(NEVER)
                .train(layer6, listener);
    }

    private PausedTraining rewriting(OutOfDomainLoss loss) {
        OutOfDomainRewrite rewrite =
                OutOfDomainRewrite.inImages().loss(loss).threads(threads).steps(NEVER);
        AssociativeMemory memory = OutOfDomainRewrite.memoryOf(generator);
        return new PausedTraining(
                "rewriting", listener -> rewrite.rewrite(memory, ExemplarEdit.of(exemplars), listener), threads);
    }

    private Rewrite insert(int steps, RewriteListener listener) {
        return LowRankRewrite.rank(10)
                .byProjectedGradient(steps, 0.05)
                .evaluatedOn(0, 2)
                .rewrite(generator.memory("layer4"), bun(), listener);
    }

    private static Edit bun() {
        return AvatarEdits.bun().plan().edit();
    }

    /** Writes exemplars and the rule of the insertion, which are inputs, and images, keys and moment, which are results. */
    void export(Path file) throws IOException {
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        tensors.put("images", generator.generate(batch));
        tensors.put("keys", layer5.keys(batch).tensor());
        tensors.put(
                "moment",
                layer6.covariance(STATISTICS, Sample.DEFAULT_SEED, RewriteListener.SILENT)
                        .matrix());
        int grid = OutOfDomainRewrite.memoryOf(generator).spec().valueShape().height();
        for (int i = 0; i < exemplars.size(); i++) {
            Exemplar exemplar = exemplars.get(i);
            tensors.put("exemplar" + i + ".alpha", exemplar.alpha().toArray());
            tensors.put("exemplar" + i + ".share", exemplar.share());
            tensors.put("exemplar" + i + ".mask", exemplar.mask().toArray());
            tensors.put(
                    "exemplar" + i + ".cells",
                    exemplar.mask().resized(grid, grid).toArray());
        }
        Rule rule = EditCompiler.rule(generator.memory("layer4"), bun());
        Box box = rule.boxes().get(0);
        tensors.put("rule.keys", rule.keys().tensor());
        tensors.put("rule.energy", rule.keys().side().get("layer4.styleEnergy"));
        tensors.put("rule.goal", rule.goal());
        tensors.put("rule.box", Nd4j.createFromArray((float) box.top(), box.bottom(), box.left(), box.right()));
        WeightDelta change = insert(1, RewriteListener.SILENT).patch().deltas().get(0);
        if (change instanceof WeightDelta.LowRank lowRank) {
            tensors.put("rule.directions", lowRank.right());
        }
        SafeTensors.write(file, tensors, Map.of());
    }

    @Override
    public void close() {
        generator.close();
    }
}
