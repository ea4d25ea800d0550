/**
 * What is done without a generator: places of two pictures that correspond, and objects of one put into the other along them.
 * The baselines that rewritten generators are compared with.
 */
@NullMarked
package io.github.rewrite4j.samediff.correspondence;

import org.jspecify.annotations.NullMarked;
