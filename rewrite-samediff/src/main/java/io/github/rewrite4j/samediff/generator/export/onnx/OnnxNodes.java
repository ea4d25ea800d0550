package io.github.rewrite4j.samediff.generator.export.onnx;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.io.internal.HalfPrecision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.protobuf.ByteString;

/** The network while it is written: nodes in order, initialisers, free names. */
final class OnnxNodes {
    /** Bytes that the numbers of one file may take; protocol buffers end at 2 GiB. */
    private static final long MOST_BYTES = Integer.MAX_VALUE - (64L << 20);

    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final Set<String> taken = new HashSet<>();
    private final Map<String, String> stored = new HashMap<>();
    private final boolean half;
    private long bytes;

    /** @param half whether tensors of more than one number are stored in 16 bits and widened by the network */
    OnnxNodes(boolean half) {
        this.half = half;
    }

    GraphProto.Builder graph() {
        return graph;
    }

    /** Keeps a name for a variable of the graph. */
    void reserve(String name) {
        taken.add(name);
    }

    /** A name that nothing has. */
    String fresh(String wish) {
        String name = wish;
        for (int i = 1; !taken.add(name); i++) {
            name = wish + "_" + i;
        }
        return name;
    }

    /** Adds an operation with one result. */
    String add(String operator, String result, List<String> inputs, AttributeProto... attributes) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType(operator)
                .setName(result)
                .addAllInput(inputs)
                .addOutput(result)
                .addAllAttribute(Arrays.asList(attributes)));
        return result;
    }

    static AttributeProto wholes(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    static AttributeProto whole(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto real(String name, double value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF((float) value)
                .build();
    }

    static AttributeProto text(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value))
                .build();
    }

    /** A single number as an initialiser; equal ones share it. */
    String number(double value) {
        return stored.computeIfAbsent("number " + (float) value, key -> {
            String name = fresh("number");
            graph.addInitializer(floats(name, new float[] {(float) value}, false));
            return name;
        });
    }

    /** Whole numbers as an initialiser; equal ones share it. */
    String list(long... values) {
        return stored.computeIfAbsent("list " + Arrays.toString(values), key -> {
            String name = fresh("list");
            ByteBuffer raw = ByteBuffer.allocate(Long.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
            for (long value : values) {
                raw.putLong(value);
            }
            graph.addInitializer(TensorProto.newBuilder()
                    .setName(name)
                    .setDataType(TensorProto.DataType.INT64_VALUE)
                    .addDims(values.length)
                    .setRawData(ByteString.copyFrom(raw.array())));
            return name;
        });
    }

    /** An array as an initialiser of a free name. */
    String array(String wish, INDArray array) {
        String name = fresh(wish);
        float[] values = array.dup('c').castTo(DataType.FLOAT).data().asFloat();
        boolean narrow = half && values.length > 1;
        bytes += (long) values.length * (narrow ? Short.BYTES : Float.BYTES);
        if (bytes > MOST_BYTES) {
            throw new RewriteException(
                    "The weights take more than 2 GiB, where an ONNX file ends: write them in half" + " precision.");
        }
        String tensor = narrow ? fresh(name + ".half") : name;
        graph.addInitializer(floats(tensor, values, narrow, array.shape()));
        if (narrow) {
            add("Cast", name, List.of(tensor), whole("to", TensorProto.DataType.FLOAT_VALUE));
        }
        return name;
    }

    /** An array as an initialiser in 32 bits, whatever the others are: sizes and scales. */
    String exact(String wish, INDArray array) {
        String name = fresh(wish);
        graph.addInitializer(plain(name, array));
        return name;
    }

    /** A tensor in 32 bits. */
    TensorProto plain(String name, INDArray array) {
        return floats(name, array.dup('c').castTo(DataType.FLOAT).data().asFloat(), false, array.shape());
    }

    private static TensorProto floats(String name, float[] values, boolean narrow, long... shape) {
        TensorProto.Builder tensor = TensorProto.newBuilder()
                .setName(name)
                .setDataType(narrow ? TensorProto.DataType.FLOAT16_VALUE : TensorProto.DataType.FLOAT_VALUE)
                .setRawData(raw(values, narrow));
        for (long size : shape) {
            tensor.addDims(size);
        }
        return tensor.build();
    }

    /** Numbers as they lie in a file. */
    static ByteString raw(float[] values, boolean narrow) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * (narrow ? Short.BYTES : Float.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            if (narrow) {
                raw.putShort(HalfPrecision.toHalf(value));
            } else {
                raw.putFloat(value);
            }
        }
        return ByteString.copyFrom(raw.array());
    }
}
