package io.github.rewrite4j.samediff.graph.internal;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;
import org.nd4j.linalg.api.buffer.DataType;

/** Changes a graph of one's own: a copy that nobody else holds. */
public final class GraphSurgery {
    private final SameDiff graph;

    /**
     * @param copy is changed
     */
    public GraphSurgery(SameDiff copy) {
        this.graph = copy;
    }

    /** Makes a constant or variable an input of this shape; its array is let go. */
    public void feedInstead(String variable, long... shape) {
        SDVariable changed = Named.in(graph.getVariables(), variable).getVariable();
        if (changed.getVariableType() == VariableType.CONSTANT) {
            graph.getConstantArrays().removeArray(variable);
        } else if (changed.getVariableType() == VariableType.VARIABLE) {
            graph.getVariablesArrays().removeArray(variable);
        }
        changed.setVariableType(VariableType.PLACEHOLDER);
        changed.setDataType(DataType.FLOAT);
        changed.setShape(shape);
    }

    /** Lets one operation read another variable. */
    public void rewire(String op, String from, String to) {
        SameDiffOp operation = Named.in(graph.getOps(), op);
        List<String> inputs = new ArrayList<>(operation.getInputsToOp());
        inputs.replaceAll(input -> input.equals(from) ? to : input);
        operation.setInputsToOp(inputs);
        Variable before = Named.in(graph.getVariables(), from);
        List<String> readers = before.getInputsForOp();
        if (readers != null) {
            List<String> fewer = new ArrayList<>(readers);
            fewer.removeIf(op::equals);
            before.setInputsForOp(fewer);
        }
        Variable after = Named.in(graph.getVariables(), to);
        List<String> more =
                after.getInputsForOp() == null ? new ArrayList<>() : new ArrayList<>(after.getInputsForOp());
        if (!more.contains(op)) {
            more.add(op);
        }
        after.setInputsForOp(more);
    }

    /** This name, or one like it that no variable has. */
    public String freeName(String wanted) {
        String name = wanted;
        for (int i = 2; graph.hasVariable(name); i++) {
            name = wanted + i;
        }
        return name;
    }

    /** Takes out the operation behind a variable that nothing reads any more, and those that only it read. */
    public void removeUnreadFrom(String variable) {
        String producer = Named.in(graph.getVariables(), variable).getOutputOfOp();
        if (producer == null || !readersOf(variable).isEmpty()) {
            return;
        }
        SameDiffOp op = Named.in(graph.getOps(), producer);
        graph.getOps().remove(producer);
        op.getOutputsOfOp().forEach(graph.getVariables()::remove);
        for (String input : List.copyOf(op.getInputsToOp())) {
            Variable read = Named.in(graph.getVariables(), input);
            List<String> fewer = new ArrayList<>(readersOf(input));
            fewer.removeIf(producer::equals);
            read.setInputsForOp(fewer);
            removeUnreadFrom(input);
        }
    }

    /** Operations that read a variable. */
    public List<String> readersOf(String variable) {
        List<String> readers = Named.in(graph.getVariables(), variable).getInputsForOp();
        return readers == null ? List.of() : List.copyOf(readers);
    }

    /**
     * Gives a matrix product keys and values of four dimensions, as a convolution of 1 x 1 on one cell has them.
     *
     * @param layer a dense layer of this graph
     * @param keyName name for the new key [N, in, 1, 1]
     * @param in length of a key
     * @param valueName name for the new value [N, out, 1, 1]
     * @param out length of a value
     */
    public void widen(FoundLayer layer, String keyName, long in, String valueName, long out) {
        // The input may have been replaced since the layer was found, when a layer before it was widened.
        String input = Named.in(graph.getOps(), layer.op()).getInputsToOp().get(0);
        SDVariable key = graph.reshape(keyName, graph.getVariable(input), -1, in, 1, 1);
        SDVariable flatKey = graph.reshape(key, -1, in);
        rewire(layer.op(), input, flatKey.name());
        List<String> readers = readersOf(layer.value());
        SDVariable value = graph.reshape(valueName, graph.getVariable(layer.value()), -1, out, 1, 1);
        SDVariable flatValue = graph.reshape(value, -1, out);
        readers.forEach(reader -> rewire(reader, layer.value(), flatValue.name()));
    }
}
