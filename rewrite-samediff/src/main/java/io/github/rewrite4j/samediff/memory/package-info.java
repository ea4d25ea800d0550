/** Associative memories: graphs cut open at a key and a value, and the statistics of their keys. */
@NullMarked
package io.github.rewrite4j.samediff.memory;

import org.jspecify.annotations.NullMarked;
