package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Channels;
import io.github.rewrite4j.samediff.tape.Dense;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;

/**
 * How a class moves a latent of d numbers: w + U leaky(V [w; onehot(c)] + b).
 *
 * @param classes number of them
 * @param parameters V [2 d, d + classes], b [2 d] and U [d, 2 d]
 */
record ClassHead(int classes, List<Parameter> parameters) {
    /** What the names of its weights begin with. */
    static final String PREFIX = "class/";

    private static final String INNER = PREFIX + "inner";
    private static final String BIAS = PREFIX + "bias";
    private static final String OUTER = PREFIX + "outer";
    private static final float SLOPE = 0.2f;

    /** Numbers of classes of some samples. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Classes(int... numbers) {}

    ClassHead {
        parameters = List.copyOf(parameters);
    }

    /** Moves nothing. */
    static ClassHead begin(int d, int classes, Random random) {
        float[] inner = new float[2 * d * (d + classes)];
        for (int i = 0; i < inner.length; i++) {
            inner[i] = (float) (random.nextGaussian() / Math.sqrt(d + classes));
        }
        return new ClassHead(
                classes,
                List.of(
                        new Parameter(INNER, inner, 2 * d, d + classes),
                        new Parameter(BIAS, new float[2 * d], 2 * d),
                        new Parameter(OUTER, new float[2 * d * d], d, 2 * d)));
    }

    /** With weights of these names. */
    ClassHead with(Collection<Parameter> weights) {
        Map<String, Parameter> all = new HashMap<>();
        weights.forEach(p -> all.put(p.name(), p));
        List<Parameter> own = new ArrayList<>();
        parameters.forEach(p -> own.add(Objects.requireNonNull(all.get(p.name()), p.name())));
        return new ClassHead(classes, own);
    }

    /** The moved latents. */
    Node moved(Tape tape, Node latents, Classes of, Function<String, Node> weights) {
        int n = latents.size(0);
        int d = latents.size(1);
        float[] joined = new float[n * (d + classes)];
        for (int i = 0; i < n; i++) {
            System.arraycopy(latents.value(), i * d, joined, i * (d + classes), d);
            joined[i * (d + classes) + d + of.numbers[i]] = 1;
        }
        Node inner = Dense.linear(
                tape.constant(joined, n, d + classes), weights.apply(INNER), tape.constant(new float[2 * d], 2 * d));
        Node active = Channels.biasedLeakyRelu(inner, weights.apply(BIAS), SLOPE, 1);
        Node by = Dense.linear(active, weights.apply(OUTER), tape.constant(new float[d], d));
        return Arithmetic.add(latents, by);
    }
}
