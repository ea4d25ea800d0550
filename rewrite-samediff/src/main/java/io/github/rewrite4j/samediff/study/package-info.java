/**
 * Proof that nothing else changed: {@link io.github.rewrite4j.samediff.study.PreservationStudy} shows thousands of fresh samples,
 * before and after, to a network that knows what pictures show, for a rewrite and for what one would do without it; {@link
 * io.github.rewrite4j.samediff.study.EditSweep} learns one edit at many settings. What both count can be merged, so that parts of a
 * study may be done anywhere.
 */
@NullMarked
package io.github.rewrite4j.samediff.study;

import org.jspecify.annotations.NullMarked;
