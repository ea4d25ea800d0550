package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.OwnInputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.EditFile;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.examples.SearchRun;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.layers.ContextLayers;
import io.github.rewrite4j.samediff.layers.LayerChoice;
import io.github.rewrite4j.samediff.memory.CovarianceCache;
import io.github.rewrite4j.samediff.search.Found;
import io.github.rewrite4j.samediff.search.Match;
import io.github.rewrite4j.samediff.search.Search;
import io.github.rewrite4j.samediff.search.SearchCache;
import io.github.rewrite4j.samediff.search.Trigger;
import io.github.rewrite4j.stats.KeyCovariance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "search",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Finds the samples, or the pictures of a folder, in which a marked region has its like, or a rule fires most: matches.png,"
                        + " report.json. Nothing is added to an edit.",
        footer = {
            "",
            "Name what to search for by one of --mark (repeatable), --edit and --rule. Regions are written as in edits,",
            "see 'rewrite edit --help'. Where a cell is hotter than 99.9 % of all, it counts as found.",
            "",
            "Examples:",
            "  rewrite search --layer layer5 --mark \"7:ellipse(32, 10, 11, 9)\" --out heads",
            "  rewrite search --edit rewrite-examples/edits/bun.json --count 10000 --out like-these",
            "  rewrite search --edit rewrite-examples/edits/bun.json --photos photos --out in-photos",
            "  rewrite search --rule bun/patch.safetensors --out fires"
        })
final class SearchCommand extends GeneratorCommand {
    private static final int STATISTICS = 1000;

    @Option(
            names = "--mark",
            paramLabel = Marks.LABEL,
            description = "A region of a sample of seed 1 whose like is searched for; may be repeated.")
    private List<String> marks = new ArrayList<>();

    @Option(names = "--edit", paramLabel = "EDIT.json", description = "Search for the contexts of an edit.")
    private @Nullable Path edit;

    @Option(names = "--rule", paramLabel = "P", description = "Search for where the rule of a patch fires.")
    private @Nullable Path rule;

    @Option(
            names = "--layer",
            paramLabel = "NAME|auto",
            description =
                    "Layer whose keys are looked at; that of the edit or of the patch unless it is named. auto: the one"
                            + " whose keys tell the marked places best from others.")
    private String layer = "";

    @Option(
            names = "--count",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            defaultValue = "1000",
            description = "Samples to search (default: ${DEFAULT-VALUE}).")
    private int count = 1000;

    @Option(
            names = "--top",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            defaultValue = "12",
            description = "Samples to show (default: ${DEFAULT-VALUE}).")
    private int top = 12;

    @Option(
            names = "--photos",
            paramLabel = "DIR",
            description =
                    "Search the PNG and JPEG files of a folder instead of samples: each is inverted first, in seconds."
                            + " Networks of pictures to pictures take --pictures instead.")
    private @Nullable Path photos;

    @Option(
            names = "--steps",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            defaultValue = "100",
            description = "Steps of the inversion of each picture (default: ${DEFAULT-VALUE}).")
    private int steps = 100;

    @Option(names = "--cache", paramLabel = "DIR", description = "Keep statistics and results there for the next time.")
    private @Nullable Path cache;

    /** Why the layer, where one was chosen. */
    private Facts layerChoice = Facts.NONE;

    SearchCommand(Console console) {
        super(console);
    }

    @Override
    void run(Generator generator, Path out) throws IOException {
        if ((marks.isEmpty() ? 0 : 1) + (edit == null ? 0 : 1) + (rule == null ? 0 : 1) != 1) {
            throw new WrongUsageException(
                    "Say what to search for by one of --mark SAMPLE:REGION, --edit EDIT.json and --rule PATCH.");
        }
        Path shown = photos;
        InvertedFolder inverted = shown == null ? null : InvertedFolder.of(shown);
        Goal goal = goal(generator);
        Search search = Search.at(goal.memory, goal.trigger).top(top);
        Path folder = cache;
        Search kept = folder == null ? search : search.cache(SearchCache.in(folder));
        long started = System.nanoTime();
        Found found = inverted == null
                ? console().watching(listener -> kept.among(seed(), 0, count, listener))
                : among(generator, inverted, kept);
        double seconds = (System.nanoTime() - started) / 1e9;
        String what = goal.name + " at " + goal.memory.spec().name();
        String searched = inverted == null ? "samples of seed " + seed() : inverted.toString();
        SearchRun.sheet(generator, found, what + "; " + searched).write(out.resolve("matches.png"));
        Facts.Builder report = Facts.builder();
        report.put("generator", generator.spec());
        report.put("searchedFor", goal.name);
        report.put("layer", goal.memory.spec().name());
        if (!layerChoice.equals(Facts.NONE)) {
            report.put("layerChoice", layerChoice);
        }
        report.put("among", searched);
        report.put("seed", seed());
        report.putAll(found.facts());
        report.put("seconds", seconds);
        report.build().write(out.resolve("report.json"));
        console()
                .say(
                        "%s: %d %s in %.2f s, threshold %.4g",
                        what, found.searched(), inverted == null ? "samples" : "pictures", seconds, found.threshold());
        for (Match match : found.top()) {
            console()
                    .say(
                            "  %-22s %.4g at row %d, column %d",
                            match.subject(),
                            match.peak(),
                            match.cell().row(),
                            match.cell().column());
        }
        console().say("written to %s: matches.png", out);
    }

    private Found among(Generator generator, InvertedFolder folder, Search search) throws IOException {
        List<OwnInputs> subjects =
                console().watching(listener -> folder.inverted(generator, steps, seed(), console()::note, listener));
        return search.among(subjects, RewriteListener.SILENT);
    }

    /** What is searched for, and where. */
    private record Goal(String name, AssociativeMemory memory, Trigger trigger) {}

    private Goal goal(Generator generator) throws IOException {
        Path patchFile = rule;
        if (patchFile != null) {
            Patch patch = Patch.load(patchFile);
            AssociativeMemory memory = generator.memory(named(patch.notes().getOrDefault("layer", "")));
            return new Goal("rule of " + patchFile, memory, Trigger.rule(memory, patch));
        }
        Path editFile = edit;
        if (editFile != null) {
            EditPlan plan = EditFile.read(editFile);
            return context(
                    "context of " + editFile,
                    generator,
                    named(plan.layer()),
                    plan.edit().effectiveContexts());
        }
        return context("like " + String.join(", ", marks), generator, named(""), Marks.read("--mark", marks));
    }

    private Goal context(String name, Generator generator, String at, List<Selection> selections) {
        String where = at;
        if (LayerChoice.isWanted(at)) {
            ContextLayers choice = console().watching(listener -> ContextLayers.of(generator, selections, listener));
            console().note(choice.reason());
            layerChoice = choice.facts();
            where = choice.layer();
        }
        AssociativeMemory memory = generator.memory(where);
        Path folder = cache;
        KeyCovariance covariance = console()
                .watching(listener -> folder == null
                        ? memory.covariance(STATISTICS, Sample.DEFAULT_SEED, listener)
                        : CovarianceCache.in(folder).covariance(memory, STATISTICS, Sample.DEFAULT_SEED, listener));
        return new Goal(name, memory, Trigger.context(memory, selections, covariance));
    }

    private String named(String otherwise) {
        if (layer.isEmpty() && otherwise.isEmpty()) {
            throw new WrongUsageException("Name the layer to look at with --layer; 'rewrite layers' lists them.");
        }
        return layer.isEmpty() ? otherwise : layer;
    }
}
