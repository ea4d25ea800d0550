/**
 * One generator behind many requests, each with the patches of its own.
 *
 * <p>A server keeps one {@link io.github.rewrite4j.samediff.serving.GeneratorPool} for each generator. Requests name inputs and
 * patches; the pool derives patched generators, keeps those used last, draws requests that share their patches in one batch, and
 * lets the base be replaced while requests run.
 */
@NullMarked
package io.github.rewrite4j.samediff.serving;

import org.jspecify.annotations.NullMarked;
