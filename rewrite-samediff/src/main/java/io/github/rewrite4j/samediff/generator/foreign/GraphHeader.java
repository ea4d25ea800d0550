package io.github.rewrite4j.samediff.generator.foreign;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nd4j.graph.DType;
import org.nd4j.graph.FlatArray;
import org.nd4j.graph.FlatGraph;
import org.nd4j.graph.FlatVariable;
import org.nd4j.graph.VarType;

/**
 * What a file of {@code SameDiff.save} says of itself, read in Java from a mapped buffer: a damaged file runs into the end of
 * the buffer here, where ND4J's own reader would end the JVM.
 *
 * @param placeholders names and shapes of the inputs, such as {@code z [-1, 64]}
 * @param layers operations that multiply by weights
 * @param operations all operations
 * @param parameters numbers of variables and constants that are not whole
 */
record GraphHeader(List<Placeholder> placeholders, int layers, int operations, long parameters) {
    private static final int MOST = 1_000_000;
    private static final int DEEPEST = 32;
    private static final Set<String> LAYERS = Set.of("conv2d", "deconv2d", "mmul", "matmul");
    private static final Set<Byte> REALS = Set.of(DType.HALF, DType.BFLOAT16, DType.FLOAT, DType.DOUBLE);

    /**
     * An input.
     *
     * @param name of the placeholder
     * @param shape with -1 where a size is free
     */
    record Placeholder(String name, List<Long> shape) {}

    GraphHeader {
        placeholders = List.copyOf(placeholders);
    }

    /** The header of a file; empty if it is no such file. */
    static Optional<GraphHeader> of(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() < 2L * Long.BYTES || channel.size() > Integer.MAX_VALUE) {
                return Optional.empty();
            }
            ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
                    .order(ByteOrder.LITTLE_ENDIAN);
            int root = bytes.getInt(0);
            if (root < Integer.BYTES || root > bytes.capacity() - Integer.BYTES) {
                return Optional.empty();
            }
            // Weights lie in the file, so there are not more numbers than bytes.
            return read(FlatGraph.getRootAsFlatGraph(bytes)).filter(header -> header.parameters() <= bytes.capacity());
        } catch (IndexOutOfBoundsException
                | IllegalArgumentException
                | NullPointerException
                | ArithmeticException other) {
            // What flatbuffers throw upon bytes that are none.
            return Optional.empty();
        }
    }

    private static Optional<GraphHeader> read(FlatGraph graph) {
        int variables = graph.variablesLength();
        int operations = graph.nodesLength();
        if (variables < 1 || variables > MOST || operations < 1 || operations > MOST) {
            return Optional.empty();
        }
        Set<String> names = new HashSet<>();
        List<Placeholder> placeholders = new ArrayList<>();
        long parameters = 0;
        for (int i = 0; i < variables; i++) {
            FlatVariable variable = graph.variables(i);
            String name = variable.name();
            if (name == null || name.isEmpty() || !names.add(name)) {
                return Optional.empty();
            }
            if (variable.variabletype() == VarType.PLACEHOLDER) {
                placeholders.add(new Placeholder(name, shape(variable)));
            } else if (variable.variabletype() == VarType.VARIABLE || variable.variabletype() == VarType.CONSTANT) {
                parameters = Math.addExact(parameters, numbers(variable.ndarray()));
            }
        }
        int layers = 0;
        for (int i = 0; i < operations; i++) {
            String operation = graph.nodes(i).opName();
            layers += operation != null && LAYERS.contains(operation) ? 1 : 0;
        }
        return Optional.of(new GraphHeader(placeholders, layers, operations, parameters));
    }

    private static List<Long> shape(FlatVariable variable) {
        List<Long> sizes = new ArrayList<>();
        for (int i = 0; i < Math.min(DEEPEST, variable.shapeLength()); i++) {
            sizes.add(variable.shape(i));
        }
        return sizes;
    }

    /** ND4J's shape information is the rank, the sizes and more. */
    private static long numbers(FlatArray array) {
        if (array == null || array.shapeLength() == 0 || !REALS.contains(array.dtype())) {
            return 0;
        }
        long rank = array.shape(0);
        if (rank < 0 || rank > DEEPEST) {
            throw new IllegalArgumentException("no shape");
        }
        long numbers = 1;
        for (int i = 1; i <= rank; i++) {
            numbers = Math.multiplyExact(numbers, Math.max(0, array.shape(i)));
        }
        return numbers;
    }
}
