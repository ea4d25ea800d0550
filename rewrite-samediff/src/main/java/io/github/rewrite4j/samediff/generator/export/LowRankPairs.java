package io.github.rewrite4j.samediff.generator.export;

import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.PrintableText;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.samediff.linalg.Matrix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Patches as the pairs of factors that tools for low-rank adapters read (Hu et al., "LoRA", 2021), a safetensors file:
 *
 * <pre>
 *   NAME.lora_down.weight [r, in, kh, kw]     NAME.lora_up.weight [out, r, 1, 1]     NAME.alpha
 *   dW = alpha / r  up . down
 * </pre>
 *
 * <p>NAME is the weight's name without {@code .weight} at its end. The factors come from the singular value decomposition
 * of the change, unfolded as [out, in kh kw], and are exact up to float32; alpha is the rank, so that strength 1 is the
 * patch. The metadata hold {@code generator} (the fingerprint of the base), {@code patch} (its id), the rank of each
 * weight and the notes of the patch.
 */
public final class LowRankPairs {
    private static final String DOWN = ".lora_down.weight";
    private static final String UP = ".lora_up.weight";
    private static final String ALPHA = ".alpha";
    private static final String WEIGHT = ".weight";
    private static final String KIND = "low-rank pairs";
    private static final String NOTE = "note.";
    private static final String RANK = "rank.";
    /** Relative to its largest number, what rounding both factors to float32 changes in a product. */
    private static final double ROUNDING = 1.0 / (1 << 23);

    private LowRankPairs() {}

    /**
     * Writes a patch at full strength. Cost: one decomposition per weight, O(out (in kh kw) min(out, in kh kw)).
     *
     * @throws RewriteException if two weights would get one name
     */
    public static void write(Patch patch, Path file) throws IOException {
        Objects.requireNonNull(patch, "patch");
        Objects.requireNonNull(file, "file");
        SafeTensorsWriter writer = new SafeTensorsWriter();
        TreeMap<String, String> names = new TreeMap<>();
        for (WeightDelta delta : patch.deltas()) {
            String name = nameOf(delta.weight());
            String other = names.put(name, delta.weight());
            if (other != null) {
                throw new RewriteException("The weights '" + PrintableText.name(other) + "' and '"
                        + PrintableText.name(delta.weight()) + "' would both be called '" + PrintableText.name(name)
                        + "' in a file of pairs: write two patches.");
            }
            Factors.Pair pair = Factors.pair(delta.toDense());
            writer.add(name + DOWN, pair.down());
            writer.add(name + UP, pair.up());
            writer.add(name + ALPHA, new float[] {pair.rank()});
            writer.metadata(RANK + name, String.valueOf(pair.rank()));
            writer.metadata(WEIGHT.substring(1) + "." + name, delta.weight());
        }
        patch.notes().forEach((key, value) -> writer.metadata(NOTE + key, value));
        writer.metadata("kind", KIND)
                .metadata("generator", patch.baseFingerprint())
                .metadata("patch", patch.id())
                .write(file);
    }

    /**
     * Reads a file that {@link #write} wrote.
     *
     * @throws FileFormatException if it is damaged, or says not which generator it is for
     */
    public static Patch read(Path file) throws IOException {
        try (SafeTensors tensors = SafeTensors.open(file)) {
            String generator = tensors.metadata().get("generator");
            if (generator == null || generator.isEmpty()) {
                throw FileFormatException.atKey(
                        file.toString(),
                        "generator",
                        "the metadata do not say which generator the pairs are for; if you know it, give its"
                                + " fingerprint to read(file, fingerprint)");
            }
            return read(file, tensors, generator);
        }
    }

