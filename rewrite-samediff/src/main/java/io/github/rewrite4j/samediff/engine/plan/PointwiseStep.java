package io.github.rewrite4j.samediff.engine.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Operations on single numbers, joined: each tile of the operands is read once, worked on in arrays that fit the first
 * caches, and written once. The adjoint computes the tile again, which costs less than keeping it.
 */
final class PointwiseStep extends Step {
    private static final int MOST = 512;

    private final Expression[] program;
    private final Map<Slot, Integer> operands;
    private final int[] first;
    private final int[] second;
    private final boolean[] tracked;
    private final Slot result;
    private final Spread[] spreads;
    private final boolean[] single;
    private final float[][] registers;
    private final float[][] slopes;
    private final int tile;
    private double[][] sums = {};

    /** An operation and what it reads: slots, or other expressions of the same step. */
    record Expression(Kind kind, Object x, Object y, float p, Slot result) {}

    private PointwiseStep(List<Expression> program, List<Slot> inputs) {
        super(inputs, List.of(program.get(program.size() - 1).result()));
        this.program = program.toArray(Expression[]::new);
        this.result = outputs().get(0);
        this.operands = new HashMap<>();
        inputs.forEach(input -> operands.put(input, operands.size()));
        int count = inputs.size();
        this.first = new int[this.program.length];
        this.second = new int[this.program.length];
        this.tracked = new boolean[count + this.program.length];
        this.spreads = new Spread[count];
        this.single = new boolean[count];
        for (int k = 0; k < count; k++) {
            tracked[k] = inputs.get(k).tracked();
            spreads[k] = new Spread(inputs.get(k), result);
            single[k] = spreads[k].isSingle();
        }
        this.tile = Spread.tile(spreads, MOST);
        for (int i = 0; i < this.program.length; i++) {
            Expression e = this.program[i];
            first[i] = register(e.x());
            second[i] = e.kind().operands() == 2 ? register(e.y()) : first[i];
            tracked[count + i] = !e.kind().isFlat() && (tracked[first[i]] || tracked[second[i]]);
        }
        this.registers = new float[count + this.program.length][tile];
        this.slopes = new float[count + this.program.length][];
        for (int k = 0; k < slopes.length; k++) {
            slopes[k] = tracked[k] ? new float[tile] : new float[0];
        }
    }

    /** One operation. */
    static PointwiseStep of(Kind kind, Slot x, Slot y, float p, Slot result) {
        return joined(List.of(new Expression(kind, x, y, p, result)));
    }

    private static PointwiseStep joined(List<Expression> program) {
        List<Slot> inputs = new ArrayList<>();
        List<Slot> made = new ArrayList<>();
        for (Expression e : program) {
            for (Object operand : e.kind().operands() == 2 ? List.of(e.x(), e.y()) : List.of(e.x())) {
                if (operand instanceof Slot slot && !made.contains(slot) && !inputs.contains(slot)) {
                    inputs.add(slot);
                }
            }
            made.add(e.result());
        }
        return new PointwiseStep(program, inputs);
    }

    /** This after others whose results only this reads, as one step. */
    PointwiseStep after(List<PointwiseStep> before) {
        List<Expression> all = new ArrayList<>();
        for (PointwiseStep step : before) {
            all.addAll(Arrays.asList(step.program));
        }
        all.addAll(Arrays.asList(program));
        return joined(all);
    }

    int size() {
        return program.length;
    }

    private int register(Object operand) {
        for (int i = 0; i < program.length; i++) {
            if (program[i].result() == operand) {
                return operands.size() + i;
            }
        }
        Integer input = operands.get((Slot) operand);
        if (input == null) {
            throw new IllegalStateException("An operand is missing.");
        }
        return input;
    }

    @Override
    List<Slot> readBackward() {
        return inputs();
    }

    @Override
    void forward() {
        begin();
        int length = result.length();
        float[] to = result.value();
        float[] last = registers[registers.length - 1];
        for (int from = 0; from < length; from += tile) {
            int n = Math.min(tile, length - from);
            compute(from, n);
            System.arraycopy(last, 0, to, from, n);
        }
    }

    private void begin() {
        for (int k = 0; k < single.length; k++) {
            spreads[k].begin();
            if (single[k]) {
                Arrays.fill(registers[k], inputs().get(k).value()[0]);
            }
        }
    }

    private void compute(int from, int n) {
        int count = spreads.length;
        for (int k = 0; k < count; k++) {
            if (!single[k]) {
                spreads[k].load(inputs().get(k).value(), from, n, registers[k]);
            }
        }
        for (int i = 0; i < program.length; i++) {
            Expression e = program[i];
            Loops.forward(e.kind(), registers[first[i]], registers[second[i]], e.p(), registers[count + i], n);
        }
    }

    @Override
    void backward() {
        begin();
        int count = spreads.length;
        if (sums.length == 0) {
            sums = new double[count][];
            for (int k = 0; k < count; k++) {
                sums[k] = tracked[k] && !spreads[k].isSame()
                        ? new double[inputs().get(k).length()]
                        : new double[0];
            }
        }
        for (double[] sum : sums) {
            Arrays.fill(sum, 0);
        }
        boolean[] fresh = new boolean[count];
        for (int k = 0; k < count; k++) {
            fresh[k] = tracked[k] && spreads[k].isSame() && inputs().get(k).takesFirst();
        }
        int length = result.length();
        for (int from = 0; from < length; from += tile) {
            int n = Math.min(tile, length - from);
            compute(from, n);
            for (int k = 0; k < slopes.length - 1; k++) {
                if (tracked[k]) {
                    Arrays.fill(slopes[k], 0, n, 0);
                }
            }
            System.arraycopy(result.gradient(), from, slopes[slopes.length - 1], 0, n);
            derive(n);
            for (int k = 0; k < count; k++) {
                if (tracked[k]) {
                    if (fresh[k]) {
                        System.arraycopy(slopes[k], 0, inputs().get(k).gradient(), from, n);
                    } else if (spreads[k].isSame()) {
                        add(slopes[k], inputs().get(k).gradient(), from, n);
                    } else {
                        spreads[k].add(slopes[k], from, n, sums[k]);
                    }
                }
            }
        }
        for (int k = 0; k < count; k++) {
            float[] gradient = inputs().get(k).gradient();
            for (int i = 0; i < sums[k].length; i++) {
                gradient[i] += (float) sums[k][i];
            }
        }
    }

    private void derive(int n) {
        int count = spreads.length;
        for (int i = program.length - 1; i >= 0; i--) {
            if (!tracked[count + i]) {
                continue;
            }
            Expression e = program[i];
            float[] x = registers[first[i]];
            float[] y = registers[second[i]];
            float[] z = registers[count + i];
            float[] g = slopes[count + i];
            if (tracked[first[i]]) {
                Slopes.byFirst(e.kind(), x, y, e.p(), z, g, slopes[first[i]], n);
            }
            if (e.kind().operands() == 2 && tracked[second[i]]) {
                Slopes.bySecond(e.kind(), x, y, z, g, slopes[second[i]], n);
            }
        }
    }

    private static void add(float[] from, float[] to, int at, int n) {
        for (int i = 0; i < n; i++) {
            to[at + i] += from[i];
        }
    }
}
