package io.github.rewrite4j.samediff.correspondence;

/**
 * A place of one picture and its like in another, in pixels.
 *
 * @param row in the first
 * @param column in the first
 * @param otherRow in the second
 * @param otherColumn in the second
 * @param rank sum over all levels of how strongly both places answer; larger is better
 */
public record BestBuddy(double row, double column, double otherRow, double otherColumn, double rank) {}
