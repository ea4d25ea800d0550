@NullMarked
package io.github.rewrite4j.samediff.engine.plan;

import org.jspecify.annotations.NullMarked;
