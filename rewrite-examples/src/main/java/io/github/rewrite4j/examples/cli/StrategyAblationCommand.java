package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.avatars.Accessories;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.avatars.BundledProjector;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.examples.DrawnObjects;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.ablation.StrategyAblation;
import io.github.rewrite4j.samediff.metric.OfficialLpips;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "strategy",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "After Table 2 of the Re-Generator paper, on the bundled accessories: which way of teaching a new"
                + " object does what. Writes table.md, table.csv, a sheet of pictures for each object, report.json.",
        footer = {
            "",
            "For the bundled generator, whose projector and discriminator it uses.",
            "",
            "Examples:",
            "  rewrite ablation strategy --quick --out ablation",
            "  rewrite ablation strategy --quick --seeds 3 --accessory star-eyes --accessory cap --out ablation",
            "  rewrite ablation strategy --seeds 3 --out ablation   (more than an hour)"
        })
final class StrategyAblationCommand extends GeneratorCommand {
    private static final int SEEN = 3;
    private static final int GOALS = 10;
    private static final int DEFAULT_SEEDS = 3;
    private static final List<String> DEFAULT =
            List.of("star-eyes", "slit-eyes", "gear-eyes", "bandana", "sunglasses", "cap");

    @Option(
            names = "--quick",
            description = "Few steps, and unless said one seed and two objects: some minutes, orders only.")
    private boolean quick;

    @Option(
            names = "--seeds",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            description = "Number of seeds, from --seed on (default: 3, with --quick 1).")
    private @Nullable Integer seeds;

    @Option(
            names = "--accessory",
            paramLabel = "NAME",
            description =
                    "sunglasses, glasses, cap, beanie, star-eyes, slit-eyes, gear-eyes or bandana; repeatable (default:"
                            + " star-eyes, slit-eyes, gear-eyes, bandana, sunglasses and cap, with --quick star-eyes and"
                            + " sunglasses).")
    private List<String> accessories = new ArrayList<>();

    @Option(
            names = "--backbone",
            paramLabel = "FILE",
            description = "torchvision's AlexNet, VGG16 or SqueezeNet 1.1, with --heads: official LPIPS inside the mask"
                    + " (default: random features, named RFP).")
    private @Nullable Path backbone;

    @Option(names = "--heads", paramLabel = "FILE", description = "lpips_v0.1_*.pth of the same network.")
    private @Nullable Path heads;

    StrategyAblationCommand(Console console) {
        super(console);
    }

    @Override
    void run(Generator generator, Path out) throws IOException {
        long started = System.nanoTime();
        StrategyAblation.Size size = quick ? StrategyAblation.Size.QUICK : StrategyAblation.Size.FULL;
        StrategyAblation ablation = new StrategyAblation(
                        generator, BundledProjector.load(), BundledNetworks.discriminator(), size)
                .correspondingBy(BundledNetworks.training());
        if ((backbone == null) != (heads == null)) {
            throw new WrongUsageException("Official LPIPS needs both --backbone and --heads.");
        }
        if (backbone != null && heads != null) {
            ablation = ablation.perceivedBy(OfficialLpips.load(backbone, heads));
        }
        StrategyAblation chosen = ablation;
        int count = seeds == null ? (quick ? 1 : DEFAULT_SEEDS) : seeds;
        List<Long> list = LongStream.range(seed(), seed() + count).boxed().toList();
        List<StrategyAblation.Task> tasks = tasks();
        StrategyAblation.Outcome outcome = console().watching(listener -> chosen.run(tasks, list, listener));
        Facts.Builder report = Facts.builder();
        report.put("generator", generator.spec());
        report.put("seeds", list);
        report.put("size", size);
        report.put("means", outcome.table().facts());
        report.put("notes", outcome.table().notes());
        report.put("seconds", Map.of("ablation", (System.nanoTime() - started) / 1e9, "aRunOf", outcome.seconds()));
        write(out.resolve("table.md"), outcome.table().markdown());
        write(out.resolve("table.csv"), outcome.table().csv());
        for (Map.Entry<String, Map<String, INDArray>> task : outcome.pictures().entrySet()) {
            ContactSheet.Builder sheet = ContactSheet.titled(task.getKey() + " by every way");
            task.getValue().forEach(sheet::row);
            sheet.build().write(out.resolve("pictures-" + task.getKey() + ".png"));
        }
        report.build().write(out.resolve("report.json"));
        console().lines(outcome.table().markdown());
        console().say("written to %s", out);
    }

    private List<StrategyAblation.Task> tasks() throws IOException {
        Accessories all = Accessories.bundled();
        List<String> names = accessories;
        if (names.isEmpty()) {
            names = quick ? List.of("star-eyes", "sunglasses") : DEFAULT;
        }
        List<StrategyAblation.Task> tasks = new ArrayList<>();
        for (String name : names) {
            if (DrawnObjects.NAMES.contains(name)) {
                List<Exemplar> drawn = List.of(DrawnObjects.named(name));
                tasks.add(new StrategyAblation.Task(name, drawn, drawn));
                continue;
            }
            List<Exemplar> exemplars = all.named(name);
            tasks.add(
                    new StrategyAblation.Task(name, exemplars.subList(0, SEEN), exemplars.subList(SEEN, SEEN + GOALS)));
        }
        return tasks;
    }

    private static void write(Path file, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, out -> out.write(bytes));
    }
}
