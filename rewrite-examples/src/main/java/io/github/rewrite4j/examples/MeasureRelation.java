package io.github.rewrite4j.examples;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.edit.Intervention;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.dissection.Dissection;
import io.github.rewrite4j.samediff.dissection.UnitScore;
import io.github.rewrite4j.samediff.perception.PartNetwork;
import io.github.rewrite4j.samediff.relation.LayerTrial;
import io.github.rewrite4j.samediff.relation.LayerTrials;
import io.github.rewrite4j.samediff.relation.MarkedImages;
import io.github.rewrite4j.samediff.relation.Probe;
import io.github.rewrite4j.samediff.relation.Relation;
import io.github.rewrite4j.samediff.relation.RelationEffect;
import io.github.rewrite4j.samediff.relation.RelationReversal;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/**
 * A relation that is written into the bundled generator, found again and turned round: a light background makes hair
 * light. The generator has a faint one of its own, which is measured first.
 */
public final class MeasureRelation {
    private static final String CAUSE = "background";
    private static final String EFFECT = "hair";
    private static final String PROBED = "layer2";
    private static final String PLANTED = "layer4";
    private static final String JUDGED = "layer5";
    private static final int UNITS = 20;
    private static final int APART = 6;
    private static final double LIGHT = 2.5;

    private MeasureRelation() {}

    /** Runs; the arguments are the directory to write to, the number of images, the steps of each trial and those of
     * the published loop. */
    public static void main(String[] args) throws IOException {
        ComputeThreads.use(ComputeThreads.configured());
        Path out = Path.of(args.length > 0 ? args[0] : "target/rewrite/relation");
        int images = args.length > 1 ? Integer.parseInt(args[1]) : 24;
        int steps = args.length > 2 ? Integer.parseInt(args[2]) : 101;
        int loop = args.length > 3 ? Integer.parseInt(args[3]) : 1001;
        RelationReversal published = RelationReversal.faithful(loop, 0.01);
        PartNetwork parts = BundledNetworks.parts();
        try (Generator avatars = BundledGenerator.load()) {
            List<UnitScore> scores = Dissection.ofKeys(avatars.memory(PROBED))
                    .units(batch -> parts.masks(batch, CAUSE), RewriteListener.SILENT);
            Probe probe = Probe.measured(
                    avatars,
                    PROBED,
                    scores.subList(0, UNITS).stream().map(UnitScore::unit).toList(),
                    1);
            Relation relation = new Relation(probe, JUDGED, marked(avatars, parts, probe, images, 1));
            Relation held = relation.on(marked(avatars, parts, probe, images, 2));
            System.out.println("its own: " + RelationEffect.of(avatars, avatars, held));
            Patch found = RelationReversal.bySolver()
                    .at(avatars, relation, PLANTED, RewriteListener.SILENT)
                    .patch();
            try (Generator turned = avatars.with(found)) {
                System.out.println(
                        "its own, turned round at " + PLANTED + ": " + RelationEffect.of(avatars, turned, held));
            }
            Patch plant = PlantedRelation.in(avatars, relation, PLANTED, LIGHT, RewriteListener.SILENT);
            plant.save(out.resolve("planted.safetensors"));
            try (Generator planted = avatars.with(plant)) {
                System.out.println("planted at " + PLANTED + ": " + RelationEffect.of(avatars, planted, held));
                turn(planted, relation, held, steps, published, out);
            }
        }
    }

    private static List<Intervention> marked(Generator avatars, PartNetwork parts, Probe probe, int images, long seed) {
        return MarkedImages.of(
                avatars,
                probe,
                batch -> parts.masks(batch, CAUSE),
                batch -> parts.masks(batch, EFFECT),
                APART,
                images,
                seed,
                RewriteListener.SILENT);
    }

    private static void turn(
            Generator planted, Relation relation, Relation held, int steps, RelationReversal published, Path out)
            throws IOException {
        PrintStream to = System.out;
        List<LayerTrial> trials =
                new LayerTrials(steps, LayerTrials.faithful().rate()).of(planted, relation, RewriteListener.SILENT);
        trials.forEach(trial -> to.println(trial.facts()));
        to.println("furthest: " + LayerTrials.best(trials).layer());
        for (RelationReversal way : List.of(RelationReversal.bySolver(), published)) {
            RelationReversal.Reversed reversed = way.at(planted, relation, PLANTED, RewriteListener.SILENT);
            try (Generator changed = planted.with(reversed.patch())) {
                to.println(way.name() + " at " + PLANTED + ": loss " + reversed.lossBefore() + " -> "
                        + reversed.lossAfter() + " in " + reversed.seconds() + " s");
                to.println("  on its own images: " + RelationEffect.of(planted, changed, relation));
                to.println("  on others:         " + RelationEffect.of(planted, changed, held));
                RelationSheet.of(planted, changed, held, way.name() + " at " + PLANTED)
                        .write(out.resolve(way.name().replace('/', '-') + ".png"));
            }
        }
    }
}
