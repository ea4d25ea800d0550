package io.github.rewrite4j.examples;

import io.github.rewrite4j.io.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A CLIP file of weights by a rule, with a vocabulary of letters and two words beside it. */
public final class TinyClip {
    private static final Path WEIGHTS = Path.of(
            System.getProperty("basedir", "."),
            "..",
            "rewrite-samediff",
            "src",
            "test",
            "resources",
            "clip",
            "clip_tiny_jit.pt");
    private static final String SIGNS = "abcdefghijklmnopqrstuvwxyz.,-";
    private static final List<String> MERGES =
            List.of("c a", "ca t</w>", "s k", "e t", "sk et", "c h</w>", "sket ch</w>");

    private TinyClip() {}

    /** Puts it into a folder. */
    public static Path in(Path folder) throws IOException {
        Path file = Files.copy(WEIGHTS, folder.resolve("clip.pt"));
        Map<String, Integer> ids = new LinkedHashMap<>();
        for (String end : List.of("", "</w>")) {
            SIGNS.chars().forEach(c -> ids.put((char) c + end, ids.size()));
        }
        MERGES.forEach(merge -> ids.put(merge.replace(" ", ""), ids.size()));
        ids.put("<|startoftext|>", ids.size());
        ids.put("<|endoftext|>", ids.size());
        Json.write(folder.resolve("vocab.json"), ids);
        String merges = "#version: 0.2\n" + String.join("\n", MERGES);
        Files.writeString(folder.resolve("merges.txt"), merges, StandardCharsets.UTF_8);
        return file;
    }
}
