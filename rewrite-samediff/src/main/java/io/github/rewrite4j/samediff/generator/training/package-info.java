/**
 * What the trainings of small generators have in common: pictures to learn from, and sheets that show how far they are. The
 * trainings themselves lie with their families.
 */
@NullMarked
package io.github.rewrite4j.samediff.generator.training;

import org.jspecify.annotations.NullMarked;
