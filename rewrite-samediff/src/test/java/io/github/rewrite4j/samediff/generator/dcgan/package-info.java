@NullMarked
package io.github.rewrite4j.samediff.generator.dcgan;

import org.jspecify.annotations.NullMarked;
