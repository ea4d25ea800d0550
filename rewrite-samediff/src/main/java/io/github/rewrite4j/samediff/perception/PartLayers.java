package io.github.rewrite4j.samediff.perception;

import io.github.rewrite4j.samediff.tape.Channels;
import io.github.rewrite4j.samediff.tape.Convolutions;
import io.github.rewrite4j.samediff.tape.Grids;
import io.github.rewrite4j.samediff.tape.Layout;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** The weights of a part network and what they do; how a weight comes onto the tape is the caller's choice. */
final class PartLayers {
    private static final int KERNEL = 3;
    private static final String LOGITS = "parts";

    private final PartArchitecture architecture;
    private final SortedMap<String, Parameter> parameters;

    private PartLayers(PartArchitecture architecture, SortedMap<String, Parameter> parameters) {
        this.architecture = architecture;
        this.parameters = parameters;
    }

    /** The shape of every weight by name. */
    static Map<String, int[]> shapes(PartArchitecture architecture, int parts) {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        List<Integer> widths = architecture.widths();
        for (int s = 0; s < widths.size(); s++) {
            convolution(shapes, "down" + s, widths.get(s), s == 0 ? 3 : widths.get(s - 1));
        }
        for (int s = widths.size() - 2; s >= 0; s--) {
            convolution(shapes, "up" + s, widths.get(s), widths.get(s) + widths.get(s + 1));
        }
        convolution(shapes, LOGITS, parts, widths.get(0));
        return shapes;
    }

    private static void convolution(Map<String, int[]> shapes, String name, int out, int in) {
        shapes.put(name + ".weight", new int[] {out, in, KERNEL, KERNEL});
        shapes.put(name + ".bias", new int[] {out});
    }

    /** Gaussian weights that keep the variance through leaky rectifiers (He et al. 2015), biases zero. */
    static PartLayers initial(PartArchitecture architecture, int parts, Random random) {
        List<Parameter> weights = new ArrayList<>();
        shapes(architecture, parts).forEach((name, shape) -> {
            int length = 1;
            for (int size : shape) {
                length *= size;
            }
            float[] value = new float[length];
            if (shape.length > 1) {
                float slope = PartArchitecture.SLOPE;
                double deviation = Math.sqrt(2 / (1 + slope * slope) * shape[0] / (double) length);
                for (int i = 0; i < length; i++) {
                    value[i] = (float) (deviation * random.nextGaussian());
                }
            }
            weights.add(new Parameter(name, value, shape));
        });
        return of(architecture, weights);
    }

    /** Given weights, whose names and shapes were checked. */
    static PartLayers of(PartArchitecture architecture, List<Parameter> weights) {
        SortedMap<String, Parameter> parameters = new TreeMap<>();
        weights.forEach(weight -> parameters.put(weight.name(), weight));
        return new PartLayers(architecture, parameters);
    }

    List<Parameter> parameters() {
        return List.copyOf(parameters.values());
    }

    /** One logit for each part and pixel, [N, parts, size, size], channels first. */
    Node logits(Node images, Function<Parameter, Node> use) {
        List<Node> down = new ArrayList<>();
        Node x = images;
        int last = architecture.widths().size() - 1;
        for (int s = 0; s <= last; s++) {
            x = rectified(x, "down" + s, s == 0 ? 1 : 2, use);
            down.add(x);
        }
        for (int s = last - 1; s >= 0; s--) {
            x = rectified(Channels.concat(Grids.doubled(x), down.get(s)), "up" + s, 1, use);
        }
        Node logits = Convolutions.convolve(x, weight(LOGITS + ".weight", use), 1, 1);
        return Layout.CHANNELS_FIRST.of(Channels.bias(logits, weight(LOGITS + ".bias", use)));
    }

    private Node rectified(Node x, String name, int stride, Function<Parameter, Node> use) {
        Node y = Convolutions.convolve(x, weight(name + ".weight", use), stride, 1);
        return Channels.biasedLeakyRelu(y, weight(name + ".bias", use), PartArchitecture.SLOPE, 1);
    }

    private Node weight(String name, Function<Parameter, Node> use) {
        Parameter parameter = parameters.get(name);
        if (parameter == null) {
            throw new IllegalStateException("The part network has no weight '" + name + "'.");
        }
        return use.apply(parameter);
    }
}
