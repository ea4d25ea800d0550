package io.github.rewrite4j.examples;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.avatars.Accessories;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.condition.ConditionalEffect;
import io.github.rewrite4j.samediff.condition.ShareOfSamples;
import io.github.rewrite4j.samediff.strategy.ExemplarPreview;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Two rules that hold for some images only: glasses on half of the faces, and sunglasses on all that have no long hair.
 * Arguments: the directory to write to ({@code target/rewrite/conditional}), contexts of each kind (256), steps (400), fresh
 * samples to measure on (2000), which of the two (both).
 */
public final class MeasureConditional {
    private static final Set<String> LONG =
            Set.of("long", "extraLong", "bobCut", "bobBangs", "pigtails", "curlyBun", "straightBun");
    private static final int POPULATION = 768;
    private static final int MOST = 8192;
    private static final int SHOWN = 8;

    private MeasureConditional() {}

    /** Runs. */
    public static void main(String[] args) throws IOException {
        ComputeThreads.use(ComputeThreads.configured());
        Path out = Path.of(args.length > 0 ? args[0] : "target/rewrite/conditional");
        int contexts = args.length > 1 ? Integer.parseInt(args[1]) : 256;
        int steps = args.length > 2 ? Integer.parseInt(args[2]) : 400;
        int fresh = args.length > 3 ? Integer.parseInt(args[3]) : 2000;
        String which = args.length > 4 ? args[4] : "both";
        Facts.Builder facts = Facts.builder();
        try (Generator avatars = BundledGenerator.load()) {
            AssociativeMemory memory = OutOfDomainRewrite.conditionalMemoryOf(avatars);
            OutOfDomainRewrite strategy = OutOfDomainRewrite.withExceptions().steps(steps);
            if (!which.equals("except")) {
                List<Exemplar> glasses = Accessories.bundled().named("glasses").subList(0, 3);
                Region eyes = glasses.stream()
                        .map(exemplar -> Region.of(exemplar.mask()))
                        .reduce(Region::union)
                        .orElseThrow();
                ShareOfSamples.Sides sides = ShareOfSamples.of(0.5)
                        .divide(memory, eyes, POPULATION, Sample.DEFAULT_SEED, RewriteListener.SILENT);
                Patch patch = strategy.rewrite(memory, first(sides, contexts).of(ExemplarEdit.of(glasses)))
                        .patch();
                List<Sample> samples = Sample.range(2, 0, fresh);
                facts.put(
                        "glasses on half",
                        ConditionalEffect.of(memory, patch, glasses, samples, List.of(), RewriteListener.SILENT)
                                .facts());
                sheet(memory, patch, glasses, samples.subList(0, 2 * SHOWN), "Glasses on half of the faces")
                        .write(out.resolve("share.png"));
                patch.save(out.resolve("share.safetensors"));
                System.out.println(facts.build());
            }
            if (!which.equals("share")) {
                List<Exemplar> shades =
                        Accessories.bundled().named("sunglasses").subList(0, 3);
                AttributeSides rule = new AttributeSides("hair", LONG, false);
                ShareOfSamples.Sides sides = rule.of(
                        avatars,
                        BundledNetworks.training(),
                        contexts,
                        MOST,
                        Sample.DEFAULT_SEED,
                        RewriteListener.SILENT);
                Patch patch = strategy.rewrite(memory, sides.of(ExemplarEdit.of(shades)))
                        .patch();
                ShareOfSamples.Sides held =
                        rule.of(avatars, BundledNetworks.evaluation(), fresh / 2, MOST, 2, RewriteListener.SILENT);
                facts.put(
                        "sunglasses where no long hair",
                        ConditionalEffect.of(memory, patch, shades, held.fires(), held.stays(), RewriteListener.SILENT)
                                .facts());
                ShareOfSamples.Sides agreed = rule.agreed(avatars, BundledNetworks.training(), held);
                facts.put(
                        "the same where both networks see the same hair",
                        ConditionalEffect.of(
                                        memory, patch, shades, agreed.fires(), agreed.stays(), RewriteListener.SILENT)
                                .facts());
                List<Sample> shown = new ArrayList<>(held.fires().subList(0, SHOWN));
                shown.addAll(held.stays().subList(0, SHOWN));
                sheet(
                                memory,
                                patch,
                                shades,
                                shown,
                                "Sunglasses where there is no long hair (left), none where there is")
                        .write(out.resolve("except.png"));
                patch.save(out.resolve("except.safetensors"));
                System.out.println(facts.build());
            }
            facts.build().write(out.resolve("conditional.json"));
        }
    }

    private static ShareOfSamples.Sides first(ShareOfSamples.Sides sides, int count) {
        return new ShareOfSamples.Sides(
                sides.fires().subList(0, Math.min(count, sides.fires().size())),
                sides.stays().subList(0, Math.min(count, sides.stays().size())));
    }

    private static ContactSheet sheet(
            AssociativeMemory memory, Patch patch, List<Exemplar> goals, List<Sample> samples, String title) {
        ExemplarPreview preview = ExemplarPreview.of(memory, patch, goals, samples);
        return ContactSheet.titled(title)
                .row("before", preview.before())
                .row("after", preview.after())
                .footer("samples of seed 2, none used for the rule")
                .build();
    }
}
