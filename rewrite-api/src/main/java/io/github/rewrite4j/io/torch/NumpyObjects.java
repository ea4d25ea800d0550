package io.github.rewrite4j.io.torch;

import io.github.rewrite4j.io.TensorType;
import io.github.rewrite4j.io.internal.NpyHeader;
import io.github.rewrite4j.io.internal.StridedTensor;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/** Arrays and numbers of numpy in a pickle, of which those of plain numbers are read. */
final class NumpyObjects {
    private NumpyObjects() {}

    /** An array from its state (version, shape, type, whether in Fortran order, bytes). */
    static Object array(List<Object> state) {
        int first = state.size() == 5 ? 1 : 0;
        if (state.size() - first != 4
                || !(state.get(first) instanceof Pickled.Tuple shape)
                || !(state.get(first + 1) instanceof Pickled.ElementType type)) {
            return new Pickled.Inert("an array of numpy in a form that is not known");
        }
        boolean fortran =
                Boolean.TRUE.equals(state.get(first + 2)) || Long.valueOf(1).equals(state.get(first + 2));
        return array(type, shape, fortran, state.get(first + 3));
    }

    /** An array from its bytes: (bytes, type, shape, order). */
    static Object fromBuffer(List<Object> arguments) {
        return arguments.size() >= 4
                        && arguments.get(1) instanceof Pickled.ElementType type
                        && arguments.get(2) instanceof Pickled.Tuple shape
                ? array(type, shape, "F".equals(arguments.get(3)), arguments.get(0))
                : new Pickled.Inert("an array of numpy in a form that is not known");
    }

    /** A single number: (type, bytes). */
    static Object scalar(List<Object> arguments) {
        if (arguments.size() == 2 && arguments.get(0) instanceof Pickled.ElementType type) {
            Optional<TensorType> known = NpyHeader.type(type.code());
            if (known.isPresent()
                    && arguments.get(1) instanceof byte[] bytes
                    && bytes.length == known.get().bytes()) {
                ByteBuffer value = ByteBuffer.wrap(bytes).order(order(type));
                TensorType number = known.get();
                if (number == TensorType.BOOL) {
                    return number.whole(value, 0) != 0;
                }
                if (number == TensorType.U64) {
                    return PickleInput.narrow(new BigInteger(Long.toUnsignedString(value.getLong(0))));
                }
                boolean floating = number.dataType().isFPType();
                return floating ? (Object) number.floating(value, 0) : (Object) number.whole(value, 0);
            }
        }
        return new Pickled.Inert("a value of numpy that is no number");
    }

    private static Object array(Pickled.ElementType type, Pickled.Tuple shape, boolean fortran, Object content) {
        Optional<TensorType> known = NpyHeader.type(type.code());
        Optional<Pickled.Embedded> values = Pickled.Embedded.of(content);
        if (known.isEmpty() || values.isEmpty()) {
            return new Pickled.Inert(NpyHeader.what(type.code()) + " of numpy");
        }
        TensorType elements = known.get();
        long bytes = values.get().length();
        long stored = bytes / elements.bytes();
        StridedTensor view = StridedTensor.filling(elements, TorchObjects.longs(shape), fortran, stored);
        if ((long) view.length() * elements.bytes() != bytes) {
            throw new IllegalArgumentException("an array of numpy has " + bytes + " bytes of content; expected "
                    + (long) view.length() * elements.bytes() + " for its shape and type");
        }
        Pickled.Content stays = new Pickled.Content(values.get(), order(type));
        Pickled.Storage storage = new Pickled.Storage("", known, "", elements.bytes(), stored, 0, Optional.of(stays));
        return new TorchTensor(storage, view, false);
    }

    private static ByteOrder order(Pickled.ElementType type) {
        return type.bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }
}
