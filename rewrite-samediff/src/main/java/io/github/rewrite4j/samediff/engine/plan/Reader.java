package io.github.rewrite4j.samediff.engine.plan;

import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** Writes an operation of a graph as steps. */
@FunctionalInterface
interface Reader {
    /**
     * The results.
     *
     * @throws NoPlanException where the operation is set in a way that no steps are for
     */
    List<Slot> read(Node node, Builder build);

    /** A reader of an operation of one result. */
    static Reader of(BiFunction<Node, Builder, Slot> one) {
        return (node, build) -> List.of(one.apply(node, build));
    }

    /** All readers, by the names of ND4J's operations. */
    static Map<String, Reader> all() {
        java.util.HashMap<String, Reader> all = new java.util.HashMap<>();
        NumberReaders.register(all);
        ShapeReaders.register(all);
        ReductionReaders.register(all);
        MapReaders.register(all);
        return Map.copyOf(all);
    }
}
