/**
 * What a patch says of itself: how it was made, from what, and what it claims to do. Both travel as notes of the patch, so
 * that whoever gets the file can make it again ({@link io.github.rewrite4j.recipe.Recipe}) and measure it again
 * ({@link io.github.rewrite4j.recipe.Claim}).
 */
@org.jspecify.annotations.NullMarked
package io.github.rewrite4j.recipe;
