package io.github.rewrite4j.samediff.generator.dcgan;

import java.util.List;
import java.util.Optional;

/**
 * A transposed convolution and what stands behind it.
 *
 * @param name of the convolution, below the generator's own place in the file
 * @param in channels that it reads
 * @param out channels that it makes
 * @param kernel side of its kernel
 * @param biased whether it adds a number to each channel
 * @param norm name of the batch norm behind it
 */
record DcganLayer(String name, long in, long out, int kernel, boolean biased, Optional<String> norm) {
    /** Tensors of a norm. */
    static final List<String> NORM = List.of("weight", "bias", "running_mean", "running_var");

    String weight() {
        return name + ".weight";
    }

    DcganLayer with(String otherNorm) {
        return new DcganLayer(name, in, out, kernel, biased, Optional.of(otherNorm));
    }
}
