/**
 * The studio: a page in the browser on which rules of a generator are rewritten by pointing at images.
 *
 * <p>A {@code StudioSession} does all the work without a browser and keeps everything that a user made in its working folder;
 * a {@code StudioServer} is a thin shell of HTTP around it, and plain modules in the resources of this package are the page.
 * Everything goes through public types of the library.
 */
@NullMarked
package io.github.rewrite4j.examples.studio;

import org.jspecify.annotations.NullMarked;
