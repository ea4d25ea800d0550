package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.edit.OriginalEditFile;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.nd4j.shade.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "inspect",
        mixinStandardHelpOptions = true,
        description =
                "Shows what a file holds: a patch, statistics, the weights of a generator, with its new domains if it"
                        + " has some, a report or an edit.",
        footer = {"", "Example:", "  rewrite inspect bun/patch.safetensors"})
final class InspectCommand implements Callable<Integer> {
    /** The kind of files that hold an expanded generator. */
    static final String EXPANDED = "expanded-generator";

    @Parameters(paramLabel = "FILE", description = "A .safetensors or .json file.")
    private Path file = Path.of("");

    private final Console console;

    InspectCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        console.say("%s, %,d bytes", file, Files.size(file));
        if (file.toString().toLowerCase(Locale.ROOT).endsWith(".json")) {
            JsonNode content = Json.read(file);
            if (OriginalEditFile.isOne(content)) {
                OriginalEditText.show(console, file);
            } else {
                show("", content);
            }
        } else {
            try (SafeTensors tensors = SafeTensors.open(file)) {
                show(tensors);
            }
        }
        return 0;
    }

    private void show(SafeTensors tensors) throws IOException {
        TreeMap<String, String> metadata = new TreeMap<>(tensors.metadata());
        console.say("kind: %s", kind(tensors));
        metadata.remove("kind");
        if (kind(tensors).equals(EXPANDED)) {
            show(metadata);
        } else {
            metadata.forEach((key, value) -> console.say("%s: %s", key, value));
        }
        if (metadata.containsKey("learntOn")) {
            console.say("this patch is the additional change only: apply it together with those it was learnt on");
        }
        long numbers = 0;
        int width = tensors.names().stream().mapToInt(String::length).max().orElse(0);
        for (String name : new TreeSet<>(tensors.names())) {
            TensorInfo info = tensors.info(name);
            numbers += info.length();
            console.say("  %-" + (width + 1) + "s %-5s %s", name, info.type(), Arrays.toString(info.shape()));
        }
        console.say("%d tensors, %,d numbers", tensors.names().size(), numbers);
    }

    /** An expanded generator: its domains first, of its curve the ends. */
    private void show(SortedMap<String, String> metadata) throws IOException {
        JsonNode latent = Json.parse(metadata.getOrDefault("latent", "{}"), file + ", latent");
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
        metadata.forEach((key, value) -> {
            List<String> lines = value.lines().toList();
            if (!key.equals("latent")) {
                console.say(
                        "%s: %s",
                        key,
                        key.endsWith("curve") && lines.size() > 1
                                ? lines.get(0) + " ... " + lines.get(lines.size() - 1)
                                : value);
            }
        });
    }

    private static String kind(SafeTensors tensors) {
        String kind = tensors.metadata().get("kind");
        if (kind != null) {
            return kind;
        }
        return tensors.contains("mapping.0.weight") && tensors.contains("const") ? "generator" : "unknown";
    }

    private void show(String indent, JsonNode node) {
        node.fields().forEachRemaining(field -> {
            JsonNode value = field.getValue();
            if (value.isObject()) {
                console.say("%s%s:", indent, field.getKey());
                show(indent + "  ", value);
            } else {
                console.say("%s%s: %s", indent, field.getKey(), value.isTextual() ? value.asText() : value);
            }
        });
    }
}
