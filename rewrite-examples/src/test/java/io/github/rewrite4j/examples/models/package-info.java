@NullMarked
package io.github.rewrite4j.examples.models;

import org.jspecify.annotations.NullMarked;
