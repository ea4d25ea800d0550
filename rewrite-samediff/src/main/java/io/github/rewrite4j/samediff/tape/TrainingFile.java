package io.github.rewrite4j.samediff.tape;

import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.SafeTensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Where an interrupted training can go on: {@code checkpoint.safetensors} in a directory, replaced as a whole each time. A
 * failure to write it, such as a full disk, leaves the former one.
 */
public final class TrainingFile {
    private static final String RECIPE = "recipe.";

    private final Path file;
    private final String kind;
    private final Writing writing;

    /** How a file is written; {@link AtomicFile#write} outside of tests. */
    @FunctionalInterface
    public interface Writing {
        void write(Path file, AtomicFile.Content content) throws IOException;
    }

    /** What a checkpoint holds, while it is read. */
    public interface Stored {
        /**
         * A fact that was saved.
         *
         * @throws FileFormatException when it is missing
         */
        String fact(String name) throws IOException;

        /** An array that was saved. */
        float[] floats(String name) throws IOException;

        /** Fills parameters with the arrays of these names. */
        void fill(Map<String, Parameter> arrays) throws IOException;
    }

    /** Makes a state of what was stored. */
    @FunctionalInterface
    public interface Reading<S> {
        S read(Stored stored) throws IOException;
    }

    /**
     * @param directory made when the first checkpoint is written
     * @param kind what the checkpoint is of, such as "projector-checkpoint"
     */
    public TrainingFile(Path directory, String kind) {
        this(directory, kind, AtomicFile::write);
    }

    /** With another way of writing. */
    public TrainingFile(Path directory, String kind, Writing writing) {
        this.file = directory.resolve("checkpoint.safetensors");
        this.kind = kind;
        this.writing = writing;
    }

    /** The file. */
    public Path file() {
        return file;
    }

    /**
     * Keeps a state.
     *
     * @param step steps done, for messages
     * @param arrays everything that changes
     * @param recipe everything that decides the training; compared when it is resumed
     * @param facts anything else
     * @throws RewriteException when it cannot be written
     */
    public void save(
            long step, Map<String, Parameter> arrays, SortedMap<String, String> recipe, Map<String, String> facts) {
        SafeTensorsWriter writer = new SafeTensorsWriter();
        arrays.forEach((name, p) -> writer.add(
                name, p.value(), Arrays.stream(p.shape()).asLongStream().toArray()));
        recipe.forEach((key, value) -> writer.metadata(RECIPE + key, value));
        facts.forEach(writer::metadata);
        writer.metadata("format", "rewrite4j").metadata("version", "1").metadata("kind", kind);
        try {
            writing.write(file, writer::writeTo);
        } catch (IOException e) {
            RewriteCancelledException.ifInterrupted("saving a checkpoint");
            throw new RewriteException(
                    "The training stopped at step " + step + " because its checkpoint could not be written: "
                            + e.getMessage() + " Then resume it from the checkpoint before.",
                    e);
        }
    }

    /**
     * A state that was kept, if there is one.
     *
     * @throws RewriteException when the checkpoint is damaged or of another training, saying in what it differs
     */
    public <S> Optional<S> load(SortedMap<String, String> recipe, Reading<S> reading) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (SafeTensors tensors = SafeTensors.open(file)) {
            Map<String, String> metadata = tensors.metadata();
            if (!kind.equals(metadata.get("kind"))) {
                throw FileFormatException.atKey(
                        file.toString(),
                        "kind",
                        "this is no checkpoint of the kind '" + kind + "' but of kind '" + metadata.get("kind") + "'");
            }
            requireSame(recipe, metadata);
            return Optional.of(reading.read(new Contents(tensors, metadata)));
        } catch (IOException | IllegalArgumentException e) {
            RewriteCancelledException.ifInterrupted("reading a checkpoint");
            throw new RewriteException(
                    "The checkpoint " + file + " cannot be used: " + e.getMessage()
                            + " Remove it to begin the training anew.",
                    e);
        }
    }

    private void requireSame(SortedMap<String, String> recipe, Map<String, String> metadata) {
        TreeMap<String, String> stored = new TreeMap<>();
        metadata.forEach((key, value) -> {
            if (key.startsWith(RECIPE)) {
                stored.put(key.substring(RECIPE.length()), value);
            }
        });
        if (stored.equals(recipe)) {
            return;
        }
        Function<String, String> difference =
                key -> key + " (" + stored.get(key) + " there, " + recipe.get(key) + " now)";
        String what = recipe.keySet().stream()
                .filter(key -> !String.valueOf(recipe.get(key)).equals(stored.get(key)))
                .map(difference)
                .findFirst()
                .orElse("its settings");
        throw new RewriteException("The checkpoint " + file + " is of another training: it differs in " + what
                + ". Resume with the same settings, or name another directory.");
    }

    private record Contents(SafeTensors tensors, Map<String, String> metadata) implements Stored {
        @Override
        public String fact(String name) throws IOException {
            String fact = metadata.get(name);
            if (fact == null) {
                throw FileFormatException.atKey(tensors.label(), name, "the checkpoint does not say this");
            }
            return fact;
        }

        @Override
        public float[] floats(String name) throws IOException {
            return tensors.floats(name);
        }

        @Override
        public void fill(Map<String, Parameter> arrays) throws IOException {
            for (Map.Entry<String, Parameter> entry : arrays.entrySet()) {
                float[] stored = tensors.floats(entry.getKey());
                float[] to = entry.getValue().value();
                if (stored.length != to.length) {
                    throw FileFormatException.atKey(
                            tensors.label(),
                            entry.getKey(),
                            "has " + stored.length + " numbers instead of " + to.length);
                }
                System.arraycopy(stored, 0, to, 0, to.length);
            }
        }
    }
}
