/** What several tests of this module share. */
@NullMarked
package io.github.rewrite4j.samediff;

import org.jspecify.annotations.NullMarked;
