package io.github.rewrite4j.samediff.memory;

/** Images that a memory should draw for each of its samples, or values that it should answer, and how much each of their numbers counts. */
public interface ImageGoals {
    /** Number of samples. */
    int size();

    /**
     * Copies what a sample should show and the weights of its numbers, [C, H, W] row-major.
     *
     * @param sample from 0
     * @param to where both begin
     */
    void copy(int sample, float[] goals, float[] weights, int to);
}
