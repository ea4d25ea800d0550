package io.github.rewrite4j.samediff.clip;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** A CLIP network of random weights that takes a moment. */
public final class TinyClip {
    private TinyClip() {}

    /** Reads it from a folder, into which it is written with a vocabulary of our own. */
    public static Clip in(Path folder) throws IOException {
        ClipTokenizer tokenizer = SmallVocabulary.in(folder);
        Path file = folder.resolve("clip.pt");
        try (InputStream in = Objects.requireNonNull(TinyClip.class.getResourceAsStream("/clip/clip_tiny_jit.pt"))) {
            Files.copy(in, file);
        }
        return Clip.load(file, tokenizer);
    }
}
