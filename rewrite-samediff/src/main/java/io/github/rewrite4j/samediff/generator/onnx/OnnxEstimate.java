package io.github.rewrite4j.samediff.generator.onnx;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.samediff.generator.PictureSize;
import io.github.rewrite4j.samediff.generator.internal.MemoryNeeds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import onnx.Onnx.ValueInfoProto;

/** What a network will need, from the shapes that its file names: nothing is built, no weight is decoded. */
final class OnnxEstimate {
    private static final Set<String> LAYERS = Set.of("Conv", "ConvTranspose", "Gemm", "MatMul");

    private final OnnxFile file;
    private final Optional<PictureSize> size;

    /** @param size of pictures that go in, where the file leaves it free */
    OnnxEstimate(OnnxFile file, Optional<PictureSize> size) {
        this.file = file;
        this.size = size;
    }

    GeneratorEstimate estimate(Optional<String> output) {
        String wanted = output.orElse(file.outputs().get(0).getName());
        List<OnnxNode> nodes = file.behind(wanted);
        if (nodes.isEmpty()) {
            throw new RewriteException("No node of '" + file.name() + "' makes '" + OnnxFile.shown(wanted) + "'.");
        }
        Set<String> read = new HashSet<>();
        nodes.forEach(node -> read.addAll(node.inputs()));
        long parameters = 0;
        for (String name : file.initialisers()) {
            parameters += read.contains(name) ? file.weights(name) : 0;
        }
        int layers = (int) nodes.stream().filter(this::isLayer).count();
        long largest = 1;
        boolean silent = file.inner().isEmpty();
        for (ValueInfoProto value : file.inner()) {
            largest = Math.max(largest, elements(OnnxFile.declared(value)));
        }
        List<String> inputs = new ArrayList<>();
        for (ValueInfoProto input : file.inputs()) {
            if (read.contains(input.getName())) {
                long[] shape = OnnxFile.declared(input);
                largest = Math.max(largest, elements(shape));
                inputs.add(OnnxFile.shown(input.getName()) + " " + text(shape));
            }
        }
        long[] picture = file.outputs().stream()
                .filter(value -> value.getName().equals(wanted))
                .map(OnnxFile::declared)
                .findFirst()
                .orElse(new long[0]);
        largest = Math.max(largest, elements(picture));
        boolean last =
                picture.length == 4 && picture[3] >= 1 && picture[3] <= 3 && !(picture[1] >= 1 && picture[1] <= 3);
        MemoryNeeds needs = new MemoryNeeds(parameters, largest);
        return new GeneratorEstimate(
                "ONNX network '" + file.name() + "', opset " + file.opset() + ", " + nodes.size() + " operators",
                inputs,
                picture.length == 4 ? side(picture[last ? 1 : 2]) : 0,
                picture.length == 4 ? side(picture[last ? 2 : 3]) : 0,
                layers,
                parameters,
                needs.loadingBytes(),
                needs.generatingBytes(),
                silent
                        ? List.of("The file does not name the sizes of maps inside of it: drawing may take more memory"
                                + " than estimated.")
                        : List.of());
    }

    private static int side(long declared) {
        return (int) Math.min(Integer.MAX_VALUE, declared);
    }

    private boolean isLayer(OnnxNode node) {
        return LAYERS.contains(node.operator()) && node.inputs().stream().anyMatch(file::isInitialiser);
    }

    /** Numbers of one sample; free sizes count as those of the pictures that go in. */
    private long elements(long[] shape) {
        double all = 1;
        for (int i = 1; i < shape.length; i++) {
            long free = size.isEmpty()
                    ? 1
                    : Math.max(size.get().height(), size.get().width());
            all *= shape[i] > 0 ? shape[i] : free;
        }
        return (long) Math.min(1L << 40, all);
    }

    private static String text(long[] shape) {
        List<String> sizes = new ArrayList<>();
        for (int i = 0; i < shape.length; i++) {
            sizes.add(shape[i] > 0 ? String.valueOf(shape[i]) : i == 0 ? "N" : "?");
        }
        return sizes.toString();
    }
}