    /**
     * Reads pairs of any tool.
     *
     * @param baseFingerprint of the generator that they are for
     * @throws FileFormatException if it is damaged
     */
    public static Patch read(Path file, String baseFingerprint) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(baseFingerprint, "baseFingerprint");
        try (SafeTensors tensors = SafeTensors.open(file)) {
            return read(file, tensors, baseFingerprint);
        }
    }

    private static Patch read(Path file, SafeTensors tensors, String generator) throws IOException {
        Map<String, String> metadata = tensors.metadata();
        TreeMap<String, String> notes = new TreeMap<>();
        metadata.forEach((key, value) -> {
            if (key.startsWith(NOTE)) {
                notes.put(key.substring(NOTE.length()), value);
            }
        });
        List<WeightDelta> deltas = new ArrayList<>();
        for (String tensor : new TreeSet<>(tensors.names())) {
            if (tensor.endsWith(DOWN)) {
                String name = tensor.substring(0, tensor.length() - DOWN.length());
                String weight = metadata.getOrDefault(WEIGHT.substring(1) + "." + name, name + WEIGHT);
                deltas.add(delta(file, tensors, name, weight));
            } else if (!isPart(tensors, tensor)) {
                throw FileFormatException.atKey(
                        file.toString(),
                        tensor,
                        "a file of pairs holds NAME" + DOWN + ", NAME" + UP + " and NAME" + ALPHA);
            }
        }
        try {
            return new Patch(generator, deltas, notes);
        } catch (IllegalArgumentException | RewriteException wrong) {
            throw new FileFormatException(file.toString(), "contents", String.valueOf(wrong.getMessage()));
        }
    }

    private static boolean isPart(SafeTensors tensors, String tensor) {
        for (String end : List.of(UP, ALPHA)) {
            if (tensor.endsWith(end)) {
                return tensors.contains(tensor.substring(0, tensor.length() - end.length()) + DOWN);
            }
        }
        return false;
    }

    private static WeightDelta delta(Path file, SafeTensors tensors, String name, String weight) throws IOException {
        long[] down = tensors.shape(name + DOWN);
        long[] up = tensors.shape(name + UP);
        boolean fits = (down.length == 4 || down.length == 2)
                && ((up.length == 4 && up[2] == 1 && up[3] == 1) || up.length == 2)
                && up[1] == down[0]
                && Arrays.stream(down).allMatch(size -> size > 0)
                && up[0] > 0;
        if (!fits) {
            throw FileFormatException.atKey(
                    file.toString(),
                    name + DOWN,
                    "the factors have the shapes " + Arrays.toString(down) + " and " + Arrays.toString(up)
                            + ", but expected were [rank, in, height, width] and [out, rank, 1, 1]");
        }
        long rank = down[0];
        double alpha =
                tensors.contains(name + ALPHA) ? tensors.load(name + ALPHA).getDouble(0) : rank;
        INDArray wide = tensors.loadAs(name + DOWN, DataType.DOUBLE).reshape(rank, -1);
        INDArray tall = tensors.loadAs(name + UP, DataType.DOUBLE).reshape(up[0], rank);
        Matrix product = Matrix.of(tall).multiply(Matrix.of(wide)).times(alpha / rank);
        INDArray change = product.toArray()
                .dup('c')
                .reshape(up[0], down[1], down.length == 4 ? down[2] : 1, down.length == 4 ? down[3] : 1);
        double largest = change.amaxNumber().doubleValue();
        if (!Double.isFinite(largest)) {
            throw FileFormatException.atKey(file.toString(), name, "the product of the factors is not finite");
        }
        return largest == 0
                ? new WeightDelta.LowRank(
                        weight,
                        Nd4j.zeros(DataType.FLOAT, up[0], 1, change.size(2), change.size(3)),
                        Nd4j.zeros(DataType.FLOAT, 1, down[1]))
                : Factors.delta(weight, change, largest * ROUNDING);
    }

    private static String nameOf(String weight) {
        return weight.endsWith(WEIGHT) && weight.length() > WEIGHT.length()
                ? weight.substring(0, weight.length() - WEIGHT.length())
                : weight;
    }
}
