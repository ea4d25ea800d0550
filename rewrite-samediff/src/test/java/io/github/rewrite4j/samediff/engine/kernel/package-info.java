@NullMarked
package io.github.rewrite4j.samediff.engine.kernel;

import org.jspecify.annotations.NullMarked;
