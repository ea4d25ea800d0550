/** Style-based generators in the layout of github.com/rosinality/stylegan2-pytorch, in which most public checkpoints are found. */
@NullMarked
package io.github.rewrite4j.samediff.generator.rosinality;

import org.jspecify.annotations.NullMarked;
