package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.edit.Method;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * How the next rewrite is carried out.
 *
 * @param layer name of a layer, empty for the one that fits the object's size
 * @param rank directions of key space, 1 to 64
 * @param solver as edit files spell it
 * @param gamma weight of other keys
 * @param alike how many images like the pasted ones are shown the object too, 0 to 64
 */
record Settings(String layer, int rank, String solver, double gamma, int alike) {
    static final Settings DEFAULT = new Settings("", 10, Method.Solver.LEVENBERG_MARQUARDT.toString(), 0.5, 8);

    private static final int MOST = 64;

    Settings {
        if (rank < 1 || rank > MOST) {
            throw new IllegalArgumentException("The rank is a number from 1 to " + MOST + ", but was " + rank + ".");
        }
        if (!(gamma >= 0 && gamma <= 1000)) {
            throw new IllegalArgumentException("Gamma is a number from 0 to 1000, usually 0.5, but was " + gamma + ".");
        }
        if (alike < 0 || alike > MOST) {
            throw new IllegalArgumentException(
                    "The number of images like it lies between 0 and " + MOST + ", but was " + alike + ".");
        }
        solver(solver);
    }

    Method.Solver chosenSolver() {
        return solver(solver);
    }

    private static Method.Solver solver(String name) {
        for (Method.Solver solver : Method.Solver.values()) {
            if (solver.toString().equals(name.toLowerCase(Locale.ROOT))) {
                return solver;
            }
        }
        throw new IllegalArgumentException(
                "There is no solver '" + name + "': choose levenberg-marquardt, adam or projected-gradient.");
    }

    Method.LowRank method() {
        return new Method.LowRank(rank, chosenSolver(), Method.Directions.ZCA, gamma);
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("layer", layer);
        map.put("rank", rank);
        map.put("solver", solver);
        map.put("gamma", gamma);
        map.put("alike", alike);
        return map;
    }

    /** From JSON, what is not there as it was. */
    Settings changedBy(JsonNode node) {
        return new Settings(
                node.path("layer").asText(layer),
                node.path("rank").asInt(rank),
                node.path("solver").asText(solver),
                node.path("gamma").asDouble(gamma),
                node.path("alike").asInt(alike));
    }
}
