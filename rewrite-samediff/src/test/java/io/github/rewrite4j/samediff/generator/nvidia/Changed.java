package io.github.rewrite4j.samediff.generator.nvidia;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.io.TensorType;
import io.github.rewrite4j.samediff.graph.internal.Named;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Tensors in memory, for instance the G_ema of a pickle with some of them changed. */
final class Changed implements TensorSource {
    private final Map<String, INDArray> arrays;

    Changed(Map<String, INDArray> arrays) {
        this.arrays = new TreeMap<>(arrays);
    }

    Changed(TensorSource file, Predicate<String> which, UnaryOperator<INDArray> change) throws IOException {
        this.arrays = new TreeMap<>();
        for (String name : file.names()) {
            if (!name.startsWith("G_ema.")) {
                continue;
            }
            INDArray array = file.load(name);
            arrays.put(name, which.test(name) ? change.apply(array) : array);
        }
    }

    @Override
    public String label() {
        return "changed";
    }

    @Override
    public List<String> names() {
        return List.copyOf(arrays.keySet());
    }

    @Override
    public Map<String, String> leftOut() {
        return Map.of();
    }

    @Override
    public TensorType type(String name) throws FileFormatException {
        return TensorType.F32;
    }

    @Override
    public long[] shape(String name) {
        return Named.in(arrays, name).shape();
    }

    @Override
    public INDArray load(String name) {
        return Named.in(arrays, name).dup('c');
    }

    @Override
    public void close() {
        // Nothing is held open.
    }
}
