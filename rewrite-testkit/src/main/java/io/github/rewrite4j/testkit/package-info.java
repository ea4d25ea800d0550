/**
 * What every implementation of an interface of this library promises, as JUnit suites to extend.
 *
 * <pre>{@code
 * class MyMemoryTest extends AssociativeMemoryContract {
 *     protected Generator open() {
 *         return new MyGenerator();
 *     }
 *
 *     protected String layer() {
 *         return "decoder.3";
 *     }
 * }
 * }</pre>
 *
 * <p>A suite says what to make and JUnit runs what must hold of it; JUnit Jupiter and AssertJ come with this artifact, a
 * backend of ND4J and JUnit's engine are the project's own. The families, memories and strategies of Rewrite4J run the
 * same suites.
 */
@NullMarked
package io.github.rewrite4j.testkit;

import org.jspecify.annotations.NullMarked;
