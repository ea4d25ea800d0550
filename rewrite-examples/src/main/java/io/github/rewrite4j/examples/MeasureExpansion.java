package io.github.rewrite4j.examples;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.avatars.BundledExpansion;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.avatars.RealAvatars;
import io.github.rewrite4j.avatars.attribute.AttributeNetwork;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.evaluation.ExpansionEvaluation;
import io.github.rewrite4j.samediff.evaluation.ExpansionScores;
import io.github.rewrite4j.samediff.expansion.AdaptationObjective;
import io.github.rewrite4j.samediff.expansion.AdaptedNetwork;
import io.github.rewrite4j.samediff.expansion.DedicatedAdaptation;
import io.github.rewrite4j.samediff.generator.style.ExpandedStyleGan2;
import io.github.rewrite4j.samediff.metric.PerceptualDistance;
import io.github.rewrite4j.samediff.perception.EmbeddingDistance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures the expanded generator that comes with the examples (docs/domains.md has it from 1,500 latents): on 10,000 fresh ones, judged by
 * attribute network B, beside an adaptation to each single domain with as many samples of that domain. Writes
 * {@code domains.md} and {@code domains.json} into {@code target/rewrite} or the directory given as first argument; a second
 * argument is another expanded generator, or "bundled", and "alone" as last one leaves the adaptations out. Half an hour on one
 * core, minutes without adaptations.
 */
public final class MeasureExpansion {
    private static final String BUNDLED = "bundled";
    private static final ExpansionEvaluation.Size SIZE = new ExpansionEvaluation.Size(10_000, 200, 300);

    private MeasureExpansion() {}

    /** Measures and writes. */
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args.length > 0 ? args[0] : "target/rewrite");
        ComputeThreads.use(ComputeThreads.configured());
        RewriteListener progress = ProgressDisplay.on(System.out);
        boolean alone = args.length > 1 && args[args.length - 1].equals("alone");
        AttributeNetwork judge = BundledNetworks.evaluation();
        List<AdaptationObjective> objectives = ExpandAvatars.objectives();
        try (Generator avatars = BundledGenerator.load();
                ExpandedGenerator expanded = args.length > 1 && !args[1].equals(BUNDLED)
                        ? ExpandedStyleGan2.load(Path.of(args[1]))
                        : BundledExpansion.load()) {
            int steps = Integer.parseInt(expanded.notes().getOrDefault("steps", "0")) / objectives.size();
            Map<String, AdaptedNetwork> dedicated = new LinkedHashMap<>();
            for (AdaptationObjective objective : alone ? List.<AdaptationObjective>of() : objectives) {
                DedicatedAdaptation adaptation = DedicatedAdaptation.to(objective)
                        .iterations(steps)
                        .batch(ExpandAvatars.BATCH)
                        .learningRate(ExpandAvatars.RATE);
                dedicated.put(objective.name(), adaptation.train(avatars, progress));
            }
            ExpansionScores scores = ExpansionEvaluation.of(avatars, expanded, objectives)
                    .size(SIZE)
                    .judgedBy(
                            judge,
                            EmbeddingDistance.statistics(
                                    judge, RealAvatars.load().images(0, RealAvatars.COUNT)))
                    .diversity(PerceptualDistance.unweighted(judge))
                    .beside(dedicated)
                    .composing("night", "sunglasses")
                    .composing("sketch", "sunglasses")
                    .composing("8-bit", "sunglasses")
                    .composing("pop-art", "sunglasses")
                    .measure(progress);
            StringBuilder text = new StringBuilder();
            scores.tables().forEach(table -> text.append(table.markdown()).append('\n'));
            if (!alone) {
                text.append("Dedicated adaptations: ").append(steps).append(" steps of 8 samples each.\n");
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            AtomicFile.write(directory.resolve("domains.md"), out -> out.write(bytes));
            Json.write(directory.resolve("domains.json"), scores.facts());
            System.out.println(text);
        }
    }
}
