package io.github.rewrite4j.samediff.generator.export;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.PrintableText;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.io.torch.TorchWriter;
import io.github.rewrite4j.samediff.generator.internal.PatchedWeight;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The checkpoint that a generator was loaded from, with the weights that are in force now: same names, same shapes, same
 * nesting, everything that no patch changes as it was. So the edited network runs in the code that the original runs in.
 *
 * <pre>{@code
 * try (Generator edited = generator.with(patch)) {
 *     StateDict.of(Path.of("ffhq.pt"), edited).writeTorch(Path.of("ffhq-with-beards.pt"));
 * }
 * }</pre>
 *
 * <p>Tensors of the file are found by name and by their numbers, which also proves that the file belongs to the generator.
 */
public final class StateDict {
    /** Dictionaries that checkpoints nest their state dicts in. */
    private static final Set<String> CONTAINERS = Set.of(
            "g_ema",
            "g",
            "d",
            "g_optim",
            "d_optim",
            "G_ema",
            "G",
            "D",
            "generator",
            "discriminator",
            "state_dict",
            "params",
            "params_ema",
            "netG",
            "model");

    private final Path base;
    private final Map<String, INDArray> changed;
    private final Generator generator;
    private final boolean changedOnly;

    private StateDict(Path base, Map<String, INDArray> changed, Generator generator, boolean changedOnly) {
        this.base = base;
        this.changed = changed;
        this.generator = generator;
        this.changedOnly = changedOnly;
    }

    /**
     * Holds a generator against the file it came from.
     *
     * @param base the checkpoint: safetensors, PyTorch or npz
     * @param generator loaded from it, with the patches that should be in the file
     * @throws RewriteException if a weight of the generator is not in the file with the same numbers
     */
    public static StateDict of(Path base, Generator generator) throws IOException {
        Objects.requireNonNull(base, "base");
        Objects.requireNonNull(generator, "generator");
        Map<String, INDArray> changed = new TreeMap<>();
        try (TensorSource tensors = TensorSource.open(base)) {
            for (PatchedWeight weight : PatchedWeight.of(generator)) {
                String name = place(tensors, weight);
                if (weight.patched()) {
                    changed.put(name, replaced(tensors, name, weight));
                }
            }
        }
        return new StateDict(base, changed, generator, false);
    }

    /** The tensors that patches change and nothing else, for those who load with {@code strict=False}. */
    public StateDict changedOnly() {
        return new StateDict(base, changed, generator, true);
    }

    /** Names of the tensors that patches change, as in the file. */
    public Set<String> changed() {
        return Set.copyOf(changed.keySet());
    }

    /** Writes safetensors; names of nested dictionaries are joined by dots. */
    public void writeSafeTensors(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        requireOther(file);
        try (TensorSource tensors = TensorSource.open(base)) {
            SafeTensorsWriter writer = new SafeTensorsWriter();
            for (Map.Entry<String, INDArray> tensor : contents(tensors).entrySet()) {
                writer.add(tensor.getKey(), tensor.getValue());
            }
            writer.metadata("format", "pt");
            writer.metadata("generator", generator.spec().baseFingerprint());
            writer.metadata("patches", patches());
            writer.write(file);
        }
    }

    /** Writes a PyTorch file, which {@code torch.load} opens with {@code weights_only=True}. */
    public void writeTorch(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        requireOther(file);
        try (TensorSource tensors = TensorSource.open(base)) {
            TorchWriter writer = new TorchWriter();
            for (Map.Entry<String, INDArray> tensor : contents(tensors).entrySet()) {
                String name = tensor.getKey();
                int dot = name.indexOf('.');
                if (dot > 0 && CONTAINERS.contains(name.substring(0, dot))) {
                    writer.add(name.substring(0, dot), name.substring(dot + 1), tensor.getValue());
                } else {
                    writer.add(name, tensor.getValue());
                }
            }
            writer.write(file);
        }
    }

    /** What the file cannot take along from the base: parts that are no tensors. */
    public List<String> leftOut() throws IOException {
        try (TensorSource tensors = TensorSource.open(base)) {
            return tensors.leftOut().entrySet().stream()
                    .map(part -> PrintableText.name(part.getKey()) + " (" + part.getValue() + ")")
                    .toList();
        }
    }

    private String patches() {
        return generator.patches().stream()
                .map(applied -> applied.patch().id() + " x " + applied.strength())
                .collect(Collectors.joining(", "));
    }

    private void requireOther(Path file) throws IOException {
        if (Files.exists(file) && Files.isSameFile(file, base)) {
            throw new RewriteException("'" + file + "' is the checkpoint that the weights come from: write to another"
                    + " file, so that patches can still be taken back.");
        }
    }

    private Map<String, INDArray> contents(TensorSource tensors) throws IOException {
        if (changedOnly) {
            if (changed.isEmpty()) {
                throw new RewriteException("The generator carries no patch, so no tensor is changed.");
            }
            return changed;
        }
        Map<String, INDArray> all = new LinkedHashMap<>();
        for (String name : tensors.names()) {
            INDArray replaced = changed.get(name);
            all.put(
                    name,
                    replaced != null
                            ? replaced
                            : tensors.loadAs(name, tensors.type(name).dataType()));
        }
        return all;
    }

    /**
     * The name of a weight's tensor: of several that end like it, the running mean before the weights of the training; else,
     * since layouts of older code have other names, the one that holds its numbers.
     */
    private static String place(TensorSource tensors, PatchedWeight weight) throws IOException {
        List<String> candidates = tensors.names().stream()
                .filter(name -> name.equals(weight.name()) || name.endsWith("." + weight.name()))
                .sorted(Comparator.<String>comparingInt(name -> name.contains("ema") ? 0 : 1)
                        .thenComparing(name -> name))
                .toList();
        for (String name : candidates.isEmpty() ? tensors.names() : candidates) {
            boolean sameSize = Arrays.stream(tensors.shape(name)).reduce(1, (a, b) -> a * b)
                    == weight.base().length();
            if (sameSize && weight.replacing(numbers(tensors, name)).isPresent()) {
                return name;
            }
        }
        throw new FileFormatException(
                tensors.label(),
                "tensor '" + PrintableText.name(weight.name()) + "'",
                candidates.isEmpty()
                        ? "the generator's weight is not in this file: give the checkpoint that it was loaded from"
                        : "the numbers are not those of the generator: give the checkpoint that it was loaded from");
    }

    private static float[] numbers(TensorSource tensors, String name) throws IOException {
        return tensors.loadAs(name, DataType.FLOAT).dup('c').data().asFloat();
    }

    /** In float32 at least, since 16 bits would round a change away. */
    private static INDArray replaced(TensorSource tensors, String name, PatchedWeight weight) throws IOException {
        float[] now = weight.replacing(numbers(tensors, name)).orElseThrow();
        DataType type = tensors.type(name).dataType() == DataType.DOUBLE ? DataType.DOUBLE : DataType.FLOAT;
        return Nd4j.create(now, tensors.shape(name), 'c').castTo(type);
    }
}
