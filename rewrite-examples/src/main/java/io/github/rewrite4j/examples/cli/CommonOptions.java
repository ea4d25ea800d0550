package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.avatars.BundledExpansion;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.family.GeneratorFamilies;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.samediff.ComputeThreads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What every command that runs a generator takes. */
final class CommonOptions {
    private static final String BUNDLED = "bundled";
    private static final String EXPANDED = "expanded";
    private static final String TRANSLATOR = "translator";
    private static final String INPAINTER = "inpainter";
    private static final Set<String> NAMES = Set.of(BUNDLED, EXPANDED, TRANSLATOR, INPAINTER);

    @Option(
            names = "--generator",
            paramLabel = "FILE|bundled|expanded|translator|inpainter",
            defaultValue = BUNDLED,
            description =
                    "File of the generator, of any family that is installed ('rewrite estimate --families'), the bundled"
                            + " avatars (default), those with their new domains, or the bundled networks that turn"
                            + " avatars into prints and fill holes in them.")
    private String generator = BUNDLED;

    @Mixin
    private FamilyOptions family = new FamilyOptions();

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "2",
            description = "Seed of the samples that are drawn, 0 to 4294967295 (default: ${DEFAULT-VALUE}; edits use"
                    + " seed 1).")
    private long seed = 2;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "rewrite-out",
            description = "Directory for pictures, patches and report.json (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("rewrite-out");

    @Option(
            names = "--threads",
            converter = OptionValues.Positive.class,
            paramLabel = "N",
            description = "Threads of native code (default: the system property rewrite4j.threads, else 1).")
    private int threads;

    long seed() {
        return seed;
    }

    /** The directory, after a check that something can be written there; it is not made yet. */
    Path out() throws IOException {
        AtomicFile.requireFolder(out);
        Path existing = out.toAbsolutePath().normalize();
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        if (existing == null || !Files.isDirectory(existing)) {
            throw new IOException("Cannot write to " + out + ", because " + existing
                    + " is not a directory: choose another with --out.");
        }
        if (!Files.isWritable(existing)) {
            throw new IOException("Cannot write to " + out + ", because writing in " + existing
                    + " is not allowed: choose another directory with --out.");
        }
        return out;
    }

    /** Loads the generator, which the caller closes. */
    Generator load() throws IOException {
        ComputeThreads.use(threads == 0 ? ComputeThreads.configured() : threads);
        if (generator.equals(BUNDLED)) {
            return BundledGenerator.load();
        }
        if (generator.equals(EXPANDED)) {
            return BundledExpansion.load();
        }
        if (generator.equals(TRANSLATOR)) {
            return PictureNetworks.translator(loadOptions());
        }
        if (generator.equals(INPAINTER)) {
            return PictureNetworks.inpainter(loadOptions());
        }
        return GeneratorFamilies.installed().open(Path.of(generator), loadOptions());
    }

    /** What is said about files of generators. */
    LoadOptions loadOptions() {
        return family.options();
    }

    /** Whether it is the bundled generator as it was drawn before any expansion. */
    boolean bundled() {
        return generator.equals(BUNDLED);
    }

    /** The file that the generator is loaded from, unless it is bundled. */
    Optional<Path> file() {
        return NAMES.contains(generator) ? Optional.empty() : Optional.of(Path.of(generator));
    }
}
