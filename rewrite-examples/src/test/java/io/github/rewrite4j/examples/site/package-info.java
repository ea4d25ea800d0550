/** The project's pages as they are read offline: the guide, a gallery and the javadoc of all modules, by {@code ./mvnw -P site}. */
@NullMarked
package io.github.rewrite4j.examples.site;

import org.jspecify.annotations.NullMarked;
