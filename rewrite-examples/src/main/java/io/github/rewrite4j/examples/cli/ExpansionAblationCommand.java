package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.avatars.RealAvatars;
import io.github.rewrite4j.avatars.attribute.AttributeNetwork;
import io.github.rewrite4j.examples.CurvePlot;
import io.github.rewrite4j.examples.ExpandAvatars;
import io.github.rewrite4j.examples.domains.AvatarDomains;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.latent.LatentBasis;
import io.github.rewrite4j.samediff.ablation.ExpansionAblation;
import io.github.rewrite4j.samediff.ablation.ExpansionAblation.Part;
import io.github.rewrite4j.samediff.evaluation.ExpansionEvaluation;
import io.github.rewrite4j.samediff.evaluation.ScoreTable;
import io.github.rewrite4j.samediff.expansion.AdaptationBatch;
import io.github.rewrite4j.samediff.expansion.AdaptationObjective;
import io.github.rewrite4j.samediff.expansion.DedicatedAdaptation;
import io.github.rewrite4j.samediff.expansion.DirectionChoice;
import io.github.rewrite4j.samediff.expansion.DomainExpansion;
import io.github.rewrite4j.samediff.expansion.ExpansionPoint;
import io.github.rewrite4j.samediff.latent.LatentBases;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.metric.PerceptualDistance;
import io.github.rewrite4j.samediff.perception.Discriminator;
import io.github.rewrite4j.samediff.perception.EmbeddingDistance;
import io.github.rewrite4j.samediff.perception.TapedFeatures;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "expansion",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "What matters in domain expansion: against plain adaptation, by number, distance and directions of"
                        + " domains. Writes NAME.md and NAME.csv of every table, pictures, curves, report.json.",
        footer = {
            "",
            "For the bundled generator, whose networks and pictures judge.",
            "",
            "Examples:",
            "  rewrite ablation expansion --quick --out ablation",
            "  rewrite ablation expansion --part comparison --seeds 3 --out ablation",
            "  rewrite ablation expansion --out ablation   (all parts at full size: many hours)"
        })
final class ExpansionAblationCommand extends GeneratorCommand {
    private static final int BASIS_SAMPLES = 4096;
    private static final long BASIS_SEED = 1;

    @Option(names = "--quick", description = "One seed, few steps and samples: under 5 minutes on two quiet cores.")
    private boolean quick;

    @Option(
            names = "--seeds",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            defaultValue = "1",
            description = "Number of seeds, from --seed on (default: ${DEFAULT-VALUE}).")
    private int seeds = 1;

    @Option(
            names = "--part",
            paramLabel = "NAME",
            description = "comparison, count, distance or directions; may be repeated (default: all).")
    private List<String> parts = new ArrayList<>();

    @Option(
            names = "--steps",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            description = "Steps for each domain (default: 600, quick 15).")
    private @Nullable Integer steps;

    @Option(
            names = "--measured",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            description = "Fresh samples (default: 1000, quick 200).")
    private @Nullable Integer measured;

    @Option(names = "--domains", paramLabel = "N", description = "Only the first of the five domains, from 2.")
    private int domains = 5;

    @Option(
            names = "--counts",
            paramLabel = "N",
            split = ",",
            description = "Numbers of domains, 1 to 20, that are tried (default: 1,5,20).")
    private List<Integer> counts = new ArrayList<>(List.of(1, 5, 20));

    ExpansionAblationCommand(Console console) {
        super(console);
    }

    @Override
    void run(Generator generator, Path out) throws IOException {
        long started = System.nanoTime();
        AttributeNetwork judge = BundledNetworks.evaluation();
        INDArray real = RealAvatars.load().images(0, RealAvatars.COUNT);
        AttributeNetwork eye = BundledNetworks.training();
        ExpansionAblation ablation = new ExpansionAblation(
                generator,
                new Recipe(eye, BundledNetworks.discriminator(), real),
                new ExpansionAblation.Judge(
                        judge, EmbeddingDistance.statistics(judge, real), PerceptualDistance.unweighted(judge)),
                size());
        ExpansionAblation.Plan plan = plan(generator);
        Set<Part> wanted = wanted();
        List<Long> list = LongStream.range(seed(), seed() + seeds).boxed().toList();
        ExpansionAblation.Outcome outcome = console().watching(listener -> ablation.run(plan, wanted, list, listener));
        Facts.Builder report = Facts.builder();
        report.put("generator", generator.spec());
        report.put("seeds", list);
        report.put("size", size());
        report.put("parts", wanted);
        Facts.Builder tables = Facts.builder();
        for (Map.Entry<String, ScoreTable> table : outcome.tables().entrySet()) {
            text(out.resolve(table.getKey() + ".md"), table.getValue().markdown());
            text(out.resolve(table.getKey() + ".csv"), table.getValue().csv());
            tables.put(table.getKey(), table.getValue().facts());
            console().lines(table.getValue().markdown());
        }
        report.put("tables", tables.build());
        for (Map.Entry<String, ContactSheet> sheet : outcome.sheets().entrySet()) {
            sheet.getValue().write(out.resolve(sheet.getKey() + ".png"));
        }
        curves(outcome, out);
        report.put("seconds", Map.of("ablation", (System.nanoTime() - started) / 1e9));
        report.build().write(out.resolve("report.json"));
        console().say("written to %s", out);
    }

