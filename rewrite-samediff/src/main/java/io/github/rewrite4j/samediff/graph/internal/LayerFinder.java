package io.github.rewrite4j.samediff.graph.internal;

import io.github.rewrite4j.Activation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.ScalarOp;

/**
 * Finds what can be rewritten in a graph: convolutions, transposed convolutions and matrix products whose weight is a
 * variable or constant of the graph, reached directly or through permutations, reshapes and constant factors.
 *
 * <p>The key is the operation's data input. The value is its output after an added bias and a leaky rectifier that follow,
 * as long as nothing else reads what lies between. Other activations cannot be solved for and belong to what draws images
 * from the value.
 */
public final class LayerFinder {
    private static final Set<String> CONTROL_FLOW = Set.of(
            "enter",
            "exit",
            "switch",
            "merge",
            "next_iteration",
            "loop_cond",
            "while",
            "if",
            "invoke",
            "stop_gradient_loop");
    private static final Set<String> RESHAPING = Set.of("permute", "transpose", "reshape");
    private static final Set<String> SCALING = Set.of("multiply", "mul", "mul_scalar", "divide", "div_scalar");
    private final SameDiff graph;
    private final Dependencies dependencies;
    private final String output;
    private final Set<String> behind;
    /** Operations that read an input, directly or not. */
    private final Set<String> varying;

    private LayerFinder(SameDiff graph, String output) {
        this.graph = graph;
        this.dependencies = new Dependencies(graph);
        this.output = output;
        this.behind = dependencies.operationsBehind(List.of(output), Set.of());
        this.varying = dependencies.operationsAfter(dependencies.placeholdersExcept(Set.of()));
    }

    /** The layers that the output depends on, from input to output. */
    public static List<FoundLayer> find(SameDiff graph, String output) {
        return new LayerFinder(graph, output).layers();
    }

    /** An output of a control flow operation that the output depends on, if there is one: such graphs cannot be cut. */
    public static Optional<String> controlFlow(SameDiff graph, String output) {
        Dependencies dependencies = new Dependencies(graph);
        return dependencies.operationsBehind(List.of(output), Set.of()).stream()
                .filter(op -> CONTROL_FLOW.contains(dependencies.kindOf(op).toLowerCase(Locale.ROOT)))
                .map(op ->
                        dependencies.kindOf(op) + "' that computes '" + String.join(", ", dependencies.outputsOf(op)))
                .findFirst();
    }

    /** The placeholders that the output depends on. */
    public static Set<String> inputs(SameDiff graph, String output) {
        return new Dependencies(graph).placeholdersOf(List.of(output));
    }

    private List<FoundLayer> layers() {
        List<FoundLayer> found = new ArrayList<>();
        for (String op : dependencies.inOrder(behind)) {
            switch (dependencies.kindOf(op)) {
                case "conv2d" -> convolution(op).ifPresent(found::add);
                case "deconv2d" -> transposed(op).ifPresent(found::add);
                case "matmul", "mmul" -> product(op).ifPresent(found::add);
                default -> {
                    // other operations have no weight that a rule could be written into
                }
            }
        }
        return found;
    }

    private Optional<FoundLayer> convolution(String op) {
        ConvolutionSettings settings = ConvolutionSettings.of(arguments(op));
        return layer(op, 1, settings.layout(), settings, settings.channelsLast());
    }

    private Optional<FoundLayer> transposed(String op) {
        ConvolutionSettings settings = ConvolutionSettings.of(arguments(op));
        return layer(op, 1, WeightLayout.YXOI, settings, settings.channelsLast());
    }

    private Optional<FoundLayer> product(String op) {
        long[] flags = Arrays.copyOf(arguments(op), 3);
        if (flags[0] != 0 || flags[2] != 0) {
            return Optional.empty();
        }
        return layer(op, 1, flags[1] == 0 ? WeightLayout.IO : WeightLayout.OI, null, false);
    }

    private Optional<FoundLayer> layer(
            String op,
            int argument,
            WeightLayout layout,
            @Nullable ConvolutionSettings settings,
            boolean channelsLast) {
        List<String> inputs = dependencies.inputsOf(op);
        String factor = inputs.get(argument);
        Optional<String> weight = weightBehind(factor);
        if (weight.isEmpty() || isKnown(inputs.get(0))) {
            return Optional.empty();
        }
        boolean dense = layout == WeightLayout.IO || layout == WeightLayout.OI;
        long channels = layout.out(array(factor).shape());
        Optional<String> bias = inputs.size() > 2 ? Optional.of(inputs.get(2)) : Optional.empty();
        String value = dependencies.outputsOf(op).get(0);
        if (bias.isEmpty()) {
            Optional<String> adding = soleConsumer(value);
            bias = adding.flatMap(add -> addedBias(add, channels, dense));
            value = bias.isPresent()
                    ? dependencies.outputsOf(adding.orElseThrow()).get(0)
                    : value;
        }
        Activation activation = Activation.IDENTITY;
        Optional<String> next = soleConsumer(value);
        Optional<Activation> rectifier = next.flatMap(this::leaky);
        if (rectifier.isPresent()) {
            activation = rectifier.get();
            value = dependencies.outputsOf(next.orElseThrow()).get(0);
        }
        return Optional.of(new FoundLayer(
                weight.get(),
                factor,
                op,
                argument,
                inputs.get(0),
                value,
                layout,
                dense,
                bias,
                activation,
                settings,
                layout == WeightLayout.YXOI,
                refusal(weight.get(), factor, channelsLast)));
    }

