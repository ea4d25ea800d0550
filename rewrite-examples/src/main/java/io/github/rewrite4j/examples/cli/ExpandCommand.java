package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.avatars.Accessories;
import io.github.rewrite4j.avatars.BundledExpansion;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.avatars.attribute.AttributeNetwork;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.examples.ExpandAvatars;
import io.github.rewrite4j.examples.ExpandRun;
import io.github.rewrite4j.examples.domains.AvatarDomains;
import io.github.rewrite4j.family.GeneratorFamilies;
import io.github.rewrite4j.family.GeneratorFile;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.clip.Clip;
import io.github.rewrite4j.samediff.expansion.AdaptationObjective;
import io.github.rewrite4j.samediff.expansion.DomainExpansion;
import io.github.rewrite4j.samediff.expansion.TaughtByGenerator;
import io.github.rewrite4j.samediff.expansion.WornExemplars;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "expand",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Gives a generator new domains beside its old one: expanded.safetensors, grid.png,"
                + " traversal.png, traversal.gif, curve.png, table.md, table.json, report.json. Without --effect,"
                + " --exemplar, --accessory, --domain-from, --text and --person nothing is trained: the expanded generator of --generator,"
                + " or the one that comes with this, is drawn and measured.",
        footer = {
            "",
            "A thing from pictures needs alpha channels. An interrupted training goes on with --resume.",
            "",
            "Examples:",
            "  rewrite expand --out domains",
            "  rewrite expand --effect night --effect sketch --iterations 2000 --out two",
            "  rewrite expand --person photos/anna --onto domains/expanded.safetensors --out more",
            "  rewrite expand --text smiling='a big smile' --out smile",
            "  rewrite expand --text sketch='a pencil sketch' --clip ViT-B-32.pt --out texts",
            "  rewrite expand --exemplar eyepatch=rewrite-examples/edits/eyepatch.png --out pirates",
            "  rewrite sample --generator two/expanded.safetensors --domain night=0.5"
        })
final class ExpandCommand extends GeneratorCommand {
    private static final int ACCESSORIES = 3;
    private static final int STEPS = 1300;

    @Option(
            names = "--effect",
            paramLabel = "NAME",
            description = "A domain of transformed pictures: sketch, night, 8-bit or pop-art; may be repeated.")
    private List<String> effects = new ArrayList<>();

    @Option(
            names = "--exemplar",
            paramLabel = "NAME=E.png",
            description =
                    "A domain in which everybody wears the thing of this picture; repeated with one name, of one of"
                            + " several pictures.")
    private List<String> exemplars = new ArrayList<>();

    @Option(
            names = "--accessory",
            paramLabel = "NAME",
            description = "The same from three bundled pictures: sunglasses, glasses, cap or beanie; may be repeated.")
    private List<String> accessories = new ArrayList<>();

    @Option(
            names = "--domain-from",
            paramLabel = "NAME=FILE",
            description =
                    "A domain of what a patched or fine-tuned copy of the generator draws: a patch or a checkpoint;"
                            + " may be repeated.")
    private List<String> teachers = new ArrayList<>();

    @Mixin
    private TextOptions texts = new TextOptions();

    @Mixin
    private PersonOptions people = new PersonOptions();

    @Mixin
    private StageOptions stages = new StageOptions();

    @Option(
            names = "--iterations",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            description = "Steps (default: " + STEPS + " for each domain).")
    private @Nullable Integer iterations;

    @Option(
            names = "--batch",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            description = "Samples a step (default: 8).")
    private @Nullable Integer batch;

    @Option(
            names = "--checkpoints",
            paramLabel = "DIR",
            description = "Where the training is kept now and then (default:"
                    + " a folder 'checkpoint' in the output directory).")
    private @Nullable Path checkpoints;

    @Option(names = "--resume", description = "Go on from the checkpoint.")
    private boolean resume;

    @Option(
            names = "--fresh",
            paramLabel = "N",
            defaultValue = "200",
            description = "Fresh images to measure on, 0 for none (default: ${DEFAULT-VALUE}).")
    private int fresh = 200;

    ExpandCommand(Console console) {
        super(console);
    }

    @Override
    void run(Generator generator, Path out) throws IOException {
        if (fresh == 1) {
            throw new WrongUsageException("--fresh is 1: it must be 0, or at least 2.");
        }
        Optional<Generator> earlier = stages.open(loadOptions());
        if (earlier.isEmpty()) {
            expand(generator, out);
            return;
        }
        try (Generator onto = earlier.get()) {
            if (!bundled()) {
                throw new WrongUsageException("--onto and --generator both name a generator: give one of them.");
            }
            expand(onto, out);
        }
    }

    private void expand(Generator generator, Path out) throws IOException {
        List<Clip> opened = new ArrayList<>();
        try {
            run(generator, objectives(generator, opened), out);
        } finally {
            opened.forEach(Clip::close);
        }
    }

    private void run(Generator generator, List<AdaptationObjective> objectives, Path out) throws IOException {
        if (!objectives.isEmpty()) {
            train(generator, objectives, out);
        } else if (resume || iterations != null || checkpoints != null || batch != null) {
            throw new IllegalArgumentException(
                    "There is nothing to train: name domains with --effect, --exemplar, --accessory, --domain-from, --text or --person.");
        } else {
            draw(generator, out);
        }
    }

