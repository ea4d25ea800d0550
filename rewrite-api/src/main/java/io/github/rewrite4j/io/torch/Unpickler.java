package io.github.rewrite4j.io.torch;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.PrintableText;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The pickle machine, protocols 0 to 5, without its ability to run things. A name of a class or function is kept as a
 * name; what is to be called or built goes to {@link TorchObjects}, which knows a few harmless constructions and answers
 * everything else with an inert placeholder.
 *
 * <p>Opcodes: cpython, Lib/pickletools.py.
 */
final class Unpickler {
    private static final int MOST_STEPS = 8_000_000;
    private static final int MOST_DIGITS = 1000;

    /** Names of classes are joined and looked up for each object that is built of them. */
    private static final int LONGEST_NAME = 300;

    /** Bytes for a container with nothing in it, which the first element makes larger. */
    private static final int EMPTY = 160;

    private static final int ELEMENT = 16;

    private final PickleInput in;
    private final PickleStack stack;
    private final TorchObjects objects;

    Unpickler(PickleInput in, TorchObjects objects) {
        this.in = in;
        this.stack = new PickleStack(in);
        this.objects = objects;
    }

    /** Runs until STOP and gives what is on the stack. */
    Object load() throws IOException {
        try {
            for (int step = 0; step < MOST_STEPS; step++) {
                int opcode = in.u1();
                if (opcode == '.') {
                    return stack.pop();
                }
                step(opcode);
            }
        } catch (IllegalArgumentException | ArithmeticException e) {
            FileFormatException wrong = in.broken(String.valueOf(e.getMessage()));
            wrong.initCause(e);
            throw wrong;
        }
        throw in.broken("the pickle takes more than " + MOST_STEPS + " steps; expected a checkpoint of some thousand"
                + " tensors");
    }

    private void step(int opcode) throws IOException {
        switch (opcode) {
            case 0x80 -> protocol(in.u1());
            case 0x95 -> frame(in.i8());
            case 'N' -> stack.push(Pickled.None.NONE);
            case 0x88 -> stack.push(true);
            case 0x89 -> stack.push(false);
            case 'I', 'L' -> stack.push(wholeFromText(in.line()));
            case 'J' -> stack.push((long) in.i4());
            case 'K' -> stack.push((long) in.u1());
            case 'M' -> stack.push((long) in.u2());
            case 0x8a -> stack.push(in.whole(in.u1()));
            case 0x8b -> stack.push(in.whole(in.u4()));
            case 'F' -> stack.push(floatFromText(in.line()));
            case 'G' -> stack.push(in.bigEndianDouble());
            case 'S', 'V' -> stack.push(unquoted(in.line()));
            case 'T', 'X' -> text(in.u4());
            case 'U', 0x8c -> text(in.u1());
            case 0x8d -> text(in.i8());
            case 'B' -> bytes(in.u4());
            case 'C' -> bytes(in.u1());
            case 0x8e, 0x96 -> bytes(in.i8());
            case 0x97, 0x98 -> throw in.broken("buffers outside the pickle are wanted; expected none in a checkpoint");
            default -> stepOnStack(opcode);
        }
    }

    private void stepOnStack(int opcode) throws IOException {
        switch (opcode) {
            case '(' -> stack.mark();
            case '0' -> stack.discard();
            case '1' -> stack.popToMark();
            case '2' -> stack.push(stack.top());
            case 'p' -> stack.remember(place(in.line()));
            case 'q' -> stack.remember(in.u1());
            case 'r' -> stack.remember(in.u4());
            case 0x94 -> stack.memoize();
            case 'g' -> stack.recall(place(in.line()));
            case 'h' -> stack.recall(in.u1());
            case 'j' -> stack.recall(in.u4());
            case ']' -> stack.push(container(new ArrayList<>()));
            case '}' -> stack.push(container(new LinkedHashMap<>()));
            case 0x8f -> stack.push(container(new LinkedHashSet<>()));
            case ')' -> stack.push(new Pickled.Tuple(List.of()));
            case 'l' -> stack.push(list(stack.popToMark()));
            case 'd' -> put(new LinkedHashMap<>(), stack.popToMark());
            case 't' -> stack.push(tuple(stack.popToMark()));
            case 0x85 -> stack.push(new Pickled.Tuple(stack.pop(1)));
            case 0x86 -> stack.push(new Pickled.Tuple(stack.pop(2)));
            case 0x87 -> stack.push(new Pickled.Tuple(stack.pop(3)));
            case 0x91 -> stack.push(objects.collections().set(stack.popToMark()));
            case 'a' -> append(stack.pop(1));
            case 'e' -> append(stack.popToMark());
            case 0x90 -> add(stack.popToMark());
            case 's' -> set(stack.pop(2));
            case 'u' -> set(stack.popToMark());
            default -> stepOnObjects(opcode);
        }
    }

    private void stepOnObjects(int opcode) throws IOException {
        switch (opcode) {
            case 'c' -> {
                String module = in.line();
                stack.push(global(module, in.line()));
            }
            case 0x93 -> {
                List<Object> names = stack.pop(2);
                if (!(names.get(0) instanceof String module) || !(names.get(1) instanceof String name)) {
                    throw in.broken("a class is named by something that is no text");
                }
                stack.push(global(module, name));
            }
            case 0x82 -> stack.push(objects.inert("extension " + in.u1()));
            case 0x83 -> stack.push(objects.inert("extension " + in.u2()));
            case 0x84 -> stack.push(objects.inert("extension " + in.i4()));
            case 'i' -> {
                String module = in.line();
                Pickled.Global type = global(module, in.line());
                stack.push(objects.build(type, stack.popToMark()));
            }
            case 'o' -> {
                List<Object> parts = stack.popToMark();
                if (parts.isEmpty()) {
                    throw in.broken("an object without a class is to be made");
                }
                stack.push(objects.build(parts.get(0), List.copyOf(parts.subList(1, parts.size()))));
            }
            case 'R', 0x81 -> {
                List<Object> call = stack.pop(2);
                stack.push(objects.build(call.get(0), arguments(call.get(1))));
            }
            case 0x92 -> {
                List<Object> call = stack.pop(3);
                stack.push(objects.build(call.get(0), arguments(call.get(1))));
            }
            case 'b' -> {
                Object state = stack.pop();
                objects.give(stack.top(), state);
            }
            case 'P' -> stack.push(objects.persistent(in.line()));
            case 'Q' -> stack.push(objects.persistent(stack.pop()));
            default -> throw in.broken(String.format("0x%02x is no opcode of a pickle", opcode));
        }
    }

