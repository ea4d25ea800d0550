package io.github.rewrite4j.fuzz;

/** What all fuzz targets have in common. */
public final class Fuzzing {
    /** How long each Jazzer target runs under {@code -P fuzz}. */
    public static final String TIME = "2m";

    /** Mutations of each set of seeds in an ordinary build. */
    private static final int FEW = 400;

    private Fuzzing() {}

    /** Mutations of each set of seeds: some hundred, or as many as the system property {@code rewrite4j.mutations} says. */
    public static int mutations() {
        return Integer.getInteger("rewrite4j.mutations", FEW);
    }
}
