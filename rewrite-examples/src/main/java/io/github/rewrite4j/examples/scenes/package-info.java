/** Small scenes drawn by a program, as worlds whose parts stand anywhere: a car's wheels, a picture on a wall. */
@NullMarked
package io.github.rewrite4j.examples.scenes;

import org.jspecify.annotations.NullMarked;
