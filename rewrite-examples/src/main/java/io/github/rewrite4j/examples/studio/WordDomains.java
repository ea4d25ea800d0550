package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.avatars.RealAvatars;
import io.github.rewrite4j.avatars.attribute.AttributeWords;
import io.github.rewrite4j.samediff.clip.Clip;
import io.github.rewrite4j.samediff.expansion.DirectionalEmbedding;
import io.github.rewrite4j.samediff.expansion.EmbeddingDirection;
import io.github.rewrite4j.samediff.perception.TextTemplates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Domains that are said in words: seen by a CLIP network of the user's, or by the words of the bundled network of faces. */
final class WordDomains {
    /** What is drawn before, in words. */
    private static final String NOW = "a face";

    /** Side of the pictures that the bundled network sees. */
    private static final int SEEN = 64;

    private static final int PICTURES = 1024;
    private static final int LONGEST = 80;

    private WordDomains() {}

    /** Which words can be said of a generator without a CLIP network: "known", those of the bundled network, or none: "". */
    static String knownTo(Generator generator) {
        return generator.spec().imageHeight() == SEEN && generator.spec().imageWidth() == SEEN ? "known" : "";
    }

    /** Words as the name of a domain, which addresses and files carry. */
    static String named(String words) {
        String name = words.replaceAll("[^\\p{L}\\p{N} ._-]", " ").strip().replaceAll("\\s+", " ");
        if (name.isEmpty() || name.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "Say in one to " + LONGEST + " letters what the domain is, such as a big smile.");
        }
        return name;
    }

    /**
     * The objective; a network that was read for it is closed with it.
     *
     * @param clip a network with its vocabulary beside it, if the user has one
     */
    static Words of(String words, Optional<Path> clip) throws IOException {
        if (clip.isPresent()) {
            Clip network = Clip.load(clip.get());
            return new Words(
                    direction(words, EmbeddingDirection.ofWords(network, NOW, words, TextTemplates.pictures())),
                    network::close);
        }
        AttributeWords known = AttributeWords.of(BundledNetworks.training(), RealAvatars.load(), PICTURES);
        return new Words(
                direction(words, EmbeddingDirection.ofWords(known, NOW, words, TextTemplates.none())), () -> {});
    }

    private static DirectionalEmbedding direction(String words, EmbeddingDirection direction) {
        return DirectionalEmbedding.along(named(words), direction, 1);
    }

    /** An objective, and what was opened for it. */
    record Words(DirectionalEmbedding objective, Runnable closing) implements AutoCloseable {
        @Override
        public void close() {
            closing.run();
        }
    }
}
