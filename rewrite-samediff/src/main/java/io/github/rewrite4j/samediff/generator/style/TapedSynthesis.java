package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.engine.plan.GraphEngine;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.StyledLayer;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.ToRgb;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.graph.internal.WeightLayout;
import io.github.rewrite4j.samediff.memory.PlanNode;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Dense;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Everything behind the latent of a style-based network as an operation of a tape, with all weights as nodes of the caller's:
 * a plan of the network's graph that is fed its constants. Only the styles are computed on the tape, since domains that are
 * still apart add to them.
 */
final class TapedSynthesis {
    private final StyledNetwork network;
    private @Nullable GraphEngine engine;

    TapedSynthesis(StyledNetwork network) {
        this.network = network;
    }

    private synchronized GraphEngine engine() {
        if (engine == null) {
            engine = new GraphEngine(new StyledGraph(network).build());
        }
        return engine;
    }

    /**
     * The images of latents [N, d], one for each place; see {@link io.github.rewrite4j.samediff.latent.LatentNetwork#images}.
     *
     * @param weights by the names of {@link StyledParameters}
     */
    Node images(Tape tape, List<Node> latents, Function<String, Node> weights, @Nullable Node entered) {
        ComputeThreads.inThisThread();
        PlanNode plan = PlanNode.ofPictures(engine(), List.of(StyledGraph.OUTPUT));
        Styles styles = new Styles(tape, latents, weights, entered);
        plan.read(StyledParameters.CONSTANT, weights.apply(StyledParameters.CONSTANT));
        int place = 0;
        for (StyledLayer layer : network.layers()) {
            String name = layer.name();
            plan.read(ModulatedLayers.styles(name), styles.of(name, place));
            place++;
            plan.readWeight(layer.weight(), weights.apply(layer.weight()), StyledGraph.layout(layer));
            readBias(plan, name, tape, weights);
            if (layer.toRgb().isPresent()) {
                ToRgb toRgb = layer.toRgb().get();
                if (toRgb.modulation().isPresent()) {
                    plan.read(ModulatedLayers.styles(toRgb.name()), styles.of(toRgb.name(), place));
                }
                String weight = StyledParameters.weight(toRgb);
                plan.readWeight(weight, weights.apply(weight), WeightLayout.YXIO);
                readBias(plan, toRgb.name(), tape, weights);
            }
        }
        return Named.in(plan.run(tape), StyledGraph.OUTPUT);
    }

    private static void readBias(PlanNode plan, String layer, Tape tape, Function<String, Node> weights) {
        String name = StyledParameters.bias(layer);
        Node bias = weights.apply(name);
        plan.read(name, tape.reshape(bias, 1, bias.length(), 1, 1));
    }

    /** style = A w + b, and what entered domains add. */
    private record Styles(
            Tape tape,
            List<Node> latents,
            Function<String, Node> weights,
            @Nullable Node entered) {
        Node of(String layer, int place) {
            String name = StyledParameters.style(layer);
            Node style =
                    Dense.linear(latents.get(place), weights.apply(name + ".weight"), weights.apply(name + ".bias"));
            if (entered == null) {
                return style;
            }
            Node more = weights.apply(name + ".domains");
            Node none = tape.constant(tape.zeros(style.size(1)), style.size(1));
            return Arithmetic.add(style, Dense.linear(entered, more, none));
        }
    }
}
