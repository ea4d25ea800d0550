package io.github.rewrite4j.samediff.generator.onnx;

import io.github.rewrite4j.io.internal.HalfPrecision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorProto.DataType;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of tensors, which lie in the file in one of three ways: as bytes, as a list of numbers, or in another file beside
 * it. Every count is held against what is there before anything is allocated.
 */
final class OnnxTensors {
    private final @Nullable Path folder;

    /** @param folder where external data may lie; null when there is none */
    OnnxTensors(@Nullable Path folder) {
        this.folder = folder;
    }

    Constant read(TensorProto tensor) {
        long[] shape = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
        int count = Constant.count(shape);
        DataType type = type(tensor);
        Kind kind = Kind.of(type);
        if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
            return decode(external(tensor, (long) count * bytes(type)), type, kind, count, shape);
        }
        if (!tensor.getRawData().isEmpty()) {
            ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer();
            requireCount(raw.remaining(), (long) count * bytes(type), "bytes");
            return decode(raw, type, kind, count, shape);
        }
        return listed(tensor, type, kind, count, shape);
    }

    private static DataType type(TensorProto tensor) {
        DataType type = DataType.forNumber(tensor.getDataType());
        if (type == null) {
            throw new OnnxException("its type has the number " + tensor.getDataType()
                    + ", which this library does not know (8-bit floats and 4-bit integers are not read).");
        }
        return type;
    }

    private static int bytes(DataType type) {
        return switch (type) {
            case INT8, UINT8, BOOL -> 1;
            case INT16, UINT16, FLOAT16, BFLOAT16 -> 2;
            case INT32, UINT32, FLOAT -> 4;
            default -> 8;
        };
    }

    private static void requireCount(long found, long wanted, String what) {
        if (found != wanted) {
            throw new OnnxException(
                    "it holds " + found + " " + what + ", but its shape and type ask for " + wanted + ".");
        }
    }

    private static Constant decode(ByteBuffer bytes, DataType type, Kind kind, int count, long[] shape) {
        ByteBuffer from = bytes.order(ByteOrder.LITTLE_ENDIAN);
        if (kind == Kind.REAL) {
            float[] values = new float[count];
            switch (type) {
                case FLOAT -> from.asFloatBuffer().get(values);
                case DOUBLE -> fill(values, i -> (float) from.getDouble(8 * i));
                case FLOAT16 -> fill(values, i -> HalfPrecision.fromHalf(from.getShort(2 * i)));
                default -> fill(values, i -> Float.intBitsToFloat(from.getShort(2 * i) << 16));
            }
            return Constant.reals(values, shape);
        }
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = switch (type) {
                case INT8 -> from.get(i);
                case UINT8 -> from.get(i) & 0xff;
                case BOOL -> from.get(i) == 0 ? 0 : 1;
                case INT16 -> from.getShort(2 * i);
                case UINT16 -> from.getShort(2 * i) & 0xffff;
                case INT32 -> from.getInt(4 * i);
                case UINT32 -> from.getInt(4 * i) & 0xffffffffL;
                default -> whole(from.getLong(8 * i));
            };
        }
        return Constant.wholes(kind, values, shape);
    }

    /** Numbers near the smallest stand for free sizes here; what a file says is no such. */
    private static long whole(long value) {
        return Size.isFree(value) ? Long.MIN_VALUE : value;
    }

    private interface Reading {
        float at(int index);
    }

    private static void fill(float[] values, Reading reading) {
        for (int i = 0; i < values.length; i++) {
            values[i] = reading.at(i);
        }
    }

    private static Constant listed(TensorProto tensor, DataType type, Kind kind, int count, long[] shape) {
        if (kind == Kind.REAL) {
            float[] values = new float[count];
            switch (type) {
                case FLOAT -> {
                    requireCount(tensor.getFloatDataCount(), count, "numbers");
                    fill(values, tensor::getFloatData);
                }
                case DOUBLE -> {
                    requireCount(tensor.getDoubleDataCount(), count, "numbers");
                    fill(values, i -> (float) tensor.getDoubleData(i));
                }
                default -> {
                    requireCount(tensor.getInt32DataCount(), count, "numbers");
                    fill(
                            values,
                            i -> type == DataType.FLOAT16
                                    ? HalfPrecision.fromHalf((short) tensor.getInt32Data(i))
                                    : Float.intBitsToFloat(tensor.getInt32Data(i) << 16));
                }
            }
            return Constant.reals(values, shape);
        }
        long[] values = new long[count];
        boolean small = type != DataType.INT64 && type != DataType.UINT32 && type != DataType.UINT64;
        boolean signed = type == DataType.INT64;
        requireCount(
                small ? tensor.getInt32DataCount() : signed ? tensor.getInt64DataCount() : tensor.getUint64DataCount(),
                count,
                "numbers");
        for (int i = 0; i < count; i++) {
            values[i] =
                    small ? tensor.getInt32Data(i) : whole(signed ? tensor.getInt64Data(i) : tensor.getUint64Data(i));
        }
        return Constant.wholes(kind, values, shape);
    }

    private ByteBuffer external(TensorProto tensor, long wanted) {
        String location = "";
        long offset = 0;
        long length = -1;
        for (StringStringEntryProto entry : tensor.getExternalDataList()) {
            switch (entry.getKey()) {
                case "location" -> location = entry.getValue();
                case "offset" -> offset = number(entry);
                case "length" -> length = number(entry);
                default -> {
                    // checksums, which few writers give
                }
            }
        }
        if (length >= 0) {
            requireCount(length, wanted, "bytes");
        }
        Path file = inside(location);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (offset < 0 || offset > channel.size() - wanted) {
                throw new OnnxException("it takes " + wanted + " bytes from place " + offset + " of '"
                        + OnnxFile.shown(location) + "', which has " + channel.size() + ".");
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, offset, wanted);
        } catch (IOException failure) {
            throw new OnnxException("its numbers lie in '" + OnnxFile.shown(location) + "', which cannot be read: "
                    + failure.getMessage());
        }
    }

    private static long number(StringStringEntryProto entry) {
        try {
            return Long.parseLong(entry.getValue());
        } catch (NumberFormatException failure) {
            throw new OnnxException("the " + entry.getKey() + " of its external data is no number.");
        }
    }

    private Path inside(String location) {
        if (folder == null) {
            throw new OnnxException("its numbers lie in another file, '" + OnnxFile.shown(location)
                    + "': load the network by its path, with that file beside it.");
        }
        Path root = folder.toAbsolutePath().normalize();
        Path file = location.isEmpty() || location.indexOf('\0') >= 0
                ? root
                : root.resolve(location).normalize();
        if (!file.startsWith(root) || file.equals(root)) {
            throw new OnnxException("its numbers lie in '" + OnnxFile.shown(location)
                    + "', which is outside the folder of the network; nothing is read from there.");
        }
        boolean outside;
        try {
            Path parent = file.getParent();
            outside = parent == null || !parent.toRealPath().startsWith(root.toRealPath());
        } catch (IOException missing) {
            outside = false;
        }
        if (outside) {
            throw new OnnxException("its numbers lie in '" + OnnxFile.shown(location)
                    + "', which leads outside the folder of the network by a link; nothing is read from there.");
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new OnnxException("its numbers lie in '" + OnnxFile.shown(location)
                    + "', and there is no such file beside the network.");
        }
        return file;
    }
}
