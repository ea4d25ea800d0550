package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Patch;
import io.github.rewrite4j.edit.OriginalEditFile;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.family.GeneratorFamilies;
import io.github.rewrite4j.family.GeneratorFamily;
import io.github.rewrite4j.family.GeneratorFile;
import io.github.rewrite4j.family.LoadOptions;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.io.internal.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.nd4j.shade.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description =
                "Shows what a file holds: a patch, statistics, a projector, a generator of any installed family, with its"
                        + " new domains if it has some, weights in any format that is read (.safetensors, .pt, .npz), a"
                        + " report or an edit.",
        footer = {"", "Example:", "  rewrite inspect bun/patch.safetensors"})
final class InspectCommand implements Callable<Integer> {
    /** The kind of files that hold an expanded generator. */
    private static final String EXPANDED = "expanded-generator";

    private static final String PATCH = "patch";

    /** First bytes of a file that are looked at for JSON. */
    private static final int START = 64;

    @Parameters(
            paramLabel = "FILE",
            description = "A .safetensors, .pt, .npz, .onnx, .json or other file; its content counts.")
    private Path file = Path.of("");

    private final Console console;

    InspectCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (!Files.isRegularFile(file)) {
            if (Files.exists(file)) {
                throw new FileSystemException(
                        file.toString(),
                        null,
                        Files.isDirectory(file) ? "this is a folder; name a file in it" : "this is no regular file");
            }
            throw new NoSuchFileException(file.toString());
        }
        if (isJson()) {
            JsonNode content = JsonText.read(file);
            sayFile();
            if (OriginalEditFile.isOne(file)) {
                OriginalEditText.show(console, file);
            } else {
                new BoundedListing(console).show(content);
            }
        } else {
            try (GeneratorFile open = GeneratorFile.open(file)) {
                Optional<TensorSource> tensors = open.tensors();
                if (tensors.isPresent()) {
                    sayFile();
                    show(open, tensors.get());
                } else {
                    GeneratorFamily family = GeneratorFamilies.installed().familyOf(open, LoadOptions.none());
                    sayFile();
                    showGenerator(open, family);
                }
            }
        }
        return 0;
    }

    private void sayFile() throws IOException {
        console.say("%s, %,d bytes", file, Files.size(file));
    }

    private boolean isJson() throws IOException {
        if (file.toString().toLowerCase(Locale.ROOT).endsWith(".json")) {
            return true;
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] start = in.readNBytes(START);
            // The first eight bytes of a safetensors file are a length, of which the last ones are 0.
            boolean text = start.length < Long.BYTES || start[Long.BYTES - 1] != 0;
            String shown = new String(start, StandardCharsets.UTF_8)
                    .replace("\uFEFF", "")
                    .strip();
            return text && (shown.startsWith("{") || shown.startsWith("["));
        }
    }

    private void show(GeneratorFile open, TensorSource tensors) throws IOException {
        SortedMap<String, String> metadata =
                new TreeMap<>(tensors instanceof SafeTensors safe ? safe.metadata() : new TreeMap<>());
        String kind = metadata.remove("kind");
        metadata.computeIfPresent("thumbnail", (key, picture) -> "a picture of " + picture.length() + " letters");
        if (kind == null) {
            showUnnamed(open);
        } else {
            console.say("kind: %s", kind);
        }
        BoundedListing listing = new BoundedListing(console);
        if (EXPANDED.equals(kind)) {
            showDomains(metadata);
            listing.show(shortCurves(metadata));
        } else {
            listing.show(metadata);
        }
        if (metadata.containsKey("learntOn")) {
            console.say("this patch is the additional change only: apply it together with those it was learnt on");
        }
        listing.show(tensors);
        if (PATCH.equals(kind)) {
            // Says what is wrong with it, if something is.
            Patch.load(file);
        }
    }

    /** A file without a kind of its own: what generator it is, if it is one. */
    private void showUnnamed(GeneratorFile open) throws IOException {
        try {
            showGenerator(open, GeneratorFamilies.installed().familyOf(open, LoadOptions.none()));
        } catch (FileFormatException none) {
            console.say("kind: tensors");
            console.say("no generator that loads: %s", none.problem());
        }
    }

    private void showGenerator(GeneratorFile open, GeneratorFamily family) throws IOException {
        GeneratorEstimate estimate = family.estimate(open, LoadOptions.none());
        console.say("kind: generator");
        EstimateCommand.show(console, family, estimate);
    }

    /** An expanded generator: its domains first. */
    private void showDomains(SortedMap<String, String> metadata) throws IOException {
        String described = metadata.remove("latent");
        JsonNode latent = JsonText.parse(described == null ? "{}" : described, file + ", latent");
        for (JsonNode domain : latent.path("domains")) {
            console.say(
                    "domain %s: direction %d, %.3f from the base",
                    domain.path("name").asText(),
                    domain.path("direction").asInt(),
                    domain.path("distance").asDouble());
        }
        console.say(
                "latent %s: spread %.3f over %d samples of %s; basis: %s",
                latent.path("name").asText(),
                latent.path("spread").asDouble(),
                latent.path("samples").asInt(),
                latent.path("sampler").asText(),
                latent.path("basis").asText());
    }

    /** Of the curves of a training the ends alone. */
    private static SortedMap<String, String> shortCurves(SortedMap<String, String> metadata) {
        SortedMap<String, String> shown = new TreeMap<>(metadata);
        shown.replaceAll((key, value) -> {
            List<String> lines = value.lines().toList();
            return key.endsWith("curve") && lines.size() > 1
                    ? lines.get(0) + " ... " + lines.get(lines.size() - 1)
                    : value;
        });
        return shown;
    }
}
