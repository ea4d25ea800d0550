/**
 * Core interfaces of Rewrite4J.
 */
@NullMarked
package io.github.rewrite4j;

import org.jspecify.annotations.NullMarked;
