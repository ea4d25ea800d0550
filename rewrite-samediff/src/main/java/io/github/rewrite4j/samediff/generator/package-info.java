/**
 * What all families of generators share. {@link io.github.rewrite4j.samediff.generator.GraphGenerator} is what the file of
 * every family becomes: a shared {@link io.github.rewrite4j.samediff.generator.GraphModel} and the weights that are fed to
 * it. Beside it lie the readers of weights and the samplers of inputs. Each family has a package of its own.
 */
@NullMarked
package io.github.rewrite4j.samediff.generator;

import org.jspecify.annotations.NullMarked;
