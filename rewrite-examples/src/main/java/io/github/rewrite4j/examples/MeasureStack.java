package io.github.rewrite4j.examples;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.strategy.PatchInterplay;
import io.github.rewrite4j.samediff.strategy.PlannedRewrite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What several rules reach together: learnt on top of one another, and learnt apart and added. Arguments: the directory to
 * write to ({@code target/rewrite}), then {@code seed=N} to draw batches by another seed than 1 and to measure on samples of
 * seed N + 1, then the rules in order ({@link StackedRule#named}; five by default). Writes
 * {@code stack.md}, {@code stack.json} and {@code stack-rules.png}; ten minutes on two cores.
 *
 * <p>The success of a rule in a stack is 1 - |stack - goal| / |before - goal| where the rule draws and no other rule of the
 * stack does; before is the generator that it was learnt on, and the goal that generator's image with the object on it.
 * That way the number does not depend on the others as long as these keep to their own places. Each is compared with the
 * success of the same rule learnt alone on the bundled generator, in the same places.
 */
public final class MeasureStack {
    private static final int MEASURED = 128;
    private static final int SHOWN = 10;
    private static final String SEED = "seed=";
    private static final List<String> FIVE = List.of("moustache", "bun", "sunglasses", "bowtie", "earrings");

    private final Generator base;
    private final List<StackedRule> rules;
    private final List<Patch> alone = new ArrayList<>();
    private final List<StackedRule.Wanted> aloneWanted = new ArrayList<>();

    private MeasureStack(Generator base, List<StackedRule> rules) {
        this.base = base;
        this.rules = rules;
    }

    /** Measures. */
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args.length > 0 ? args[0] : "target/rewrite");
        List<String> names = new ArrayList<>(Arrays.asList(args).subList(Math.min(1, args.length), args.length));
        long seed = Sample.DEFAULT_SEED;
        if (!names.isEmpty() && names.get(0).startsWith(SEED)) {
            seed = Long.parseLong(names.remove(0).substring(SEED.length()));
        }
        if (names.isEmpty()) {
            names.addAll(FIVE);
        }
        ComputeThreads.use(ComputeThreads.configured());
        List<StackedRule> rules = new ArrayList<>();
        for (String name : names) {
            rules.add(StackedRule.named(name, seed, Sample.range(seed + 1, 0, MEASURED)));
        }
        try (Generator base = BundledGenerator.load()) {
            new MeasureStack(base, List.copyOf(rules)).run(directory);
        }
    }

    private void run(Path directory) throws IOException {
        for (StackedRule rule : rules) {
            Patch patch = rule.learntOn(base);
            alone.add(patch);
            aloneWanted.add(rule.wanted(base, patch));
            say(
                    "%s alone: %.3f",
                    rule.name(), last(aloneWanted).success(last(aloneWanted).after(), List.of()));
        }
        double[] before = new double[rules.size()];
        for (int i = 0; i < rules.size(); i++) {
            before[i] = aloneWanted.get(i).success(aloneWanted.get(i).after(), others(i));
        }
        ContactSheet.Builder sheet = ContactSheet.titled("Rules learnt on top of one another");
        Inputs shown = base.sample(SHOWN, PlannedRewrite.FRESH_SEED);
        sheet.row("before", base.generate(shown));

        double[][] curve = new double[rules.size()][rules.size()];
        List<StackedRule.Wanted> wanted = new ArrayList<>();
        PatchStack stack = PatchStack.on(base);
        for (int i = 0; i < rules.size(); i++) {
            try (Generator under = stack.open()) {
                Patch patch = i == 0 ? alone.get(0) : rules.get(i).learntOn(under);
                wanted.add(rules.get(i).wanted(under, patch));
                stack = stack.and(patch, 1);
            }
            for (int j = 0; j <= i; j++) {
                curve[i][j] = wanted.get(j)
                        .success(stack.generate(base.sampler().at(rules.get(j).samples())), others(j));
            }
            say("with %s: %s", rules.get(i).name(), Arrays.toString(Arrays.copyOf(curve[i], i + 1)));
            sheet.row("and " + rules.get(i).name(), stack.generate(shown));
        }
        double[] added = new double[rules.size()];
        PatchStack sum = PatchStack.on(base)
                .and(alone.stream().map(patch -> new AppliedPatch(patch, 1)).toList());
        for (int j = 0; j < rules.size(); j++) {
            added[j] = aloneWanted
                    .get(j)
                    .success(sum.generate(base.sampler().at(rules.get(j).samples())), others(j));
        }
        sheet.row("learnt apart and added", sum.generate(shown));
        write(directory, before, curve, added, stack, sum);
        sheet.footer("each row has all rules above it; samples of seed 2, none used for the rules; by MeasureStack")
                .build()
                .write(directory.resolve("stack-rules.png"));
        say("written to %s", directory.toAbsolutePath());
    }

    private static <T> T last(List<T> list) {
        return list.get(list.size() - 1);
    }

    /** What the other rules cover. */
    private List<StackedRule.Wanted> others(int rule) {
        List<StackedRule.Wanted> others = new ArrayList<>(aloneWanted);
        others.remove(rule);
        return others;
    }

    private void write(
            Path directory, double[] before, double[][] curve, double[] added, PatchStack stack, PatchStack sum)
            throws IOException {
        double[] after = curve[curve.length - 1];
        StringBuilder table = new StringBuilder("| rule | alone | when learnt, on top of those above | with all "
                + rules.size() + " | of what it reaches alone | learnt apart and added |\n|---|---|---|---|---|---|\n");
        List<Map<String, Object>> facts = new ArrayList<>();
        for (int j = 0; j < rules.size(); j++) {
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %.3f | %.3f | %.3f | %.0f %% | %.3f |%n",
                    rules.get(j).name(),
                    before[j],
                    curve[j][j],
                    after[j],
                    100 * after[j] / before[j],
                    added[j]));
            int from = j;
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("rule", rules.get(j).name());
            one.put("samples", rules.get(j).samples().size());
            one.put("alone", before[j]);
            one.put(
                    "afterEachRule",
                    Arrays.stream(curve).skip(j).map(row -> row[from]).toList());
            one.put("share", after[j] / before[j]);
            one.put("learntApartAndAdded", added[j]);
            facts.add(one);
        }
        List<String> names = rules.stream().map(StackedRule::name).toList();
        Inputs inputs = base.sample(32, PlannedRewrite.FRESH_SEED);
        PatchInterplay onTop = PatchInterplay.of(base, stack.patches(), inputs);
        PatchInterplay apart = PatchInterplay.of(base, sum.patches(), inputs);
        say(
                "%s%nOn top of one another:%n%s%n%s%nLearnt apart:%n%s%n%s",
                table, onTop.table(names), onTop.warnings(names), apart.table(names), apart.warnings(names));
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("rules", facts);
        report.put("onTop", onTop.facts());
        report.put("apart", apart.facts());
        Json.write(directory.resolve("stack.json"), report);
        AtomicFile.write(
                directory.resolve("stack.md"), out -> out.write(table.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private static void say(String format, Object... facts) {
        System.out.println(String.format(Locale.ROOT, format, facts));
    }
}
