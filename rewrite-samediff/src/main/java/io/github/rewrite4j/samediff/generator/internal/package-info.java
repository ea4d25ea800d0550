/**
 * What the families of this module build their generators of, and nothing that a user calls. {@link
 * io.github.rewrite4j.samediff.generator.internal.GraphGenerator} is what the file of every family becomes: a shared {@link
 * io.github.rewrite4j.samediff.generator.internal.GraphModel} and the weights that are fed to it. Beside it lie the readers
 * of weights.
 */
@NullMarked
package io.github.rewrite4j.samediff.generator.internal;

import org.jspecify.annotations.NullMarked;
