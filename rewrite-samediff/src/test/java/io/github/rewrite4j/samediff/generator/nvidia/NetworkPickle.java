package io.github.rewrite4j.samediff.generator.nvidia;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Writes pickles in the form of NVIDIA's, of random weights and any size: G_ema alone, storages inside strings of bytes. */
final class NetworkPickle {
    private final OutputStream out;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Map<String, Map<String, int[]>> tensors = new TreeMap<>();
    private final Map<String, Map<String, Double>> settings = new TreeMap<>();
    private final Map<String, Float> constants = new TreeMap<>();

    NetworkPickle(OutputStream out) {
        this.out = out;
    }

    /** A tensor of small Gaussian numbers. */
    NetworkPickle tensor(String name, int... shape) {
        int dot = name.lastIndexOf('.');
        tensors.computeIfAbsent(name.substring(0, dot), module -> new TreeMap<>())
                .put(name.substring(dot + 1), shape);
        return this;
    }

    /** A tensor of equal numbers. */
    NetworkPickle constant(String name, float value, int... shape) {
        constants.put(name, value);
        return tensor(name, shape);
    }

    NetworkPickle setting(String module, String name, double value) {
        settings.computeIfAbsent(module, m -> new TreeMap<>()).put(name, value);
        return this;
    }

    void write() throws IOException {
        op(0x80, 3, '}');
        text("G_ema");
        module("");
        op('s', '.');
    }

    private void module(String path) throws IOException {
        global("torch_utils.persistence", "_reconstruct_persistent_obj");
        op('}');
        entry("type", "class");
        entry("module_src", "#");
        entry("class_name", "Module");
        text("state");
        op('}');
        text("_parameters");
        op('}');
        for (Map.Entry<String, int[]> tensor :
                tensors.getOrDefault(path, Map.of()).entrySet()) {
            text(tensor.getKey());
            writeTensor(path + "." + tensor.getKey(), tensor.getValue());
            op('s');
        }
        op('s');
        text("_modules");
        op('}');
        String before = path.isEmpty() ? "" : path + ".";
        Map<String, String> inner = new TreeMap<>();
        for (String module : tensors.keySet()) {
            if (module.startsWith(before) && !module.equals(path)) {
                String rest = module.substring(before.length());
                String child = rest.contains(".") ? rest.substring(0, rest.indexOf('.')) : rest;
                inner.put(child, before + child);
            }
        }
        for (Map.Entry<String, String> child : inner.entrySet()) {
            text(child.getKey());
            module(child.getValue());
            op('s');
        }
        op('s');
        for (Map.Entry<String, Double> setting :
                settings.getOrDefault(path, Map.of()).entrySet()) {
            text(setting.getKey());
            op('G');
            out.write(ByteBuffer.allocate(8).putDouble(setting.getValue()).array());
            op('s');
        }
        op('s', 0x85, 'R');
    }

    private void writeTensor(String name, int[] shape) throws IOException {
        int length = 1;
        for (int size : shape) {
            length *= size;
        }
        byte[] head = head(length);
        global("torch._utils", "_rebuild_tensor_v2");
        op('(');
        global("torch.storage", "_load_from_bytes");
        op('B');
        i4(head.length + 8 + 4 * length);
        out.write(head);
        ByteBuffer numbers = ByteBuffer.allocate(8 + 4 * length).order(ByteOrder.LITTLE_ENDIAN);
        numbers.putLong(length);
        Float constant = constants.get(name);
        for (int i = 0; i < length; i++) {
            numbers.putFloat(constant == null ? gaussian() : constant);
        }
        out.write(numbers.array());
        op(0x85, 'R', 'K', 0, '(');
        for (int size : shape) {
            op('J');
            i4(size);
        }
        op('t', '(');
        int stride = length;
        for (int size : shape) {
            stride /= size;
            op('J');
            i4(stride);
        }
        op('t', 0x89);
        global("collections", "OrderedDict");
        op(')', 'R', 't', 'R');
    }

    /** Sum of four uniform numbers of variance 1: near enough. */
    private float gaussian() {
        double sum = random.nextDouble() + random.nextDouble() + random.nextDouble() + random.nextDouble();
        return (float) ((sum - 2) * Math.sqrt(3));
    }

    /** Everything of a storage before its elements. */
    private static byte[] head(int length) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        NetworkPickle head = new NetworkPickle(bytes);
        head.op(0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, '.');
        head.op(0x80, 2, 'M', 0xe9, 0x03, '.');
        head.op(0x80, 2, '}');
        head.text("little_endian");
        head.op(0x88, 's', '.');
        head.op(0x80, 2, '(');
        head.text("storage");
        head.global("torch", "FloatStorage");
        head.text("0");
        head.text("cpu");
        head.op('J');
        head.i4(length);
        head.op('N', 't', 'Q', '.');
        head.op(0x80, 2, ']');
        head.text("0");
        head.op('a', '.');
        return bytes.toByteArray();
    }

    private void entry(String key, String value) throws IOException {
        text(key);
        text(value);
        op('s');
    }

    private void global(String module, String name) throws IOException {
        out.write(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    private void text(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        op('X');
        i4(bytes.length);
        out.write(bytes);
    }

    private void i4(int value) throws IOException {
        out.write(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
    }

    private void op(int... bytes) throws IOException {
        for (int b : bytes) {
            out.write(b);
        }
    }
}
