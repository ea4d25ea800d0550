/**
 * One patch out of several that were learnt apart.
 *
 * <p>Patches add up, but rules do not: the keys that one changes are met by the others. {@link
 * io.github.rewrite4j.samediff.composition.Patches#sum} is plain addition, as a generator does it that carries several patches;
 * {@link io.github.rewrite4j.samediff.composition.PatchComposition} goes on from there until each image shows what each patch
 * draws alone, and nothing else.
 */
@NullMarked
package io.github.rewrite4j.samediff.composition;

import org.jspecify.annotations.NullMarked;
