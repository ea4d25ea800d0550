package io.github.rewrite4j.samediff.memory;

import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.engine.plan.GraphEngine;
import io.github.rewrite4j.samediff.graph.internal.GraphCut;
import io.github.rewrite4j.samediff.graph.internal.GraphLayer;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A cut of any graph as two operations of a tape, each a plan that gives values and gradients. */
final class PlanTaped implements TapedMemory {
    private final GraphCut cut;
    private final GraphEngine rule;
    private final GraphEngine decoder;
    private final List<GraphLayer> layers;
    private final String output;
    private final Map<String, INDArray> weights;
    private final List<String> results;
    private final Set<String> ruleReads;
    private final Set<String> decoderReads;

    /** @throws io.github.rewrite4j.RewriteException naming an operation that gradients cannot pass */
    PlanTaped(GraphCut cut, List<GraphLayer> layers, String output, Map<String, INDArray> weights) {
        this.cut = cut;
        this.rule = cut.rule().engine();
        this.decoder = cut.decoder().engine();
        this.layers = layers;
        this.output = output;
        this.weights = weights;
        this.results = new ArrayList<>(List.of(cut.value()));
        results.addAll(cut.recomputed());
        this.ruleReads = cut.rule().placeholdersOf(results);
        this.decoderReads = cut.decoder().placeholdersOf(List.of(output));
        rule.requireAdjoints(
                results,
                ruleReads,
                layers.stream().map(layer -> layer.layer().weight()).toList());
        decoder.requireAdjoints(List.of(output), decoderReads, results);
    }

    @Override
    public Taped values(Tape tape, Taped keys, Map<String, Node> nodes) {
        PlanNode plan = new PlanNode(rule, results, true);
        keys.side().forEach(plan::read);
        plan.read(cut.key(), keys.tensor());
        plan.keepOnly(ruleReads);
        for (GraphLayer layer : layers) {
            String name = layer.layer().weight();
            plan.readWeight(name, Named.in(nodes, name), layer.layout());
        }
        plan.readFixed(weights, ruleReads);
        ComputeThreads.inThisThread();
        Map<String, Node> made = plan.run(tape);
        Map<String, Node> side = new LinkedHashMap<>();
        for (String name : cut.valueSide()) {
            Node node = name.equals(cut.key())
                    ? keys.tensor()
                    : made.containsKey(name) ? made.get(name) : keys.side().get(name);
            if (node != null) {
                side.put(name, node);
            }
        }
        return new Taped(Named.in(made, cut.value()), side);
    }

    @Override
    public Node decode(Tape tape, Taped values) {
        PlanNode plan = new PlanNode(decoder, List.of(output), false);
        values.side().forEach(plan::read);
        plan.read(cut.value(), values.tensor());
        plan.keepOnly(decoderReads);
        plan.readFixed(weights, decoderReads);
        ComputeThreads.inThisThread();
        return Named.in(plan.run(tape), output);
    }
}
