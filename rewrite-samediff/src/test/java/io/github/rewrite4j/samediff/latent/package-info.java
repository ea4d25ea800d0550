/** Tests of what is measured of a latent space. */
@NullMarked
package io.github.rewrite4j.samediff.latent;

import org.jspecify.annotations.NullMarked;