    /** As the bundled expansion was trained; the bundled discriminator goes on with the source's own training. */
    private record Recipe(TapedFeatures eye, Discriminator discriminator, INDArray real)
            implements ExpansionAblation.Recipe {
        @Override
        public DomainExpansion of(List<AdaptationObjective> domains) {
            return ExpandAvatars.training(domains, eye);
        }

        @Override
        public DedicatedAdaptation plain(AdaptationObjective domain) {
            return ExpandAvatars.plain(domain);
        }

        @Override
        public Optional<DomainExpansion> continued() {
            return Optional.of(ExpandAvatars.training(List.of(new Nothing()), eye)
                    .replay(0, 0)
                    .adversarial(discriminator, real, 1));
        }
    }

    /** A domain in which nothing is wanted. */
    private record Nothing() implements AdaptationObjective {
        @Override
        public String name() {
            return "nothing";
        }

        @Override
        public Node loss(Tape tape, AdaptationBatch batch) {
            return Arithmetic.scale(Arithmetic.mean(batch.edit()), 0, 0);
        }
    }

    private ExpansionAblation.Size size() {
        ExpansionAblation.Size size = quick ? ExpansionAblation.Size.QUICK : ExpansionAblation.Size.FULL;
        ExpansionEvaluation.Size samples = size.measured();
        if (measured != null) {
            samples = new ExpansionEvaluation.Size(
                    measured, Math.min(measured, samples.errors()), Math.min(measured, samples.diversity()));
        }
        return new ExpansionAblation.Size(steps == null ? size.steps() : steps, size.batch(), samples);
    }

    private ExpansionAblation.Plan plan(Generator generator) throws IOException {
        List<AdaptationObjective> first = ExpandAvatars.objectives();
        if (domains < 2 || domains > first.size()) {
            throw new IllegalArgumentException("--domains is " + domains + ": it must be 2 to " + first.size() + ".");
        }
        List<AdaptationObjective> more = new ArrayList<>(first.subList(domains, first.size()));
        more.addAll(AvatarDomains.variations());
        LatentBasis basis = console()
                .watching(listener ->
                        LatentBases.principal(LatentNetwork.of(generator), BASIS_SAMPLES, BASIS_SEED, listener));
        Map<String, DirectionChoice> directions = new LinkedHashMap<>();
        directions.put("last singular directions", DirectionChoice.faithful());
        directions.put("middle directions", from(basis, (basis.size() - domains) / 2));
        directions.put("first directions", from(basis, 0));
        return new ExpansionAblation.Plan(first.subList(0, domains), more, counts, List.of(0.5, 2.0), directions);
    }

    private DirectionChoice from(LatentBasis basis, int first) {
        return DirectionChoice.of(basis, IntStream.range(first, first + domains).toArray());
    }

    private Set<Part> wanted() {
        if (parts.isEmpty()) {
            return Part.all();
        }
        Set<Part> wanted = EnumSet.noneOf(Part.class);
        for (String name : parts) {
            try {
                wanted.add(Part.valueOf(name.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException unknown) {
                throw new IllegalArgumentException(
                        "--part is '" + name + "': choose of comparison, count, distance and directions.", unknown);
            }
        }
        return wanted;
    }

    private static void curves(ExpansionAblation.Outcome outcome, Path out) throws IOException {
        CurvePlot together = CurvePlot.titled("Error of the first domain", "step", "mean loss since the point before");
        for (Map.Entry<String, ExpansionAblation.Curve> entry : outcome.curves().entrySet()) {
            ExpansionAblation.Curve curve = entry.getValue();
            String file = "curve-" + entry.getKey().replaceAll("[^A-Za-z0-9]+", "-");
            text(out.resolve(file + ".csv"), ExpansionPoint.csv(curve.domains(), curve.points()));
            together.line(
                    entry.getKey(),
                    curve.points().stream().map(point -> (double) point.step()).toList(),
                    curve.points().stream().map(point -> point.domains().get(0)).toList());
        }
        ExpansionAblation.Curve main = outcome.curves().get("expansion");
        if (main != null) {
            CurvePlot.ofTraining("Expansion", main.domains(), main.points()).write(out.resolve("curve.png"));
        }
        together.write(out.resolve("curves.png"));
    }

    private static void text(Path file, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, out -> out.write(bytes));
    }
}
