package io.github.rewrite4j.samediff.generator.rfr;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.generator.internal.CheckpointReader;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Reads an inpainter; widths and the variant follow from the tensors. */
final class RfrCheckpoint {
    private static final String MARK = "Pconv21.weight";

    private final TensorSource tensors;
    private final CheckpointReader reader;

    private RfrCheckpoint(TensorSource tensors) {
        this.tensors = tensors;
        this.reader = new CheckpointReader(tensors);
    }

    /** The inpainter in this file, alone or beside its optimiser, if it bears the marks of one. */
    static Optional<RfrCheckpoint> in(TensorSource all) {
        return all.names().stream()
                .filter(name -> name.endsWith(MARK))
                .findFirst()
                .map(name -> name.substring(0, name.length() - MARK.length()))
                .map(prefix -> new RfrCheckpoint(prefix.isEmpty() ? all : all.under(prefix)));
    }

    private int size(String name, int axis) throws IOException {
        return Math.toIntExact(reader.size(name, axis));
    }

    private RfrShape shape() throws IOException {
        RfrShape shape = new RfrShape(
                size("Pconv1.weight", 0),
                size(MARK, 2),
                size("RFRModule.enc_1.0.weight", 0),
                size("RFRModule.enc_2.0.weight", 0),
                size("RFRModule.enc_3.0.weight", 0),
                size("tail1.weight", 0),
                size("tail2.conv1.weight", 0));
        int least = Math.min(
                Math.min(Math.min(shape.width(), shape.first()), Math.min(shape.second(), shape.encoder())),
                Math.min(shape.tail(), shape.neck()));
        if (least < 1 || shape.kernel() % 2 == 0) {
            throw new FileFormatException(
                    tensors.label(),
                    "tensor names",
                    "the inpainter is there in part: expected are 'Pconv1', 'RFRModule.enc_1' to 'enc_3', 'tail1' and"
                            + " 'tail2.conv1', and a kernel of odd size in 'Pconv21'. Save the state dict in full.");
        }
        return shape;
    }

    private static void normal(Map<String, long[]> all, String name, int channels) {
        for (String part : List.of("weight", "bias", "running_mean", "running_var")) {
            all.put(name + "." + part, new long[] {channels});
        }
    }

    private static void convolution(Map<String, long[]> all, String name, int out, int in, int kernel) {
        all.put(name + ".weight", new long[] {out, in, kernel, kernel});
    }

    static Map<String, long[]> expected(RfrShape s) {
        Map<String, long[]> all = new LinkedHashMap<>();
        int k = s.kernel();
        int w = s.width();
        convolution(all, "Pconv1", w, 3, 7);
        normal(all, "bn1", w);
        convolution(all, "Pconv2", w, w, k);
        normal(all, "bn20", w);
        convolution(all, "Pconv21", w, w, k);
        convolution(all, "Pconv22", w, w, k);
        normal(all, "bn2", w);
        int e = s.encoder();
        int[] enc = {w, s.first(), s.second(), e, e, e, e};
        for (int i = 1; i <= 6; i++) {
            convolution(all, "RFRModule.enc_" + i + ".0", enc[i], enc[i - 1], 3);
            normal(all, "RFRModule.enc_" + i + ".1", enc[i]);
        }
        all.put("RFRModule.att.att.ratio", new long[] {1});
        convolution(all, "RFRModule.att.combiner", e, 2 * e, 1);
        all.put("RFRModule.att.combiner.bias", new long[] {e});
        for (int i = 5; i >= 4; i--) {
            convolution(all, "RFRModule.dec_" + i + ".0", e, 2 * e, 3);
            normal(all, "RFRModule.dec_" + i + ".1", e);
        }
        // Transposed: [in, out, 4, 4].
        convolution(all, "RFRModule.dec_3.0", 2 * e, e, 4);
        convolution(all, "RFRModule.dec_2.0", e + s.second(), s.second(), 4);
        convolution(all, "RFRModule.dec_1.0", s.second() + s.first(), w, 4);
        normal(all, "RFRModule.dec_3.1", e);
        normal(all, "RFRModule.dec_2.1", s.second());
        normal(all, "RFRModule.dec_1.1", w);
        convolution(all, "Tconv", w, w, 4);
        normal(all, "bn3", w);
        convolution(all, "tail1", s.tail(), w + 3, 3);
        convolution(all, "tail2.conv1", s.neck(), s.tail(), 1);
        normal(all, "tail2.bn1", s.neck());
        convolution(all, "tail2.conv2", s.neck(), s.neck(), 3);
        normal(all, "tail2.bn2", s.neck());
        convolution(all, "tail2.conv3", s.tail(), s.neck(), 1);
        normal(all, "tail2.bn3", s.tail());
        convolution(all, "out", 3, 2 * s.tail(), 3);
        return all;
    }

    /** Holds the file against what it must have: the authors' script would load it in part without a word. */
    RfrShape requireComplete() throws IOException {
        RfrShape shape = shape();
        reader.requireMatches(expected(shape), List.of());
        return shape;
    }

    /** Weights that were trained; statistics are none. */
    static long parameters(RfrShape shape) {
        return expected(shape).entrySet().stream()
                .filter(tensor -> !tensor.getKey().contains(".running_"))
                .mapToLong(tensor -> {
                    long count = 1;
                    for (long size : tensor.getValue()) {
                        count *= size;
                    }
                    return count;
                })
                .sum();
    }

    /** All tensors as they lie in the file, by name. */
    SortedMap<String, INDArray> weights(RfrShape shape) throws IOException {
        TreeMap<String, INDArray> weights = new TreeMap<>();
        for (Map.Entry<String, long[]> tensor : expected(shape).entrySet()) {
            weights.put(tensor.getKey(), reader.read(tensor.getKey(), tensor.getValue()));
        }
        return weights;
    }
}
