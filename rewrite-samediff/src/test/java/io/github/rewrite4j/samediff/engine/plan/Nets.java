package io.github.rewrite4j.samediff.engine.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.nd4j.autodiff.samediff.SDVariable;

/** Graphs of one kind of operation each, of odd sizes, and a few of several. */
final class Nets {
    private Nets() {}

    static List<Net> all() {
        List<Net> all = new ArrayList<>();
        NumberNets.add(all);
        ShapeNets.add(all);
        ReductionNets.add(all);
        MapNets.add(all);
        BlockNets.add(all);
        all.addAll(Chains.of(12));
        return all;
    }

    /** What generators are made of, each of several operations. */
    static List<Net> blocks() {
        List<Net> all = new ArrayList<>();
        BlockNets.add(all);
        return all;
    }

    static SDVariable map(Net n) {
        return n.input(-1, 5, 4, 6);
    }

    static void unary(List<Net> all, String name, UnaryOperator<SDVariable> operation) {
        all.add(Net.of(name, n -> operation.apply(map(n))));
    }
}
