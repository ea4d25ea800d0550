@NullMarked
package io.github.rewrite4j.samediff.expansion;

import org.jspecify.annotations.NullMarked;
