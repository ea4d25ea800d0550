package io.github.rewrite4j.samediff.clip;

import io.github.rewrite4j.io.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A vocabulary of our own, of letters and few words, as Hugging Face writes one. */
final class SmallVocabulary {
    static final List<String> MERGES = List.of(
            "a t</w>",
            "c at</w>",
            "p h",
            "o t",
            "ph ot",
            "phot o</w>",
            "s k",
            "e t",
            "sk et",
            "c h</w>",
            "sket ch</w>",
            "o f</w>");

    private SmallVocabulary() {}

    /** Writes vocab.json and merges.txt. */
    static ClipTokenizer in(Path folder) throws IOException {
        Map<String, Integer> ids = new LinkedHashMap<>();
        for (char c = 'a'; c <= 'z'; c++) {
            ids.put(String.valueOf(c), ids.size());
        }
        for (char c = 'a'; c <= 'z'; c++) {
            ids.put(c + "</w>", ids.size());
        }
        for (String merge : MERGES) {
            ids.put(merge.replace(" ", ""), ids.size());
        }
        ids.put("<|startoftext|>", ids.size());
        ids.put("<|endoftext|>", ids.size());
        Json.write(folder.resolve("vocab.json"), ids);
        Files.writeString(
                folder.resolve("merges.txt"), "#version: 0.2\n" + String.join("\n", MERGES), StandardCharsets.UTF_8);
        return ClipTokenizer.beside(folder);
    }
}
