package io.github.rewrite4j.samediff.engine.plan;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How an operand is repeated over a larger value: for each number of the value, in the order in which it lies, which number
 * of the operand belongs to it. Shapes are aligned at their last axes; sizes of one are repeated.
 */
final class Spread {
    private final int[] sizes;
    private final int[] strides;
    private final int[] at;
    private final boolean same;
    private final int run;
    private final boolean constantRun;
    private final boolean periodic;
    private float @Nullable [] loadedFrom;
    private int loadedOffset;
    private int loadedAt;
    private int loaded;

    /** Of an operand over a value. */
    Spread(Slot operand, Slot over) {
        this(over.shape(), over.axesAsTheyLie(), aligned(operand, over));
    }

    private Spread(int[] shape, int[] axes, int[] steps) {
        int[] s = new int[axes.length + 1];
        int[] t = new int[axes.length + 1];
        int count = 0;
        for (int axis : axes) {
            if (shape[axis] == 1) {
                continue;
            }
            if (count > 0 && t[count - 1] == steps[axis] * shape[axis]) {
                s[count - 1] *= shape[axis];
                t[count - 1] = steps[axis];
            } else {
                s[count] = shape[axis];
                t[count++] = steps[axis];
            }
        }
        if (count == 0) {
            s[count++] = 1;
        }
        this.sizes = Arrays.copyOf(s, count);
        this.strides = Arrays.copyOf(t, count);
        this.at = new int[count];
        this.same = count == 1 && strides[0] == 1;
        this.run = sizes[count - 1];
        this.constantRun = strides[count - 1] == 0;
        this.periodic = count > 1 && !constantRun && strides[count - 2] == 0;
    }

    private static int[] aligned(Slot operand, Slot over) {
        int[] own = operand.strides();
        int[] steps = new int[over.rank()];
        int shift = over.rank() - operand.rank();
        for (int i = 0; i < operand.rank(); i++) {
            if (operand.size(i) != 1) {
                if (operand.size(i) != over.size(i + shift)) {
                    throw new NoPlanException("its operands " + operand + " and " + over + " do not fit.");
                }
                steps[i + shift] = own[i];
            }
        }
        return steps;
    }

    /** Of a value reduced along axes, over the value. */
    static Spread reduced(Slot value, Slot result, boolean[] axes) {
        int[] own = result.strides();
        int[] steps = new int[value.rank()];
        boolean kept = result.rank() == value.rank();
        int next = 0;
        for (int i = 0; i < steps.length; i++) {
            if (!axes[i]) {
                steps[i] = own[kept ? i : next];
                next++;
            }
        }
        return new Spread(value.shape(), value.axesAsTheyLie(), steps);
    }

    /** Numbers of a tile that these operands are quick with: whole runs of those that repeat one run. */
    static int tile(Spread[] all, int most) {
        for (Spread one : all) {
            if (one.periodic && one.run <= most / 2) {
                int tile = one.run;
                while (2 * tile <= most) {
                    tile *= 2;
                }
                return tile;
            }
        }
        return most;
    }

    /** Forgets what was loaded: numbers may have changed. */
    void begin() {
        loadedFrom = null;
    }

    /** Whether each number belongs to the one in the same place. */
    boolean isSame() {
        return same;
    }

    /** Whether there is one number for all. */
    boolean isSingle() {
        return sizes.length == 1 && strides[0] == 0;
    }

    private int start(int from) {
        int rest = from;
        int offset = 0;
        for (int d = sizes.length - 1; d >= 0; d--) {
            at[d] = rest % sizes[d];
            rest /= sizes[d];
            offset += at[d] * strides[d];
        }
        return offset;
    }

    /** From the end of a run to the start of the next; the offset is that of the run's start. */
    private int next(int offset) {
        int d = sizes.length - 2;
        int moved = offset;
        while (d >= 0) {
            moved += strides[d];
            if (++at[d] < sizes[d]) {
                return moved;
            }
            moved -= sizes[d] * strides[d];
            at[d--] = 0;
        }
        return moved;
    }

    /** Writes the operand's numbers for {@code count} numbers of the value from {@code from} on. */
    void load(float[] operand, int from, int count, float[] to) {
        if (same) {
            System.arraycopy(operand, from, to, 0, count);
            return;
        }
        if (isSingle()) {
            Arrays.fill(to, 0, count, operand[0]);
            return;
        }
        int last = sizes.length - 1;
        int offset = start(from);
        int inRun = at[last];
        offset -= inRun * strides[last];
        if (periodic && repeats(inRun, count)) {
            loadRepeated(operand, offset, inRun, count, to);
            return;
        }
        loadedFrom = null;
        int done = 0;
        while (done < count) {
            int more = Math.min(run - inRun, count - done);
            if (constantRun) {
                Arrays.fill(to, done, done + more, operand[offset]);
            } else if (strides[last] == 1) {
                copy(operand, offset + inRun, to, done, more);
            } else {
                int step = strides[last];
                for (int i = 0; i < more; i++) {
                    to[done + i] = operand[offset + (inRun + i) * step];
                }
            }
            done += more;
            inRun = 0;
            if (done < count) {
                offset = next(offset);
            }
        }
    }

