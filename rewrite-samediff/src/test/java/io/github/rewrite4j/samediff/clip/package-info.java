@NullMarked
package io.github.rewrite4j.samediff.clip;

import org.jspecify.annotations.NullMarked;
