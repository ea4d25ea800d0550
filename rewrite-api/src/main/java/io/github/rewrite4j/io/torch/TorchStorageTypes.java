package io.github.rewrite4j.io.torch;

import io.github.rewrite4j.io.TensorType;
import java.util.Map;
import java.util.Optional;

/** The classes of storages of PyTorch: what their elements are and how many bytes one takes. */
enum TorchStorageTypes {
    ;

    private static final Map<String, TensorType> READ = Map.ofEntries(
            Map.entry("DoubleStorage", TensorType.F64),
            Map.entry("FloatStorage", TensorType.F32),
            Map.entry("HalfStorage", TensorType.F16),
            Map.entry("BFloat16Storage", TensorType.BF16),
            Map.entry("LongStorage", TensorType.I64),
            Map.entry("IntStorage", TensorType.I32),
            Map.entry("ShortStorage", TensorType.I16),
            Map.entry("CharStorage", TensorType.I8),
            Map.entry("ByteStorage", TensorType.U8),
            Map.entry("UntypedStorage", TensorType.U8),
            Map.entry("BoolStorage", TensorType.BOOL));

    /** Not read, but of known length, so that what follows in a file is found. */
    private static final Map<String, Integer> WIDTHS = Map.of(
            "ComplexFloatStorage", 8,
            "ComplexDoubleStorage", 16,
            "ComplexHalfStorage", 4,
            "QInt8Storage", 1,
            "QUInt8Storage", 1,
            "QInt32Storage", 4,
            "QUInt4x2Storage", 1,
            "QUInt2x4Storage", 1);

    /** Types of elements that tensors of untyped storages are given. */
    private static final Map<String, TensorType> ELEMENTS = Map.of(
            "uint16", TensorType.U16,
            "uint32", TensorType.U32,
            "uint64", TensorType.U64,
            "float8_e4m3fn", TensorType.F8_E4M3,
            "float8_e5m2", TensorType.F8_E5M2);

    /** The storage of this class, if there is such a class. */
    static Optional<Pickled.Storage> storage(Pickled.Global type, String key, long length) {
        boolean known = type.module().equals("torch")
                || type.module().equals("torch.cuda")
                || type.module().equals("torch.storage");
        TensorType read = READ.get(type.name());
        Integer width = read == null ? WIDTHS.get(type.name()) : Integer.valueOf(read.bytes());
        if (!known || width == null) {
            return Optional.empty();
        }
        String name = type.name().substring(0, type.name().length() - "Storage".length());
        String what = name.startsWith("Complex") ? "a tensor of complex numbers" : "a quantised tensor (" + name + ")";
        return Optional.of(
                new Pickled.Storage(key, Optional.ofNullable(read), what, width, length, 0, Optional.empty()));
    }

    /** The type of elements that is called {@code torch.NAME}. */
    static Optional<TensorType> element(String name) {
        return Optional.ofNullable(ELEMENTS.get(name));
    }
}
