package io.github.rewrite4j.examples;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.image.AnimatedGif;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.latent.Domain;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.evaluation.ExpansionEvaluation;
import io.github.rewrite4j.samediff.evaluation.ExpansionScores;
import io.github.rewrite4j.samediff.expansion.AdaptationObjective;
import io.github.rewrite4j.samediff.expansion.DomainSheets;
import io.github.rewrite4j.samediff.expansion.ExpansionPoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/** An expanded generator, its pictures, and what was measured on it. */
public final class ExpandRun {
    private static final int ROWS = 6;
    private static final int MOVING = 3;
    private static final int FRAMES = 13;
    private static final double BEYOND = 1.5;
    private static final double[] AMOUNTS = {0, 0.25, 0.5, 0.75, 1, 1.25, BEYOND};

    private final ExpandedGenerator expanded;
    private final Optional<Generator> source;
    private final long seed;
    private final Optional<ExpansionScores> scores;

    private ExpandRun(
            ExpandedGenerator expanded, Optional<Generator> source, long seed, Optional<ExpansionScores> scores) {
        this.expanded = expanded;
        this.source = source;
        this.seed = seed;
        this.scores = scores;
    }

    /**
     * Measures, where it is known what was expanded and what the domains should be.
     *
     * @param source what was expanded, if it is at hand
     * @param objectives of domains; those of domains that the generator does not have are left out
     * @param fresh samples to measure the old images on, 0 for no measurement at all
     * @param seed of the samples that are drawn
     */
    public static ExpandRun of(
            ExpandedGenerator expanded,
            Optional<Generator> source,
            List<AdaptationObjective> objectives,
            int fresh,
            long seed,
            RewriteListener listener)
            throws IOException {
        List<String> names = expanded.domains().stream().map(Domain::name).toList();
        List<AdaptationObjective> known =
                objectives.stream().filter(o -> names.contains(o.name())).toList();
        Optional<ExpansionScores> scores = Optional.empty();
        if (source.isPresent() && !known.isEmpty() && fresh > 0) {
            ExpansionEvaluation.Size quick = ExpansionEvaluation.Size.QUICK;
            ExpansionEvaluation evaluation = ExpansionEvaluation.of(source.get(), expanded, known)
                    .size(new ExpansionEvaluation.Size(fresh, Math.min(fresh, quick.errors()), quick.diversity()));
            scores = Optional.of(evaluation.measure(listener));
        }
        return new ExpandRun(expanded, source, seed, scores);
    }

    /** What was measured. */
    public Optional<ExpansionScores> scores() {
        return scores;
    }

    /**
     * Writes {@code expanded.safetensors}, {@code grid.png}, {@code traversal.png}, {@code traversal.gif}, and where they
     * are known {@code curve.png}, {@code curve.csv}, {@code table.md} and {@code table.json}.
     *
     * @return the facts of the report
     */
    public Facts write(Path directory, RewriteListener listener) throws IOException {
        listener.report(Stage.PICTURES, 0, 3);
        DomainSheets sheets = source.map(original -> DomainSheets.of(expanded).beside(original))
                .orElseGet(() -> DomainSheets.of(expanded));
        Inputs inputs = expanded.sample(ROWS, seed);
        ContactSheet grid = sheets.aligned(inputs, mixtures());
        listener.report(Stage.PICTURES, 1, 3);
        ContactSheet traversal = sheets.traversal(inputs.slice(0, 1), AMOUNTS);
        listener.report(Stage.PICTURES, 2, 3);
        AnimatedGif moving = sheets.moving(inputs.slice(0, MOVING), BEYOND, FRAMES);
        listener.report(Stage.PICTURES, 3, 3);

        expanded.save(directory.resolve("expanded.safetensors"));
        grid.write(directory.resolve("grid.png"));
        traversal.write(directory.resolve("traversal.png"));
        moving.write(directory.resolve("traversal.gif"));
        Facts.Builder facts = facts(directory);
        if (scores.isPresent()) {
            facts.put("scores", scores.get().facts());
            text(directory.resolve("table.md"), table());
            scores.get().facts().write(directory.resolve("table.json"));
        }
        return facts.build();
    }

    /** The table of the domains. */
    public String table() {
        return scores.map(measured -> measured.domains().markdown()).orElse("");
    }

    /** The last domain but one, such as a thing that is worn, in the first and in the last. */
    private List<Map<String, Double>> mixtures() {
        List<String> names = expanded.domains().stream().map(Domain::name).toList();
        if (names.size() < 2) {
            return List.of(Map.of(names.get(0), 0.5));
        }
        String first = names.get(0);
        String last = names.get(names.size() - 1);
        if (names.size() == 2) {
            return List.of(Map.of(first, 1.0, last, 1.0), Map.of(first, 0.5, last, 0.5));
        }
        String worn = names.get(names.size() - 2);
        return List.of(Map.of(first, 1.0, worn, 1.0), Map.of(last, 1.0, worn, 1.0));
    }

    private Facts.Builder facts(Path directory) throws IOException {
        SortedMap<String, String> notes = expanded.notes();
        String csv = notes.remove("curve");
        Facts.Builder facts = Facts.builder();
        facts.put("generator", expanded.spec());
        facts.put("seed", seed);
        facts.put("domains", expanded.domains());
        facts.put("space", expanded.space().toString());
        facts.put("basis", expanded.basis().toString());
        facts.put("recipe", notes);
        if (csv != null) {
            String header = csv.lines().findFirst().orElse("");
            List<String> names = List.of(header.split(",")).subList(3, header.split(",").length);
            List<ExpansionPoint> curve = ExpansionPoint.parse(csv);
            CurvePlot.ofTraining("Expansion", names, curve).write(directory.resolve("curve.png"));
            text(directory.resolve("curve.csv"), csv);
            facts.put("points", curve.size());
            facts.put(
                    "lastPoint",
                    curve.isEmpty() ? "" : curve.get(curve.size() - 1).toString());
        }
        return facts;
    }

    private static void text(Path file, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, out -> out.write(bytes));
    }
}
