package io.github.rewrite4j.samediff.tape;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Adam (Kingma and Ba 2015) on parameters, bias-corrected, with a rate of its own for each and clipping of the whole
 * gradient. Its state can be saved and restored, so that an interrupted run goes on as if it had not been.
 */
public final class Adam {
    private static final float EPSILON = 1e-8f;

    private final float beta1;
    private final float beta2;
    private final List<Slot> slots = new ArrayList<>();
    private long steps;

    private record Slot(Parameter parameter, double rate, Parameter first, Parameter second) {}

    /**
     * @param beta1 decay of the mean
     * @param beta2 decay of the mean square
     */
    public Adam(double beta1, double beta2) {
        this.beta1 = (float) beta1;
        this.beta2 = (float) beta2;
    }

    /**
     * Trains a parameter as well.
     *
     * @param rate its learning rate
     */
    public Adam add(Parameter parameter, double rate) {
        int[] shape = parameter.shape();
        int length = parameter.value().length;
        slots.add(new Slot(
                parameter,
                rate,
                new Parameter(parameter.name() + ".first", new float[length], shape),
                new Parameter(parameter.name() + ".second", new float[length], shape)));
        return this;
    }

    /** Trains several parameters as well. */
    public Adam add(List<Parameter> parameters, double rate) {
        parameters.forEach(parameter -> add(parameter, rate));
        return this;
    }

    /** Euclidean norm of the whole gradient. */
    public double gradientNorm() {
        double sum = 0;
        for (Slot slot : slots) {
            float[] g = slot.parameter.gradient();
            sum += Arithmetic.dot(g, 0, g, 0, g.length);
        }
        return Math.sqrt(sum);
    }

    /** Shrinks the gradient to a norm, if it is larger. */
    public Adam clip(double largestNorm) {
        double norm = gradientNorm();
        if (norm > largestNorm) {
            float factor = (float) (largestNorm / norm);
            for (Slot slot : slots) {
                float[] g = slot.parameter.gradient();
                for (int i = 0; i < g.length; i++) {
                    g[i] *= factor;
                }
            }
        }
        return this;
    }

    /**
     * One step down the gradients, which are zero afterwards.
     *
     * @param factor on all rates: the schedule
     */
    public void step(double factor) {
        steps++;
        double correction1 = 1 - Math.pow(beta1, (double) steps);
        double correction2 = Math.sqrt(1 - Math.pow(beta2, (double) steps));
        for (Slot slot : slots) {
            float rate = (float) (factor * slot.rate / correction1);
            step(slot, rate, (float) (1 / correction2));
        }
    }

    private void step(Slot slot, float rate, float correction) {
        float[] value = slot.parameter.value();
        float[] g = slot.parameter.gradient();
        float[] first = slot.first.value();
        float[] second = slot.second.value();
        for (int i = 0; i < value.length; i++) {
            float m = beta1 * first[i] + (1 - beta1) * g[i];
            float v = beta2 * second[i] + (1 - beta2) * g[i] * g[i];
            first[i] = m;
            second[i] = v;
            value[i] -= rate * m / ((float) Math.sqrt(v) * correction + EPSILON);
            g[i] = 0;
        }
    }

    /** Steps so far. */
    public long steps() {
        return steps;
    }

    /** The moments by name, themselves: what has to be kept besides the parameters and {@link #steps}. */
    public Map<String, Parameter> state() {
        Map<String, Parameter> state = new LinkedHashMap<>();
        for (Slot slot : slots) {
            state.put(slot.first.name(), slot.first);
            state.put(slot.second.name(), slot.second);
        }
        return state;
    }

    /** Goes on at a step count, after the arrays of {@link #state} were filled. */
    public void resumeAt(long stepsSoFar) {
        steps = stepsSoFar;
    }
}
