package io.github.rewrite4j.samediff.generator.export.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;

/** Parts of maps, as ND4J describes them: bounds along each axis, and masks of those that are left open or taken alone. */
final class OnnxSlices {
    private static final int MASKS = 5;

    private OnnxSlices() {}

    /** The masks are: begins that are open, axes left out, ends that are open, axes added, axes of which one place is taken. */
    static void slice(OnnxOperators.Call call) {
        long[] settings = call.arguments();
        if (settings.length < MASKS || settings[1] != 0 || settings[3] != 0) {
            throw call.refused("it adds axes, or leaves some out");
        }
        int axes = call.inputs() > 1 ? (int) call.fixed(1).length() : (settings.length - MASKS) / 3;
        long[] begin = bounds(call, settings, 1, axes);
        long[] end = bounds(call, settings, 2, axes);
        long[] step = bounds(call, settings, 3, axes);
        List<Long> alone = new ArrayList<>();
        for (int i = 0; i < axes; i++) {
            if (isSet(settings[4], i)) {
                alone.add((long) i);
                end[i] = begin[i] == -1 ? Long.MAX_VALUE : begin[i] + 1;
                step[i] = 1;
                continue;
            }
            if (isSet(settings[0], i)) {
                begin[i] = step[i] > 0 ? 0 : Long.MAX_VALUE;
            }
            if (isSet(settings[2], i)) {
                end[i] = step[i] > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
            }
        }
        long[] all = new long[axes];
        Arrays.setAll(all, i -> i);
        List<String> inputs = List.of(
                call.input(0),
                call.nodes().list(begin),
                call.nodes().list(end),
                call.nodes().list(all),
                call.nodes().list(step));
        if (alone.isEmpty()) {
            call.emit("Slice", inputs);
            return;
        }
        String part = call.step("Slice", inputs);
        call.emit(
                "Squeeze",
                List.of(
                        part,
                        call.nodes().list(alone.stream().mapToLong(axis -> axis).toArray())));
    }

    private static boolean isSet(long mask, int axis) {
        return (mask >> axis & 1) == 1;
    }

    /** Begins, ends or steps: the operation's n-th further input, or that part of its arguments. */
    private static long[] bounds(OnnxOperators.Call call, long[] settings, int n, int axes) {
        return call.inputs() > 1
                ? call.fixed(n).castTo(DataType.INT64).dup('c').data().asLong()
                : Arrays.copyOfRange(settings, MASKS + (n - 1) * axes, MASKS + n * axes);
    }
}