    /** Whether so many numbers from the start are nothing but repetitions of one run. */
    private boolean repeats(int inRun, int count) {
        int outer = sizes.length - 2;
        return count + inRun <= (sizes[outer] - at[outer]) * run;
    }

    /** Writes a run once and then copies what is written; a tile that holds the same numbers already stays as it is. */
    private void loadRepeated(float[] operand, int offset, int inRun, int count, float[] to) {
        if (loadedFrom == operand && loadedOffset == offset && loadedAt == inRun && loaded >= count) {
            return;
        }
        loadedFrom = operand;
        loadedOffset = offset;
        loadedAt = inRun;
        loaded = count;
        int step = strides[sizes.length - 1];
        int once = Math.min(run, count);
        int place = inRun;
        for (int i = 0; i < once; i++) {
            to[i] = operand[offset + place * step];
            place = place + 1 == run ? 0 : place + 1;
        }
        for (int done = once; done < count; done *= 2) {
            System.arraycopy(to, 0, to, done, Math.min(done, count - done));
        }
    }

    private static void copy(float[] from, int start, float[] to, int at, int count) {
        if (count > 12) {
            System.arraycopy(from, start, to, at, count);
        } else {
            for (int i = 0; i < count; i++) {
                to[at + i] = from[start + i];
            }
        }
    }

    /** Adds what belongs to each number of the operand; the array is worked in. */
    void add(float[] numbers, int from, int count, double[] to) {
        int last = sizes.length - 1;
        int offset = start(from);
        int inRun = at[last];
        int step = strides[last];
        offset -= inRun * step;
        if (periodic && inRun == 0 && count % run == 0) {
            addRepeated(numbers, count, offset, to);
            return;
        }
        int done = 0;
        while (done < count) {
            int more = Math.min(run - inRun, count - done);
            if (constantRun) {
                to[offset] += sum(numbers, done, more);
            } else {
                for (int i = 0; i < more; i++) {
                    to[offset + (inRun + i) * step] += numbers[done + i];
                }
            }
            done += more;
            inRun = 0;
            if (done < count) {
                offset = next(offset);
            }
        }
    }

    /** Sums that end together are added for themselves: bits do not depend on what follows, which may be another sample. */
    private void addRepeated(float[] numbers, int count, int first, double[] to) {
        int outer = sizes.length - 2;
        int step = strides[sizes.length - 1];
        int offset = first;
        int done = 0;
        while (done < count) {
            int more = Math.min((sizes[outer] - at[outer]) * run, count - done);
            int left = more;
            for (; left > run && left / run % 2 == 0; left /= 2) {
                addUpper(numbers, done, left / 2);
            }
            for (int row = done; row < done + left; row += run) {
                for (int i = 0; i < run; i++) {
                    to[offset + i * step] += numbers[row + i];
                }
            }
            done += more;
            if (done < count) {
                at[outer] = sizes[outer] - 1;
                offset = next(offset);
            }
        }
    }

    private static void addUpper(float[] numbers, int from, int half) {
        for (int i = 0; i < half; i++) {
            numbers[from + i] += numbers[from + half + i];
        }
    }

    private static double sum(float[] numbers, int from, int count) {
        double a = 0;
        double b = 0;
        int i = 0;
        for (; i + 2 <= count; i += 2) {
            a += numbers[from + i];
            b += numbers[from + i + 1];
        }
        return i < count ? a + b + numbers[from + i] : a + b;
    }

    /** The largest of what belongs to each number of the operand. */
    void largest(float[] numbers, int from, int count, float[] to) {
        int last = sizes.length - 1;
        int offset = start(from);
        int inRun = at[last];
        int step = strides[last];
        offset -= inRun * step;
        int done = 0;
        while (done < count) {
            int more = Math.min(run - inRun, count - done);
            for (int i = 0; i < more; i++) {
                int o = offset + (inRun + i) * step;
                float x = numbers[done + i];
                to[o] = x > to[o] || Float.isNaN(x) ? x : to[o];
            }
            done += more;
            inRun = 0;
            if (done < count) {
                offset = next(offset);
            }
        }
    }
}
