/**
 * Progressive GANs (Karras et al. 2018) in the layouts of the original model zoo of GAN dissection and model rewriting:
 * {@link io.github.rewrite4j.samediff.generator.progan.ProGan} loads them.
 */
@NullMarked
package io.github.rewrite4j.samediff.generator.progan;

import org.jspecify.annotations.NullMarked;
