package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.samediff.tape.Parameter;
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
 * Where an interrupted training can go on: one file, replaced as a whole each time. A failure to write it, such as a full
 * disk, leaves the former one.
 */
final class Checkpoints {
    private static final String KIND = "projector-checkpoint";
    private static final String RECIPE = "recipe.";

    private final Path file;
    private final Writing writing;

    /** How a file is written; {@link AtomicFile#write} outside of tests. */
    @FunctionalInterface
    interface Writing {
        void write(Path file, AtomicFile.Content content) throws IOException;
    }

    Checkpoints(Path directory, Writing writing) {
        this.file = directory.resolve("checkpoint.safetensors");
        this.writing = writing;
    }

    Path file() {
        return file;
    }

    /**
     * Keeps a state.
     *
     * @throws RewriteException when it cannot be written
     */
    void save(TrainingState state, SortedMap<String, String> recipe) {
        SafeTensorsWriter writer = new SafeTensorsWriter();
        state.arrays().forEach((name, p) -> writer.add(name, p.value(), longs(p.shape())));
        Standardisation scale = state.network.standardisation();
        writer.add("mean", scale.mean(), scale.mean().length);
        writer.add("deviation", scale.deviation(), scale.deviation().length);
        recipe.forEach((key, value) -> writer.metadata(RECIPE + key, value));
        writer.metadata("format", "rewrite4j")
                .metadata("version", "1")
                .metadata("kind", KIND)
                .metadata("nonNegative", Boolean.toString(scale.nonNegative()))
                .metadata("criticSteps", Long.toString(state.criticOptimiser.steps()))
                .metadata("step", Long.toString(state.step))
                .metadata("curve", CurvePoint.csv(state.curve));
        try {
            writing.write(file, writer::writeTo);
        } catch (IOException e) {
            throw new RewriteException(
                    "The training stopped at step " + state.step + " because its checkpoint could not be written: "
                            + e.getMessage() + " Then resume it from the checkpoint before.",
                    e);
        }
    }

    /** A state that was kept, if there is one. */
    Optional<TrainingState> load(SortedMap<String, String> recipe, Function<Standardisation, TrainingState> start) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (SafeTensors tensors = SafeTensors.open(file)) {
            Map<String, String> metadata = tensors.metadata();
            if (!KIND.equals(metadata.get("kind"))) {
                throw FileFormatException.atKey(
                        file.toString(),
                        "kind",
                        "this is no checkpoint of a projector's training but of kind '" + metadata.get("kind") + "'");
            }
            requireSame(recipe, metadata);
            TrainingState state = start.apply(new Standardisation(
                    tensors.floats("mean"),
                    tensors.floats("deviation"),
                    Boolean.parseBoolean(metadata.get("nonNegative"))));
            for (Map.Entry<String, Parameter> entry : state.arrays().entrySet()) {
                float[] stored = tensors.floats(entry.getKey());
                float[] to = entry.getValue().value();
                if (stored.length != to.length) {
                    throw FileFormatException.atKey(
                            file.toString(),
                            entry.getKey(),
                            "has " + stored.length + " numbers instead of " + to.length);
                }
                System.arraycopy(stored, 0, to, 0, to.length);
            }
            state.step = Long.parseLong(metadata.getOrDefault("step", ""));
            state.optimiser.resumeAt(state.step);
            state.criticOptimiser.resumeAt(Long.parseLong(metadata.getOrDefault("criticSteps", "")));
            state.curve.addAll(CurvePoint.parse(metadata.getOrDefault("curve", "")));
            return Optional.of(state);
        } catch (IOException | IllegalArgumentException e) {
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
        if (!stored.equals(recipe)) {
            String what = recipe.keySet().stream()
                    .filter(key -> !String.valueOf(recipe.get(key)).equals(stored.get(key)))
                    .map(key -> key + " (" + stored.get(key) + " there, " + recipe.get(key) + " now)")
                    .findFirst()
                    .orElse("its settings");
            throw new RewriteException("The checkpoint " + file + " is of another training: it differs in " + what
                    + ". Resume with the same settings, or name another directory.");
        }
    }

    private static long[] longs(int[] shape) {
        return Arrays.stream(shape).asLongStream().toArray();
    }
}
