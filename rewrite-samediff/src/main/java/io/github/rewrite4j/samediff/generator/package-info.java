/**
 * Generators over SameDiff graphs. {@link io.github.rewrite4j.samediff.generator.StyleGan2} reads checkpoints;
 * {@link io.github.rewrite4j.samediff.generator.GraphGenerator} is what every checkpoint becomes: a shared
 * {@link io.github.rewrite4j.samediff.generator.GraphModel} and the weights that are fed to it.
 */
@NullMarked
package io.github.rewrite4j.samediff.generator;

import org.jspecify.annotations.NullMarked;
