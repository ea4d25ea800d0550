package io.github.rewrite4j.samediff.generator.rfr;

import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.graph.internal.WeightLayout;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The tensors of an inpainter in the forms that graphs want; each form is made once and shared by all graphs. */
final class RfrTensors {
    static final String SCALE = ".scale";
    static final String SHIFT = ".shift";
    static final double EPSILON = 1e-5;

    private final SortedMap<String, INDArray> tensors;
    private final Map<String, INDArray> forms = new ConcurrentHashMap<>();

    /** @param tensors as they lie in the file; taken over */
    RfrTensors(SortedMap<String, INDArray> tensors) {
        this.tensors = tensors;
    }

    SortedMap<String, INDArray> all() {
        return tensors;
    }

    INDArray get(String name) {
        return Named.in(tensors, name);
    }

    /** [out, in, k, k]. */
    INDArray canonical(String layer) {
        return get(layer + ".weight");
    }

    /** Of a transposed convolution, which the file holds as [in, out, k, k]. */
    INDArray transposed(String layer) {
        return forms.computeIfAbsent(
                layer + ".transposed",
                name -> get(layer + ".weight").permute(1, 0, 2, 3).dup('c'));
    }

    /** [k, k, in, out]. */
    INDArray kernel(String layer) {
        return forms.computeIfAbsent(layer + ".kernel", name -> WeightLayout.YXIO.fromCanonical(canonical(layer)));
    }

    /** Of a transposed convolution: [k, k, out, in]. */
    INDArray turnedKernel(String layer) {
        return forms.computeIfAbsent(
                layer + ".turned",
                name -> WeightLayout.YXOI.fromCanonical(get(layer + ".weight").permute(1, 0, 2, 3)));
    }

    /** What a normalisation with the statistics of training multiplies by. */
    INDArray scale(String layer) {
        return forms.computeIfAbsent(layer + SCALE, name -> get(layer + ".weight")
                .div(Transforms.sqrt(get(layer + ".running_var").add(EPSILON), true)));
    }

    /** What it adds. */
    INDArray shift(String layer) {
        return forms.computeIfAbsent(layer + SHIFT, name -> get(layer + ".bias")
                .sub(get(layer + ".running_mean").mul(scale(layer))));
    }
}