    private Optional<String> refusal(String weight, String factor, boolean channelsLast) {
        DataType type = array(weight).dataType();
        if (type != DataType.FLOAT) {
            return Optional.of("its weight '" + weight + "' is of the type " + type
                    + ", but rules are written into FLOAT weights. Cast the graph to FLOAT.");
        }
        String variable = weight;
        while (true) {
            List<String> users = usersOf(variable);
            if (users.size() > 1) {
                return Optional.of("its weight '" + weight + "' is used more than once (by "
                        + String.join(", ", users)
                        + "): a rule written into it would appear at each of these places.");
            }
            if (variable.equals(factor)) {
                break;
            }
            variable = dependencies.outputsOf(users.get(0)).get(0);
        }
        if (channelsLast) {
            return Optional.of("its data are in NHWC order, while keys and values are NCHW. Build the convolution with"
                    + " dataFormat(\"NCHW\"), permuting once at the input and once at the output of the graph.");
        }
        return Optional.empty();
    }

    /** The variable that a factor is made of, when only reshaping and constant factors lie between. */
    private Optional<String> weightBehind(String factor) {
        String variable = factor;
        while (!dependencies.isFixed(variable)) {
            Optional<String> producer = dependencies.producerOf(variable);
            if (producer.isEmpty()) {
                return Optional.empty();
            }
            List<String> inputs = dependencies.inputsOf(producer.get());
            String kind = dependencies.kindOf(producer.get());
            if (RESHAPING.contains(kind)) {
                variable = inputs.get(0);
            } else if (SCALING.contains(kind) && inputs.stream().allMatch(this::isKnown)) {
                variable = inputs.stream()
                        .max((a, b) -> Long.compare(array(a).length(), array(b).length()))
                        .orElseThrow();
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(variable);
    }

    private Optional<String> addedBias(String op, long channels, boolean dense) {
        String kind = dependencies.kindOf(op);
        List<String> inputs = dependencies.inputsOf(op);
        if (kind.equals("biasadd")) {
            return isKnown(inputs.get(1)) ? Optional.of(inputs.get(1)) : Optional.empty();
        }
        if (!kind.equals("add") || inputs.size() != 2) {
            return Optional.empty();
        }
        return inputs.stream()
                .filter(this::isKnown)
                .filter(name -> isPerChannel(array(name), channels, dense))
                .findFirst();
    }

    private static boolean isPerChannel(INDArray array, long channels, boolean dense) {
        long[] shape = array.shape();
        int axis = shape.length - (dense ? 1 : 3);
        return array.length() == channels && axis >= 0 && shape[axis] == channels;
    }

    private Optional<Activation> leaky(String op) {
        DifferentialFunction function = Named.in(graph.getOps(), op).getOp();
        String kind = dependencies.kindOf(op);
        if (!(function instanceof ScalarOp scalar)
                || !Set.of("relu", "leakyrelu").contains(kind)) {
            return Optional.empty();
        }
        double number = scalar.scalar() == null ? 0 : scalar.scalar().getDouble(0);
        if (kind.equals("relu")) {
            return number == 0 ? Optional.of(new Activation(0, 1)) : Optional.empty();
        }
        return number >= 0 && number <= 1 ? Optional.of(new Activation(number, 1)) : Optional.empty();
    }

    private Optional<String> soleConsumer(String variable) {
        List<String> users = usersOf(variable);
        return users.size() == 1 && !variable.equals(output) ? Optional.of(users.get(0)) : Optional.empty();
    }

    private List<String> usersOf(String variable) {
        return dependencies.consumersOf(variable).stream()
                .filter(behind::contains)
                .toList();
    }

    /** Whether a variable depends on no input. */
    private boolean isKnown(String variable) {
        return dependencies.isFixed(variable)
                || dependencies
                        .producerOf(variable)
                        .filter(op -> !varying.contains(op))
                        .isPresent();
    }

    private INDArray array(String variable) {
        return knownArray(graph, variable);
    }

    /** The array of a variable that depends on no input; not to be changed. */
    public static INDArray knownArray(SameDiff graph, String variable) {
        VariableType type = graph.getVariable(variable).getVariableType();
        if (type == VariableType.CONSTANT || type == VariableType.VARIABLE) {
            return graph.getVariable(variable).getArr();
        }
        return Named.in(new Program(graph).run(Map.of(), List.of(variable)), variable);
    }

    private long[] arguments(String op) {
        return Named.in(graph.getOps(), op).getOp() instanceof DynamicCustomOp custom ? custom.iArgs() : new long[0];
    }
}
