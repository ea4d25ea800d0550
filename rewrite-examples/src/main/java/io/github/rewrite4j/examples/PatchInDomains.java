package io.github.rewrite4j.examples;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.avatars.BundledExpansion;
import io.github.rewrite4j.examples.StackedRule.Wanted;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.latent.Domain;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.expansion.DomainsInTurn;
import io.github.rewrite4j.samediff.generator.style.ExpandedStyleGan2;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A patch in the domains of an expanded generator: the moustache, learnt on old images alone and on samples of all domains in
 * turn, and what it reaches in each on 16 fresh samples of it; the goal has the object of an old image everywhere. Writes {@code
 * patch-in-domains.md} and {@code patch-in-domains.png} into {@code target/rewrite} or the directory given as first argument; a
 * second is another expanded generator, a third another rule.
 */
public final class PatchInDomains {
    private static final long FRESH = 2029;
    private static final int SAMPLES = 16;
    private static final int SHOWN = 6;

    private PatchInDomains() {}

    /** Fresh samples that {@link DomainsInTurn} draws in one place. */
    private static List<Sample> inTurn(int turn, int places) {
        return IntStream.range(0, SAMPLES)
                .mapToObj(i -> new Sample(FRESH, i * places + turn))
                .toList();
    }

    /** Learns and measures. */
    public static void main(String[] args) throws IOException {
        Path out = Path.of(args.length > 0 ? args[0] : "target/rewrite");
        ComputeThreads.use(ComputeThreads.configured());
        String name = args.length > 2 ? args[2] : "moustache";
        ContactSheet.Builder sheet = ContactSheet.titled("The " + name + " in every domain");
        StringBuilder table = new StringBuilder("| | learnt on old images | learnt in all domains |\n|---|---|---|\n");
        try (ExpandedGenerator expanded =
                        args.length > 1 ? ExpandedStyleGan2.load(Path.of(args[1])) : BundledExpansion.load();
                Generator everywhere = expanded.withSampler(DomainsInTurn.of(expanded))) {
            List<String> places = new ArrayList<>(List.of("old images"));
            expanded.domains().stream().map(Domain::name).forEach(places::add);
            StackedRule shown = StackedRule.named(name, FRESH, List.of());
            Patch plain = shown.learntOn(expanded);
            Patch across = shown.learntOn(everywhere);
            for (int turn = 0; turn < places.size(); turn++) {
                StackedRule rule = StackedRule.named(name, FRESH, inTurn(turn, places.size()));
                Wanted one = rule.wanted(everywhere, plain);
                Wanted other = rule.wanted(everywhere, across);
                table.append(String.format(
                        Locale.ROOT,
                        "| %s | %.2f | %.2f |%n",
                        places.get(turn),
                        one.success(one.after(), List.of()),
                        other.success(other.after(), List.of())));
                sheet.row(places.get(turn), ExpansionClaims.first(other.before(), SHOWN))
                        .row("as the rule wants it", ExpansionClaims.first(other.goal(), SHOWN))
                        .row("learnt on old images", ExpansionClaims.first(one.after(), SHOWN))
                        .row("learnt in all domains", ExpansionClaims.first(other.after(), SHOWN));
            }
        }
        byte[] text = table.toString().getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(out.resolve("patch-in-domains.md"), file -> file.write(text));
        sheet.labelWidth(160).scale(1).build().write(out.resolve("patch-in-domains.png"));
        System.out.println(table);
    }
}
