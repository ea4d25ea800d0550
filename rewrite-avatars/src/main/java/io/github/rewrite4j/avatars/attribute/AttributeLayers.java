package io.github.rewrite4j.avatars.attribute;

import io.github.rewrite4j.samediff.tape.Channels;
import io.github.rewrite4j.samediff.tape.Convolutions;
import io.github.rewrite4j.samediff.tape.Dense;
import io.github.rewrite4j.samediff.tape.Grids;
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

/** The weights of an attribute network and what they do; how a weight comes onto the tape is the caller's choice. */
final class AttributeLayers {
    static final String COLOURS = "colours";

    private final AttributeArchitecture architecture;
    private final SortedMap<String, Parameter> parameters;

    private AttributeLayers(AttributeArchitecture architecture, SortedMap<String, Parameter> parameters) {
        this.architecture = architecture;
        this.parameters = parameters;
    }

    /** The shape of every weight by name. */
    static Map<String, int[]> shapes(AttributeArchitecture architecture, List<AttributeHead> heads, int colours) {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        List<Integer> widths = architecture.widths();
        int kernel = architecture.kernel();
        for (int s = 0; s < widths.size(); s++) {
            shapes.put("stage" + s + ".weight", new int[] {widths.get(s), architecture.inputs(s), kernel, kernel});
            shapes.put("stage" + s + ".bias", new int[] {widths.get(s)});
        }
        linear(shapes, "embedding", architecture.embedding(), widths.get(widths.size() - 1));
        for (AttributeHead head : heads) {
            linear(shapes, "head." + head.name(), head.classes().size(), architecture.embedding());
        }
        if (colours > 0) {
            linear(shapes, COLOURS, 3 * colours, architecture.embedding());
        }
        return shapes;
    }

    private static void linear(Map<String, int[]> shapes, String name, int out, int in) {
        shapes.put(name + ".weight", new int[] {out, in});
        shapes.put(name + ".bias", new int[] {out});
    }

    /** Gaussian weights that keep the variance through leaky rectifiers (He et al. 2015), biases zero. */
    static AttributeLayers initial(
            AttributeArchitecture architecture, List<AttributeHead> heads, int colours, Random random) {
        SortedMap<String, Parameter> parameters = new TreeMap<>();
        float slope = AttributeArchitecture.SLOPE;
        shapes(architecture, heads, colours).forEach((name, shape) -> {
            int length = 1;
            for (int size : shape) {
                length *= size;
            }
            float[] value = new float[length];
            if (shape.length > 1) {
                boolean rectified = shape.length == 4;
                double gain = rectified ? 2 / (1 + slope * slope) : 1;
                double deviation = Math.sqrt(gain * shape[0] / length);
                for (int i = 0; i < length; i++) {
                    value[i] = (float) (deviation * random.nextGaussian());
                }
            }
            parameters.put(name, new Parameter(name, value, shape));
        });
        return new AttributeLayers(architecture, parameters);
    }

    /** Given weights, whose names and shapes were checked. */
    static AttributeLayers of(AttributeArchitecture architecture, List<Parameter> weights) {
        SortedMap<String, Parameter> parameters = new TreeMap<>();
        weights.forEach(weight -> parameters.put(weight.name(), weight));
        return new AttributeLayers(architecture, parameters);
    }

    List<Parameter> parameters() {
        return List.copyOf(parameters.values());
    }

    private Node weight(String name, Function<Parameter, Node> use) {
        Parameter parameter = parameters.get(name);
        if (parameter == null) {
            throw new IllegalStateException("The attribute network has no weight '" + name + "'.");
        }
        return use.apply(parameter);
    }

    List<Node> stages(Node images, Function<Parameter, Node> use) {
        List<Node> stages = new ArrayList<>();
        Node x = images;
        for (int s = 0; s < architecture.widths().size(); s++) {
            Node y = Convolutions.convolve(x, weight("stage" + s + ".weight", use), 2, 1);
            x = Channels.biasedLeakyRelu(y, weight("stage" + s + ".bias", use), AttributeArchitecture.SLOPE, 1);
            stages.add(x);
        }
        return stages;
    }

    Node embedding(List<Node> stages, Function<Parameter, Node> use) {
        return linear(Grids.mean(stages.get(stages.size() - 1)), "embedding", use);
    }

    Node head(Node embedding, AttributeHead head, Function<Parameter, Node> use) {
        return linear(embedding, "head." + head.name(), use);
    }

    Node colours(Node embedding, Function<Parameter, Node> use) {
        return linear(embedding, COLOURS, use);
    }

    private Node linear(Node x, String name, Function<Parameter, Node> use) {
        return Dense.linear(x, weight(name + ".weight", use), weight(name + ".bias", use));
    }
}
