package io.github.rewrite4j.edit;

/** A cell of a grid, or a pixel of an image. */
public record Cell(int row, int column) {}
