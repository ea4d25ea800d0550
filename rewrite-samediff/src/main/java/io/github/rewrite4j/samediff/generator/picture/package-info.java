/** What networks of pictures to pictures have in common: pieces of their graphs, and their inputs. */
@NullMarked
package io.github.rewrite4j.samediff.generator.picture;

import org.jspecify.annotations.NullMarked;
