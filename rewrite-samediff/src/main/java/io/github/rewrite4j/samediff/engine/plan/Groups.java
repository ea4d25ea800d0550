package io.github.rewrite4j.samediff.engine.plan;

import io.github.rewrite4j.samediff.engine.kernel.MapGeometry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Recognises convolutions in groups, which ND4J has no operation for and graphs write as convolutions of slices whose results
 * are joined: one kernel that knows groups does it.
 */
final class Groups {
    /** Channels of a group that native kernels work on at a time; of groups of other sizes they make slow work. */
    private static final int BLOCK = 8;

    private final Map<Slot, Part> parts = new HashMap<>();
    private final Map<Slot, Slice> slices = new HashMap<>();

    private record Part(Slot from, Slot weight, MapGeometry geometry, boolean channelsLast) {}

    private record Slice(Slot whole, int axis, int first, int count) {}

    /** A convolution in groups as it is found. */
    record Found(Slot whole, Slot weight, MapGeometry geometry, boolean channelsLast) {}

    /** Says that a value is a convolution without bias. */
    void convolved(Slot result, Slot from, Slot weight, MapGeometry geometry, boolean channelsLast) {
        if (geometry.groups() == 1 && geometry.in() % BLOCK == 0 && geometry.out() % BLOCK == 0) {
            parts.put(result, new Part(from, weight, geometry, channelsLast));
        }
    }

    /** Says that a value is made of places of another one. */
    void moved(Slot result, Slot whole, int[][] places) {
        int axis = -1;
        for (int i = 0; i < places.length; i++) {
            if (places[i].length > 0) {
                if (axis >= 0) {
                    return;
                }
                axis = i;
            }
        }
        if (axis < 0 || places[axis][0] < 0) {
            return;
        }
        int first = places[axis][0];
        for (int i = 0; i < places[axis].length; i++) {
            if (places[axis][i] != first + i) {
                return;
            }
        }
        slices.put(result, new Slice(whole, axis, first, places[axis].length));
    }

    /** The convolution in groups that joined values are, or null. */
    @Nullable
    Found joined(Builder build, int axis, List<Slot> values) {
        Part first = parts.get(values.get(0));
        if (values.size() < 2 || first == null || axis != (first.channelsLast() ? 3 : 1)) {
            return null;
        }
        Slice begin = slices.get(first.from());
        if (begin == null || begin.axis() != axis) {
            return null;
        }
        Slot whole = begin.whole();
        int at = 0;
        List<Slot> weights = new ArrayList<>();
        for (Slot value : values) {
            Part part = parts.get(value);
            Slice slice = part == null ? null : slices.get(part.from());
            if (part == null
                    || slice == null
                    || !part.geometry().equals(first.geometry())
                    || !slice.equals(new Slice(whole, axis, at, first.geometry().in()))) {
                return null;
            }
            at += slice.count();
            weights.add(part.weight());
        }
        return at == whole.size(axis)
                ? new Found(
                        whole, build.concat(3, weights), first.geometry().inGroups(values.size()), first.channelsLast())
                : null;
    }
}
