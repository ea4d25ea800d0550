package io.github.rewrite4j.io.torch;

import io.github.rewrite4j.io.FileFormatException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Stack, marks and memo of the pickle machine; misuse is an error at the byte where it happens. */
final class PickleStack {
    private static final int DEEPEST = 10_000;
    private static final int SLOT = 32;

    /** Bytes for a place of the memo, or for a mark. */
    private static final int PLACE = 96;

    private final PickleInput in;
    private final List<List<Object>> below = new ArrayList<>();
    private final Map<Long, Object> memo = new HashMap<>();
    private List<Object> values = new ArrayList<>();

    PickleStack(PickleInput in) {
        this.in = in;
    }

    void push(Object value) throws FileFormatException {
        // A slot of the stack, which is copied when it grows, and a small object such as a number.
        in.charge(SLOT);
        values.add(value);
    }

    Object pop() throws FileFormatException {
        if (values.isEmpty()) {
            throw in.broken("a value is taken from an empty stack");
        }
        return values.remove(values.size() - 1);
    }

    Object top() throws FileFormatException {
        if (values.isEmpty()) {
            throw in.broken("a value is looked for on an empty stack");
        }
        return values.get(values.size() - 1);
    }

    /** Takes a value away; the last mark if there is none above it. */
    void discard() throws FileFormatException {
        if (values.isEmpty()) {
            popToMark();
        } else {
            pop();
        }
    }

    void mark() throws FileFormatException {
        if (below.size() >= DEEPEST) {
            throw in.broken("marks are nested more than " + DEEPEST + " deep");
        }
        in.charge(PLACE);
        below.add(values);
        values = new ArrayList<>();
    }

    List<Object> popToMark() throws FileFormatException {
        if (below.isEmpty()) {
            throw in.broken("values up to a mark are wanted but no mark was set");
        }
        List<Object> above = values;
        values = below.remove(below.size() - 1);
        return above;
    }

    List<Object> pop(int count) throws FileFormatException {
        in.charge(SLOT + (long) SLOT * count);
        Object[] taken = new Object[count];
        for (int i = count - 1; i >= 0; i--) {
            taken[i] = pop();
        }
        return List.of(taken);
    }

    void remember(long place) throws FileFormatException {
        if (place < 0) {
            throw in.broken("the memo has no place " + place);
        }
        in.charge(PLACE);
        memo.put(place, top());
    }

    void memoize() throws FileFormatException {
        remember(memo.size());
    }

    void recall(long place) throws FileFormatException {
        Object value = memo.get(place);
        if (value == null) {
            throw in.broken("nothing was remembered at place " + place + " of the memo");
        }
        push(value);
    }
}
