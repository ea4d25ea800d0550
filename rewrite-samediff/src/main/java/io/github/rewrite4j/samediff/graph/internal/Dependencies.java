package io.github.rewrite4j.samediff.graph.internal;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;

/** Who computes what from what in a graph. A snapshot: later changes of the graph are not seen. */
final class Dependencies {
    private final Map<String, VariableType> types = new LinkedHashMap<>();
    private final Map<String, String> producers = new LinkedHashMap<>();
    private final Map<String, Set<String>> consumers = new LinkedHashMap<>();
    private final Map<String, List<String>> inputs = new LinkedHashMap<>();
    private final Map<String, List<String>> outputs = new LinkedHashMap<>();
    private final Map<String, String> kinds = new LinkedHashMap<>();

    Dependencies(SameDiff graph) {
        for (Variable variable : graph.getVariables().values()) {
            types.put(variable.getName(), variable.getVariable().getVariableType());
        }
        for (SameDiffOp op : graph.getOps().values()) {
            List<String> in = op.getInputsToOp() == null ? List.of() : List.copyOf(op.getInputsToOp());
            inputs.put(op.getName(), in);
            outputs.put(op.getName(), List.copyOf(op.getOutputsOfOp()));
            kinds.put(op.getName(), op.getOp().opName());
            in.forEach(name ->
                    consumers.computeIfAbsent(name, n -> new LinkedHashSet<>()).add(op.getName()));
            op.getOutputsOfOp().forEach(name -> producers.put(name, op.getName()));
        }
    }

    boolean exists(String variable) {
        return types.containsKey(variable);
    }

    Set<String> variables() {
        return types.keySet();
    }

    boolean isPlaceholder(String variable) {
        return types.get(variable) == VariableType.PLACEHOLDER;
    }

    /** All placeholders but these. */
    Set<String> placeholdersExcept(Set<String> excluded) {
        Set<String> found = new LinkedHashSet<>(types.keySet());
        found.removeIf(name -> !isPlaceholder(name) || excluded.contains(name));
        return found;
    }

    /** Constants and trained variables: known without any input. */
    boolean isFixed(String variable) {
        return types.get(variable) == VariableType.CONSTANT || types.get(variable) == VariableType.VARIABLE;
    }

    List<String> inputsOf(String op) {
        return inputs.getOrDefault(op, List.of());
    }

    List<String> outputsOf(String op) {
        return outputs.getOrDefault(op, List.of());
    }

    /** The operation that computes a variable, if any does. */
    Optional<String> producerOf(String variable) {
        return Optional.ofNullable(producers.get(variable));
    }

    /** These operations, each after those it reads from. */
    List<String> inOrder(Set<String> operations) {
        Set<String> ordered = new LinkedHashSet<>();
        Deque<String> open = new ArrayDeque<>();
        for (String start : operations) {
            open.push(start);
            while (!open.isEmpty()) {
                String op = open.peek();
                List<String> missing = inputsOf(op).stream()
                        .flatMap(input -> producerOf(input).stream())
                        .filter(before -> operations.contains(before) && !ordered.contains(before))
                        .toList();
                if (missing.isEmpty()) {
                    ordered.add(open.pop());
                } else {
                    missing.forEach(open::push);
                }
            }
        }
        return List.copyOf(ordered);
    }

    /** Kind of an operation, such as {@code conv2d}. */
    String kindOf(String op) {
        return kinds.getOrDefault(op, "?");
    }

    Set<String> consumersOf(String variable) {
        return consumers.getOrDefault(variable, Set.of());
    }

    /** Operations that read a variable, or what operations of the given kinds make of it. */
    Set<String> usesOf(String variable, Set<String> transparentKinds) {
        Set<String> uses = new LinkedHashSet<>();
        for (String op : consumersOf(variable)) {
            if (transparentKinds.contains(kindOf(op))) {
                outputs.getOrDefault(op, List.of()).forEach(output -> uses.addAll(usesOf(output, transparentKinds)));
            } else {
                uses.add(op);
            }
        }
        return uses;
    }

    /** Operations that any of the outputs is computed by, not looking behind the variables in {@code stop}. */
    Set<String> operationsBehind(Collection<String> variables, Set<String> stop) {
        Set<String> operations = new LinkedHashSet<>();
        Deque<String> open = new ArrayDeque<>(variables);
        Set<String> seen = new HashSet<>(stop);
        while (!open.isEmpty()) {
            String variable = open.pop();
            String producer = seen.add(variable) ? producers.get(variable) : null;
            if (producer != null && operations.add(producer)) {
                open.addAll(inputsOf(producer));
            }
        }
        return operations;
    }

    /** Operations whose result changes when one of the variables does. */
    Set<String> operationsAfter(Collection<String> variables) {
        Set<String> operations = new LinkedHashSet<>();
        Deque<String> open = new ArrayDeque<>(variables);
        while (!open.isEmpty()) {
            for (String consumer : consumersOf(open.pop())) {
                if (operations.add(consumer)) {
                    open.addAll(outputs.getOrDefault(consumer, List.of()));
                }
            }
        }
        return operations;
    }

    /** Variables that the operations read but do not compute, in order of first use. */
    Set<String> readFromOutside(Set<String> operations) {
        Set<String> read = new LinkedHashSet<>();
        for (String op : operations) {
            for (String input : inputsOf(op)) {
                String producer = producers.get(input);
                if (producer == null || !operations.contains(producer)) {
                    read.add(input);
                }
            }
        }
        return read;
    }

    boolean producedBy(Set<String> operations, String variable) {
        String producer = producers.get(variable);
        return producer != null && operations.contains(producer);
    }

    /** Placeholders that the variables depend on. */
    Set<String> placeholdersOf(Collection<String> variables) {
        Set<String> found = new LinkedHashSet<>();
        variables.stream().filter(this::isPlaceholder).forEach(found::add);
        for (String op : operationsBehind(variables, Set.of())) {
            inputsOf(op).stream().filter(this::isPlaceholder).forEach(found::add);
        }
        return found;
    }
}
