/** Domains that the bundled generator is expanded by: pictures drawn from pictures. */
@NullMarked
package io.github.rewrite4j.examples.domains;

import org.jspecify.annotations.NullMarked;
