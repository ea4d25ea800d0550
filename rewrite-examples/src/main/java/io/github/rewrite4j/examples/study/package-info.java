/**
 * Proof that nothing else changed: {@link io.github.rewrite4j.examples.study.PreservationStudy} shows thousands of fresh samples,
 * before and after, to networks that know what faces have, for a rewrite and for what one would do without it.
 */
@NullMarked
package io.github.rewrite4j.examples.study;

import org.jspecify.annotations.NullMarked;
