package io.github.rewrite4j.samediff.graph.internal;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.io.NearestNames;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;

/**
 * A graph opened between a key variable k and a value variable v: image = decode(rule(base(inputs))).
 *
 * <p>With F the operations that depend on k or on a rule weight, the rule consists of the operations of F behind v; the
 * decoder of those that depend on v, or on weights alone, and lie behind the output. Side tensors are what these parts
 * read and do not compute themselves: styles, skip images, noise. A side tensor of the decoder that lies in F would let an
 * edit leak past v: it is made an output of the rule, recomputed with the edited weights ({@link #recomputed()}).
 */
public final class GraphCut {
    private static final Set<String> LINEAR_OPS =
            Set.of("conv2d", "deconv2d", "mmul", "matmul", "linear", "xw_plus_b", "depthwise_conv2d", "batched_gemm");

    /** After these it is still the same weight, turned or cast. */
    private static final Set<String> SAME_WEIGHT_OPS = Set.of("permute", "transpose", "reshape", "cast", "identity");

    private final String key;
    private final String value;
    private final Set<String> keySide;
    private final Set<String> valueSide;
    private final Set<String> recomputed;
    private final Program rule;
    private final Program decoder;

    private GraphCut(
            String key,
            String value,
            Set<String> keySide,
            Set<String> valueSide,
            Set<String> recomputed,
            Program rule,
            Program decoder) {
        this.key = key;
        this.value = value;
        this.keySide = keySide;
        this.valueSide = valueSide;
        this.recomputed = recomputed;
        this.rule = rule;
        this.decoder = decoder;
    }

    /**
     * Opens a graph.
     *
     * @param fresh gives a graph of the caller's own at each call; weights are placeholders
     * @param key variable before the first rule operation
     * @param value variable after the last one
     * @param output the image variable
     * @param ruleWeights placeholders of the weights between them
     * @param allWeights placeholders that are weights, never side tensors
     * @throws RewriteException when v does not depend on k, a weight is also used elsewhere, or a name is unknown
     */
    public static GraphCut open(
            Supplier<SameDiff> fresh,
            String key,
            String value,
            String output,
            Set<String> ruleWeights,
            Set<String> allWeights) {
        return open(fresh, key, value, output, ruleWeights, allWeights, Program.BATCH);
    }

    /**
     * As above.
     *
     * @param atOnce samples that the programs run at a time
     */
    public static GraphCut open(
            Supplier<SameDiff> fresh,
            String key,
            String value,
            String output,
            Set<String> ruleWeights,
            Set<String> allWeights,
            int atOnce) {
        Dependencies graph = new Dependencies(fresh.get());
        for (String name : List.of(key, value, output)) {
            requireExists(graph, name);
        }
        ruleWeights.forEach(name -> requireExists(graph, name));

        Set<String> affected = graph.operationsAfter(union(Set.of(key), ruleWeights));
        if (!graph.producedBy(graph.operationsAfter(Set.of(key)), value)) {
            throw new RewriteException("The value '" + value + "' does not depend on the key '" + key
                    + "': choose a value further down the graph.");
        }
        requireUnshared(graph, key, ruleWeights);

        Set<String> decoding = new LinkedHashSet<>(graph.operationsBehind(List.of(output), Set.of(value)));
        if (!graph.readFromOutside(decoding).contains(value)) {
            throw new RewriteException("The output '" + output + "' does not read the value '" + value
                    + "': an edit there would never be seen.");
        }
        Set<String> afterInputs = graph.operationsAfter(graph.placeholdersExcept(allWeights));
        Set<String> afterValue = graph.operationsAfter(Set.of(value));
        decoding.removeIf(op -> afterInputs.contains(op) && !afterValue.contains(op));
        Set<String> decoderReads = sideTensors(graph, decoding, value, allWeights);
        Set<String> recomputed = new LinkedHashSet<>(decoderReads);
        recomputed.removeIf(name -> !graph.producedBy(affected, name));

        Set<String> ruleOps = graph.operationsBehind(union(Set.of(value), recomputed), Set.of(key));
        ruleOps.retainAll(affected);
        Set<String> keySide = new LinkedHashSet<>(sideTensors(graph, ruleOps, key, allWeights));
        Set<String> passing = new LinkedHashSet<>(decoderReads);
        passing.removeAll(recomputed);
        keySide.addAll(passing);
        keySide.remove(key);

        SameDiff fromKey = fresh.get();
        union(Set.of(key), keySide).forEach(name -> feedInstead(fromKey, name));
        SameDiff fromValue = fresh.get();
        union(Set.of(value), decoderReads).forEach(name -> feedInstead(fromValue, name));
        return new GraphCut(
                key,
                value,
                keySide,
                decoderReads,
                recomputed,
                new Program(fromKey, atOnce),
                new Program(fromValue, atOnce));
    }

