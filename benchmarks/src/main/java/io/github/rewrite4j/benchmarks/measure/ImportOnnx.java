package io.github.rewrite4j.benchmarks.measure;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.samediff.generator.onnx.OnnxGenerator;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.shade.protobuf.ByteString;

/**
 * Seconds to import ONNX networks of thirty million random weights: {@code wide}, a decoder of twelve convolutions of 512
 * channels, and {@code deep}, 810 small ones behind residuals. They are written by one process and imported by others, so that
 * the first import of a process is that of a program that has done nothing before; two more follow it.
 *
 * <pre>
 * java -cp benchmarks/target/benchmarks.jar io.github.rewrite4j.benchmarks.measure.ImportOnnx write wide wide.onnx
 * java -cp benchmarks/target/benchmarks.jar io.github.rewrite4j.benchmarks.measure.ImportOnnx wide.onnx
 * </pre>
 */
public final class ImportOnnx {
    private static final int ROUNDS = 3;

    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("net");
    private final Random random = new Random(5);
    /** Sums of many blocks would overflow otherwise. */
    private double gain = 1;

    private ImportOnnx() {}

    /**
     * Writes a network, or imports one.
     *
     * @param args {@code write}, {@code wide} or {@code deep} and a file, or an ONNX file whose inputs are latents and how often
     */
    public static void main(String[] args) throws IOException {
        if (args.length == 3 && args[0].equals("write")) {
            new ImportOnnx().write(Path.of(args[2]), args[1].equals("wide"));
            return;
        }
        if (args.length < 1 || args.length > 2) {
            System.err.println("usage: ImportOnnx write wide|deep NETWORK.onnx, or ImportOnnx NETWORK.onnx [ROUNDS]");
            System.exit(2);
        }
        Path file = Path.of(args[0]);
        int rounds = args.length == 2 ? Integer.parseInt(args[1]) : ROUNDS;
        for (int round = 1; round <= rounds; round++) {
            long used = cpu();
            long own = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            long started = System.nanoTime();
            try (Generator generator = OnnxGenerator.load(file)) {
                System.out.printf(
                        Locale.ROOT,
                        "import %d: %,d numbers, %d layers, %.2f s on the clock, %.2f s of processor (%.2f of this thread);"
                                + " since the process began %.2f and %.2f s%n",
                        round,
                        generator.spec().parameters(),
                        generator.layers().size(),
                        (System.nanoTime() - started) / 1e9,
                        (cpu() - used) / 1e9,
                        (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - own) / 1e9,
                        ManagementFactory.getRuntimeMXBean().getUptime() / 1e3,
                        cpu() / 1e9);
            }
        }
    }

    private static long cpu() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }

    private void write(Path file, boolean wide) throws IOException {
        int channels = wide ? 512 : 64;
        int blocks = wide ? 12 : 810;
        int side = wide ? 4 : 8;
        gain = wide ? 1 : 0.1;
        graph.addInput(latent());
        String last = node("MatMul", "z", weight("project", 64, (long) channels * side * side));
        last = node("Reshape", last, wholes("grid", -1, channels, side, side));
        for (int i = 0; i < blocks; i++) {
            String before = last;
            last = padded(
                    node("Conv", last, weight("conv" + i, channels, channels, 3, 3), weight("bias" + i, channels)));
            last = node("Relu", last);
            last = wide ? last : node("Add", last, before);
            if (wide && i % 3 == 2) {
                last = node("Resize", last, "", reals("scales" + i, 1, 1, 2, 2));
            }
        }
        last = padded(node("Conv", last, weight("out", 3, channels, 3, 3)));
        last = node("Tanh", last);
        graph.addOutput(ValueInfoProto.newBuilder().setName(last).setType(type()));
        ModelProto model = ModelProto.newBuilder()
                .setIrVersion(7)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
                .setGraph(graph)
                .build();
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            model.writeTo(out);
        }
    }

    private static ValueInfoProto latent() {
        TypeProto.Builder type = type();
        type.getTensorTypeBuilder()
                .setShape(TensorShapeProto.newBuilder()
                        .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("batch"))
                        .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(64)));
        return ValueInfoProto.newBuilder().setName("z").setType(type).build();
    }

    private static TypeProto.Builder type() {
        return TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE));
    }

    private String padded(String made) {
        graph.getNodeBuilder(graph.getNodeCount() - 1)
                .addAttribute(AttributeProto.newBuilder()
                        .setName("pads")
                        .setType(AttributeProto.AttributeType.INTS)
                        .addAllInts(List.of(1L, 1L, 1L, 1L)));
        return made;
    }

    private String node(String operator, String... inputs) {
        String name = operator + graph.getNodeCount();
        graph.addNode(NodeProto.newBuilder()
                .setOpType(operator)
                .setName(name)
                .addAllInput(Arrays.asList(inputs))
                .addOutput(name + "_out"));
        return name + "_out";
    }

    private String weight(String name, long... shape) {
        int count = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        double scale = gain * Math.sqrt(2.0 * shape[0] / count);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() * scale);
        }
        return initialiser(name, values, shape);
    }

    private String reals(String name, float... values) {
        return initialiser(name, values, values.length);
    }

    private String initialiser(String name, float[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        graph.addInitializer(TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.FLOAT_VALUE)
                .addAllDims(Arrays.stream(shape).boxed().toList())
                .setRawData(ByteString.copyFrom(bytes.array())));
        return name;
    }

    private String wholes(String name, long... values) {
        graph.addInitializer(TensorProto.newBuilder()
                .setName(name)
                .setDataType(TensorProto.DataType.INT64_VALUE)
                .addDims(values.length)
                .addAllInt64Data(Arrays.stream(values).boxed().toList()));
        return name;
    }
}
