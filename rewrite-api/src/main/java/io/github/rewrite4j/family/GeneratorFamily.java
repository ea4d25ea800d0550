package io.github.rewrite4j.family;

import io.github.rewrite4j.Generator;
import java.io.IOException;
import java.util.List;

/**
 * One kind of files that hold generators. Implementations have no state, are safe to share between threads, and never
 * change a file.
 *
 * <p>Recognising and estimating look at names, types and shapes alone: they read no weight, need no backend, and take
 * memory in the order of the file's header.
 */
public interface GeneratorFamily {
    /** A short name in lower case, by which {@link LoadOptions#family} chooses; no other family has it. */
    String name();

    /** What files of this family look like, in a sentence for people without its full stop. */
    String description();

    /** What {@link #estimate} and {@link #load} can be told; no two of one name. */
    default List<LoadOption<?>> options() {
        return List.of();
    }

    /**
     * Whether a file is of this family. A file that bears its marks but lacks something is a {@linkplain
     * Recognition#nearly near miss}, with what is wrong in one sentence; a file of another family is none.
     *
     * @throws IOException if the file cannot be read
     */
    Recognition recognise(GeneratorFile file) throws IOException;

    /**
     * What a file that is {@linkplain #recognise recognised} will need.
     *
     * @throws io.github.rewrite4j.io.FileFormatException if it could not be loaded
     */
    GeneratorEstimate estimate(GeneratorFile file, LoadOptions options) throws IOException;

    /**
     * Loads a file that is {@linkplain #recognise recognised}. The generator outlives the file, which the caller closes.
     *
     * @throws io.github.rewrite4j.io.FileFormatException if a weight is missing, misshapen or not finite
     * @throws io.github.rewrite4j.RewriteException if options say too little, or something that does not fit the file
     * @throws io.github.rewrite4j.NoBackendException if ND4J has no backend and the family needs one
     */
    Generator load(GeneratorFile file, LoadOptions options) throws IOException;
}
