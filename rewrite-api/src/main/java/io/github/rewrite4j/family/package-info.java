/**
 * How files become generators.
 *
 * <p>A {@link io.github.rewrite4j.family.GeneratorFamily} knows one kind of files: it recognises them by their tensors or
 * header, says what loading one will take, and loads it. {@link io.github.rewrite4j.family.GeneratorFamilies} is the list of
 * all families on the class path, found by {@link java.util.ServiceLoader}, and the only thing that programs have to know:
 *
 * <pre>{@code
 * GeneratorFamilies families = GeneratorFamilies.installed();
 * System.out.println(families.estimate(file));
 * try (Generator generator = families.open(file)) {
 *     ...
 * }
 * }</pre>
 *
 * <p>A family of somebody else's is a class with a public constructor without parameters, named in the file {@code
 * META-INF/services/io.github.rewrite4j.family.GeneratorFamily} of its jar. What it can be told is a {@link
 * io.github.rewrite4j.family.LoadOption} of its own, which programs set as a value and command lines as text.
 */
@NullMarked
package io.github.rewrite4j.family;

import org.jspecify.annotations.NullMarked;
