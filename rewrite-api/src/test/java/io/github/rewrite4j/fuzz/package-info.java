/**
 * Fuzzing: what every reader of files has to withstand, for the tests of all modules.
 *
 * <p>{@link io.github.rewrite4j.fuzz.ReaderTrial} judges one reading: it ends in a result or in a documented exception with
 * a message fit for a terminal, within time and memory. Two drivers feed it. Classes named {@code ...FuzzTest} hold one
 * Jazzer target each, whose kept inputs lie in a resource folder named after the class ({@code
 * ...FuzzTestInputs/method}) and run in every build; classes named {@code ...MutationTest} hold {@link
 * io.github.rewrite4j.fuzz.Mutations}, some hundred in every build. {@code ./mvnw -P fuzz test} fuzzes each target for
 * {@link io.github.rewrite4j.fuzz.Fuzzing#TIME} and makes 20,000 mutations of each seed set in 512 MB; what it finds belongs
 * into the folder of the target.
 */
package io.github.rewrite4j.fuzz;
