/** Style-based generators in the layout of the bundled avatars. */
@NullMarked
package io.github.rewrite4j.samediff.generator.avatar;

import org.jspecify.annotations.NullMarked;
