/**
 * Plain convolutional generators (Radford et al. 2016) in state dicts of PyTorch's tutorial and its many kin:
 * {@link io.github.rewrite4j.samediff.generator.dcgan.Dcgan} loads them.
 */
@NullMarked
package io.github.rewrite4j.samediff.generator.dcgan;

import org.jspecify.annotations.NullMarked;
