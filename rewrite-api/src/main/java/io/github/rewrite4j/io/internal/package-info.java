/**
 * Bytes, archives and layouts of arrays, under the rooms that read files. Not for users: what is here may change with any
 * release.
 */
@NullMarked
package io.github.rewrite4j.io.internal;

import org.jspecify.annotations.NullMarked;