    public String key() {
        return key;
    }

    public String value() {
        return value;
    }

    /** Tensors computed before the cut that the rule or the decoder reads. */
    public Set<String> keySide() {
        return Set.copyOf(keySide);
    }

    /** Tensors that the decoder reads besides the value. */
    public Set<String> valueSide() {
        return Set.copyOf(valueSide);
    }

    /** Those of {@link #valueSide()} that depend on the key or the rule's weights and are computed by the rule. */
    public Set<String> recomputed() {
        return Set.copyOf(recomputed);
    }

    /** Computes value and recomputed side tensors, and all after them, from key and key side. */
    public Program rule() {
        return rule;
    }

    /** Computes the output from value and value side. */
    public Program decoder() {
        return decoder;
    }

    private static Set<String> sideTensors(
            Dependencies graph, Set<String> operations, String cut, Set<String> weights) {
        Set<String> side = new LinkedHashSet<>(graph.readFromOutside(operations));
        side.removeIf(name -> name.equals(cut) || graph.isFixed(name) || weights.contains(name));
        return side;
    }

    private static void requireUnshared(Dependencies graph, String key, Set<String> ruleWeights) {
        Set<String> before = graph.operationsBehind(List.of(key), Set.of());
        for (String weight : ruleWeights) {
            Set<String> uses = graph.usesOf(weight, SAME_WEIGHT_OPS);
            List<String> early = uses.stream().filter(before::contains).toList();
            List<String> linear = uses.stream()
                    .filter(op -> LINEAR_OPS.contains(graph.kindOf(op)))
                    .toList();
            if (!early.isEmpty() || linear.size() > 1) {
                throw new RewriteException(
                        "The weight '" + weight + "' is used more than once ("
                                + uses.stream().sorted().collect(Collectors.joining(", "))
                                + "): a rule written into it would appear at each of these places. Choose a layer whose weight is used once.");
            }
        }
    }

    private static void requireExists(Dependencies graph, String name) {
        if (!graph.exists(name)) {
            throw new RewriteException(
                    "The graph has no variable '" + name + "'. " + NearestNames.hint(name, graph.variables()));
        }
    }

    /** Turns a computed variable into a placeholder; what computed it is unplugged. */
    private static void feedInstead(SameDiff graph, String name) {
        Variable variable = Named.in(graph.getVariables(), name);
        String producer = variable.getOutputOfOp();
        if (producer == null) {
            return;
        }
        SameDiffOp op = Named.in(graph.getOps(), producer);
        variable.setOutputOfOp(null);
        variable.getVariable().setVariableType(VariableType.PLACEHOLDER);
        if (op.getOutputsOfOp().size() == 1) {
            graph.getOps().remove(producer);
            op.getInputsToOp().forEach(input -> Named.in(graph.getVariables(), input)
                    .getInputsForOp()
                    .remove(producer));
        } else {
            divert(graph, op, variable);
        }
    }

    /** The operation has other outputs and stays; what it computes for this variable goes to one that nobody reads. */
    private static void divert(SameDiff graph, SameDiffOp op, Variable variable) {
        String unread = graph.generateNewVarName(variable.getName() + ".unread", 0);
        SDVariable sink = new SDVariable(
                unread, VariableType.ARRAY, graph, null, variable.getVariable().dataType());
        graph.getVariables()
                .put(
                        unread,
                        Variable.builder()
                                .name(unread)
                                .variable(sink)
                                .outputOfOp(op.getName())
                                .build());
        List<String> outputs = new ArrayList<>(op.getOutputsOfOp());
        outputs.replaceAll(output -> output.equals(variable.getName()) ? unread : output);
        op.setOutputsOfOp(outputs);
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> all = new LinkedHashSet<>(one);
        all.addAll(other);
        return all;
    }
}