    private Pickled.Global global(String module, String name) throws IOException {
        if (module.length() + name.length() > LONGEST_NAME) {
            throw in.broken("a class has a name of " + (module.length() + name.length())
                    + " characters; expected at most " + LONGEST_NAME);
        }
        return new Pickled.Global(module, name);
    }

    private Pickled.Tuple tuple(List<Object> items) throws IOException {
        in.charge(items.size() + 1L, ELEMENT);
        return new Pickled.Tuple(List.copyOf(items));
    }

    private List<Object> list(List<Object> items) throws IOException {
        in.charge(items.size() + 1L, ELEMENT);
        return new ArrayList<>(items);
    }

    /** Charges an empty dict, list or set. */
    private <T> T container(T empty) throws IOException {
        in.charge(EMPTY);
        return empty;
    }

    private void protocol(int version) throws IOException {
        if (version > 5) {
            throw in.broken("the pickle is of protocol " + version + "; expected at most 5");
        }
    }

    private void frame(long length) throws IOException {
        if (length < 0 || length > in.remaining()) {
            throw in.broken(
                    "a frame claims " + Long.toUnsignedString(length) + " bytes but " + in.remaining() + " are left");
        }
    }

    private void text(long length) throws IOException {
        if (Long.compareUnsigned(length, PickleInput.LONGEST_KEPT) > 0) {
            in.bytes(length);
            stack.push(objects.inert("a text of " + length + " bytes"));
        } else {
            stack.push(in.text(length));
        }
    }

    private void bytes(long length) throws IOException {
        if (Long.compareUnsigned(length, PickleInput.LONGEST_COPIED) > 0
                && Long.compareUnsigned(length, PickleInput.LONGEST_KEPT) <= 0) {
            stack.push(in.embedded(length));
            return;
        }
        byte[] bytes = in.bytes(length);
        stack.push(bytes.length < length ? objects.inert("a string of " + length + " bytes") : bytes);
    }

    private void append(List<Object> values) throws IOException {
        Object target = stack.top();
        if (target instanceof List<?> list) {
            in.charge(values.size(), ELEMENT);
            unchecked(list).addAll(values);
        } else if (!Pickled.isInert(target)) {
            throw in.broken("something is appended to what is no list");
        }
    }

    private void add(List<Object> values) throws IOException {
        Object target = stack.top();
        if (target instanceof Set<?> set) {
            objects.collections().addTo(set, values);
        } else if (!Pickled.isInert(target)) {
            throw in.broken("something is added to what is no set");
        }
    }

    private void put(Map<Object, Object> map, List<Object> keysAndValues) throws IOException {
        stack.push(map);
        set(keysAndValues);
    }

    private void set(List<Object> keysAndValues) throws IOException {
        Object target = stack.top();
        if (keysAndValues.size() % 2 != 0) {
            throw in.broken("a key has no value");
        }
        if (target instanceof Map<?, ?> map) {
            for (int i = 0; i < keysAndValues.size(); i += 2) {
                objects.collections().put(map, keysAndValues.get(i), keysAndValues.get(i + 1));
            }
        } else if (!Pickled.isInert(target)) {
            throw in.broken("an entry is set in what is no dict");
        }
    }

    private List<Object> arguments(Object tuple) throws IOException {
        if (tuple instanceof Pickled.Tuple arguments) {
            return arguments.items();
        }
        if (Pickled.isInert(tuple)) {
            return List.of(tuple);
        }
        throw in.broken("the arguments of a call are no tuple");
    }

    private Object wholeFromText(String line) throws IOException {
        if (line.equals("01") || line.equals("00")) {
            return line.equals("01");
        }
        String digits = line.endsWith("L") ? line.substring(0, line.length() - 1) : line;
        if (digits.length() > MOST_DIGITS || !digits.matches("[-+]?[0-9]+")) {
            throw in.broken("'" + PrintableText.name(line) + "' is no whole number");
        }
        return PickleInput.narrow(new BigInteger(digits));
    }

    private Object floatFromText(String line) throws IOException {
        if (line.length() > MOST_DIGITS || !line.matches("[-+0-9.eE]+|-?inf|nan")) {
            throw in.broken("'" + PrintableText.name(line) + "' is no number");
        }
        return line.endsWith("inf")
                ? (line.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY)
                : Double.parseDouble(line.equals("nan") ? "NaN" : line);
    }

    private long place(String line) throws IOException {
        if (!line.matches("[0-9]{1,10}")) {
            throw in.broken("'" + PrintableText.name(line) + "' is no place of the memo");
        }
        return Long.parseLong(line);
    }

    private static String unquoted(String line) {
        boolean quoted = line.length() >= 2
                && (line.charAt(0) == '\'' || line.charAt(0) == '"')
                && line.charAt(0) == line.charAt(line.length() - 1);
        return quoted ? line.substring(1, line.length() - 1) : line;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> unchecked(List<?> list) {
        return (List<Object>) list;
    }
}
