package io.github.rewrite4j.samediff.generator.onnx;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.internal.HalfPrecision;
import io.github.rewrite4j.samediff.generator.internal.PatchedWeight;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorProto.DataType;
import org.nd4j.shade.protobuf.ByteString;

/**
 * Puts patched weights back into the ONNX file that a generator was loaded from: the initialisers that patches change, or the
 * constant nodes where a file keeps its weights in such, get the numbers in force, everything else stays as it is, unknown
 * fields too.
 */
public final class OnnxInitialisers {
    private OnnxInitialisers() {}

    /**
     * Writes the network with the weights in force; the file appears whole or not at all.
     *
     * @param original what the generator was loaded from; data beside it stay there, so the target has to lie in the same
     *     folder then
     * @param generator with the patches that the file is to have
     * @param target another file
     * @throws FileFormatException if a patched weight is not in the file with the numbers that the generator had
     */
    public static void write(Path original, Generator generator, Path target) throws IOException {
        Objects.requireNonNull(original, "original");
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(target, "target");
        if (Files.exists(target) && Files.isSameFile(original, target)) {
            throw new RewriteException("'" + target + "' is the network that the weights come from: write to another"
                    + " file, so that patches can still be taken back.");
        }
        OnnxFile file = OnnxFile.read(original);
        ModelProto model = ModelProto.parseFrom(Files.readAllBytes(original));
        requireFolder(model.getGraph(), original, target);
        List<Place> places = places(model.getGraph());
        Map<Integer, float[]> replaced = new TreeMap<>();
        for (PatchedWeight weight : PatchedWeight.of(generator)) {
            if (weight.patched()) {
                replace(file, places, weight, replaced);
            }
        }
        ModelProto.Builder changed = model.toBuilder();
        replaced.forEach((at, numbers) -> places.get(at).put(changed.getGraphBuilder(), numbers));
        ModelProto result = changed.build();
        AtomicFile.write(target, result::writeTo);
    }

    /**
     * Where a weight lies.
     *
     * @param node number of the constant node that holds it, or -1 for an initialiser
     * @param index number of the initialiser, or of the node's attribute
     */
    private record Place(String name, int node, int index, TensorProto tensor) {
        private void put(GraphProto.Builder graph, float[] numbers) {
            TensorProto changed = with(tensor, numbers);
            if (node < 0) {
                graph.setInitializer(index, changed);
            } else {
                graph.getNodeBuilder(node).getAttributeBuilder(index).setT(changed);
            }
        }
    }

    private static List<Place> places(GraphProto graph) {
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            TensorProto tensor = graph.getInitializer(i);
            places.add(new Place(tensor.getName(), -1, i, tensor));
        }
        for (int i = 0; i < graph.getNodeCount(); i++) {
            NodeProto node = graph.getNode(i);
            for (int a = 0; OnnxFile.weightOf(node).isPresent() && a < node.getAttributeCount(); a++) {
                if (node.getAttribute(a).getName().equals("value")) {
                    places.add(new Place(
                            node.getOutput(0), i, a, node.getAttribute(a).getT()));
                }
            }
        }
        return places;
    }

    private static void requireFolder(GraphProto graph, Path original, Path target) {
        boolean beside = graph.getInitializerList().stream()
                .anyMatch(tensor -> tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL);
        Path from = original.toAbsolutePath().normalize().getParent();
        Path to = target.toAbsolutePath().normalize().getParent();
        if (beside && from != null && !from.equals(to)) {
            throw new RewriteException("The network keeps weights in files beside it, in '" + from
                    + "': write the changed network into that folder too.");
        }
    }

    /** The initialiser of the weight's own name first, then any that holds the same numbers. */
    private static void replace(OnnxFile file, List<Place> places, PatchedWeight weight, Map<Integer, float[]> replaced)
            throws FileFormatException {
        int found = -1;
        for (int i = 0; i < places.size(); i++) {
            Place place = places.get(i);
            Optional<float[]> numbers = numbers(file, place).flatMap(weight::replacing);
            if (numbers.isPresent()
                    && (found < 0 || OnnxGraph.variableName(place.name()).equals(weight.name()))) {
                replaced.remove(found);
                replaced.put(i, numbers.get());
                found = i;
            }
        }
        if (found < 0) {
            throw new FileFormatException(
                    file.name(),
                    "initialisers",
                    "none holds the numbers that '" + OnnxFile.shown(weight.name())
                            + "' had when the generator was loaded: give the file that it was loaded from; weights that"
                            + " the network computes (from quantised ones, for example) cannot be put back");
        }
    }

    private static Optional<float[]> numbers(OnnxFile file, Place place) {
        DataType type = DataType.forNumber(place.tensor().getDataType());
        boolean real = type == DataType.FLOAT || type == DataType.FLOAT16 || type == DataType.DOUBLE;
        return real && place.tensor().getDimsCount() >= 2
                ? Optional.of(file.initialiser(place.name()).floats())
                : Optional.empty();
    }

    /** The same tensor with other numbers, in its own type, inside the file. */
    private static TensorProto with(TensorProto tensor, float[] numbers) {
        DataType type = DataType.forNumber(tensor.getDataType());
        int size = type == DataType.DOUBLE ? Double.BYTES : type == DataType.FLOAT16 ? Short.BYTES : Float.BYTES;
        ByteBuffer raw = ByteBuffer.allocate(size * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float number : numbers) {
            if (type == DataType.DOUBLE) {
                raw.putDouble(number);
            } else if (type == DataType.FLOAT16) {
                raw.putShort(HalfPrecision.toHalf(number));
            } else {
                raw.putFloat(number);
            }
        }
        return tensor.toBuilder()
                .clearFloatData()
                .clearDoubleData()
                .clearInt32Data()
                .clearExternalData()
                .clearDataLocation()
                .setRawData(ByteString.copyFrom(raw.array()))
                .build();
    }
}
