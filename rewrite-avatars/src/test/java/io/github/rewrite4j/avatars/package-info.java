/** What comes with the artifact is what it says. */
@NullMarked
package io.github.rewrite4j.avatars;

import org.jspecify.annotations.NullMarked;
