package io.github.rewrite4j.samediff.engine.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A graph as it was when it was read, with its constants on the heap; shared by all plans of it. */
final class Network {
    private final Map<String, SameDiffOp> producers = new HashMap<>();
    private final Map<String, SDVariable> variables = new HashMap<>();
    private final Map<String, Slot> constants = new ConcurrentHashMap<>();

    Network(SameDiff graph) {
        graph.getVariables().values().forEach(v -> variables.put(v.getName(), v.getVariable()));
        for (SameDiffOp op : graph.getOps().values()) {
            op.getOutputsOfOp().forEach(name -> producers.put(name, op));
        }
    }

    /** The operation that computes a variable, or null. */
    @Nullable
    SameDiffOp producer(String variable) {
        return producers.get(variable);
    }

    /** The type that the graph gives a variable; FLOAT where it gives none. */
    DataType type(String variable) {
        SDVariable found = variables.get(variable);
        DataType type = found == null ? null : found.dataType();
        return type == null ? DataType.FLOAT : type;
    }

    /** A constant or trained variable. */
    Slot constant(String variable) {
        return constants.computeIfAbsent(variable, this::read);
    }

    private Slot read(String name) {
        SDVariable variable = variables.get(name);
        VariableType kind = variable == null ? VariableType.ARRAY : variable.getVariableType();
        if (variable == null || (kind != VariableType.CONSTANT && kind != VariableType.VARIABLE)) {
            throw new NoPlanException("'" + name + "' is not fed.");
        }
        INDArray array = variable.getArr();
        if (array == null) {
            throw new NoPlanException("'" + name + "' has no array.");
        }
        return HostNumbers.slot(array);
    }

    /** The operations behind variables, each after those it reads from, not looking behind what is fed. */
    List<SameDiffOp> behind(Collection<String> wanted, Set<String> fed) {
        Set<SameDiffOp> done = new HashSet<>();
        List<SameDiffOp> order = new ArrayList<>();
        Deque<SameDiffOp> open = new ArrayDeque<>();
        for (String name : wanted) {
            push(name, fed, done, open);
            while (!open.isEmpty()) {
                SameDiffOp op = open.peek();
                int before = open.size();
                for (String input : inputs(op)) {
                    push(input, fed, done, open);
                }
                if (open.size() == before) {
                    open.pop();
                    if (done.add(op)) {
                        order.add(op);
                    }
                }
            }
        }
        return order;
    }

    static List<String> inputs(SameDiffOp op) {
        return op.getInputsToOp() == null ? List.of() : op.getInputsToOp();
    }

    private void push(String name, Set<String> fed, Set<SameDiffOp> done, Deque<SameDiffOp> open) {
        SameDiffOp op = fed.contains(name) ? null : producers.get(name);
        if (op != null && !done.contains(op)) {
            open.push(op);
        }
    }
}
