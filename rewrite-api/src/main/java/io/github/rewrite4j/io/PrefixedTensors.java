package io.github.rewrite4j.io;

import io.github.rewrite4j.io.internal.LeftOut;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A view of the tensors whose names begin with a prefix. */
record PrefixedTensors(TensorSource all, String prefix) implements TensorSource {
    @Override
    public String label() {
        return all.label();
    }

    @Override
    public List<String> names() {
        return all.names().stream()
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()))
                .toList();
    }

    @Override
    public Map<String, String> leftOut() {
        Map<String, String> parts = new LinkedHashMap<>();
        all.leftOut().forEach((name, what) -> {
            if (name.startsWith(prefix)) {
                parts.put(name.substring(prefix.length()), what);
            }
        });
        return Collections.unmodifiableMap(parts);
    }

    @Override
    public boolean contains(String name) {
        return all.contains(prefix + name);
    }

    @Override
    public TensorType type(String name) throws FileFormatException {
        return all.type(existing(name));
    }

    @Override
    public long[] shape(String name) throws FileFormatException {
        return all.shape(existing(name));
    }

    @Override
    public INDArray load(String name) throws IOException {
        return all.load(existing(name));
    }

    private String existing(String name) throws FileFormatException {
        if (!contains(name)) {
            LeftOut.refuse(label(), prefix + name, all.leftOut());
            throw FileFormatException.atKey(
                    label(), name, "there is no such tensor. " + NearestNames.hint(name, names()));
        }
        return prefix + name;
    }

    @Override
    public void close() {
        // The file belongs to whoever opened it.
    }
}