    private List<AdaptationObjective> objectives(Generator generator, List<Clip> opened) throws IOException {
        List<AdaptationObjective> all = new ArrayList<>();
        effects.forEach(name -> all.add(AvatarDomains.effect(name)));
        Map<String, List<Exemplar>> pictures = new LinkedHashMap<>();
        for (String named : exemplars) {
            Exemplar exemplar = Exemplar.read(Path.of(after("--exemplar", named)))
                    .resizedTo(generator.spec().imageHeight(), generator.spec().imageWidth());
            exemplar.notes().forEach(console()::note);
            pictures.computeIfAbsent(before(named), name -> new ArrayList<>()).add(exemplar);
        }
        if (!accessories.isEmpty()) {
            Accessories bundled = Accessories.bundled();
            accessories.forEach(name -> pictures.put(name, bundled.named(name).subList(0, ACCESSORIES)));
        }
        pictures.forEach((name, list) -> all.add(WornExemplars.of(name, list)));
        for (String named : teachers) {
            try (Generator teacher = teacher(generator, Path.of(after("--domain-from", named)))) {
                all.add(TaughtByGenerator.of(before(named), teacher));
            }
        }
        all.addAll(texts.objectives(opened, console()));
        all.addAll(people.objectives(generator, console(), seed()));
        return all;
    }

    private Generator teacher(Generator generator, Path file) throws IOException {
        try (GeneratorFile open = GeneratorFile.open(file)) {
            Optional<TensorSource> tensors = open.tensors();
            if (tensors.isPresent() && tensors.get() instanceof SafeTensors patch && Patch.isOne(patch)) {
                return generator.with(Patch.read(patch));
            }
            return GeneratorFamilies.installed().open(open, loadOptions());
        }
    }

    private static String before(String named) {
        return named.substring(0, named.indexOf('='));
    }

    private static String after(String option, String named) {
        int at = named.indexOf('=');
        if (at < 1 || at == named.length() - 1) {
            throw new IllegalArgumentException(
                    option + " is '" + named + "': give a name and a file, such as glasses=glasses.png.");
        }
        return named.substring(at + 1);
    }

    private void train(Generator generator, List<AdaptationObjective> objectives, Path out) throws IOException {
        AttributeNetwork eye = BundledNetworks.training();
        boolean seen = generator.spec().imageHeight() == eye.architecture().size()
                && generator.spec().imageWidth() == eye.architecture().size();
        DomainExpansion training =
                seen ? ExpandAvatars.training(objectives, eye) : DomainExpansion.withDomains(objectives);
        training = training.checkpoints(checkpoints == null ? out.resolve("checkpoint") : checkpoints)
                .iterations(iterations == null ? STEPS * objectives.size() : iterations);
        if (batch != null) {
            training = training.batch(batch);
        }
        DomainExpansion complete = stages.applied(training, objectives);
        long started = System.nanoTime();
        try (ExpandedGenerator expanded = console()
                .watching(listener ->
                        resume ? complete.resume(generator, listener) : complete.train(generator, listener))) {
            double seconds = (System.nanoTime() - started) / 1e9;
            Facts.Builder facts = Facts.builder();
            Map<String, Double> kept = StageOptions.kept(generator, expanded, seed());
            if (!kept.isEmpty()) {
                facts.put("kept", kept);
                console().say("earlier domains keep, in dB: %s", kept);
            }
            facts.put("people", people.write(expanded, out, seed()));
            // Inputs of the new generator have a column for each of its domains, which an earlier stage does not know.
            boolean staged = generator.capability(ExpandedGenerator.class).isPresent();
            Optional<Generator> source = staged ? Optional.empty() : Optional.of(generator);
            write(expanded, source, objectives, out, Map.of("training", seconds), facts.build());
        }
    }

    private void draw(Generator generator, Path out) throws IOException {
        Optional<ExpandedGenerator> offered = generator.capability(ExpandedGenerator.class);
        if (offered.isPresent()) {
            ExpandedGenerator expanded = offered.get();
            try (Generator bundled = BundledGenerator.load()) {
                boolean known =
                        expanded.basis().generator().equals(bundled.spec().fingerprint());
                Optional<Generator> source = known ? Optional.of(bundled) : Optional.empty();
                write(expanded, source, ExpandAvatars.objectives(), out, Map.of(), Facts.NONE);
            }
        } else if (bundled()) {
            try (ExpandedGenerator expanded = BundledExpansion.load()) {
                write(expanded, Optional.of(generator), ExpandAvatars.objectives(), out, Map.of(), Facts.NONE);
            }
        } else {
            throw new IllegalArgumentException(
                    "This generator has no new domains, and none are asked for: name some with"
                            + " --effect, --exemplar, --accessory or --text.");
        }
    }

    private void write(
            ExpandedGenerator expanded,
            Optional<Generator> source,
            List<AdaptationObjective> objectives,
            Path out,
            Map<String, Double> seconds,
            Facts facts)
            throws IOException {
        Facts.Builder report = Facts.builder();
        ExpandRun run = console().watching(listener -> {
            ExpandRun done = ExpandRun.of(expanded, source, objectives, fresh, seed(), listener);
            report.putAll(done.write(out, listener));
            return done;
        });
        report.putAll(facts);
        report.put("seconds", seconds);
        report.build().write(out.resolve("report.json"));
        console().say("%s", expanded);
        run.scores().ifPresent(scores -> console().say("%n%s", run.table()));
        console().say("written to %s: expanded.safetensors, grid.png, traversal.gif", out);
    }
}
