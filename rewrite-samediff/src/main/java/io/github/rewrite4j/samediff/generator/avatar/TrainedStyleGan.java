package io.github.rewrite4j.samediff.generator.avatar;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.samediff.perception.StridedDiscriminator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/** A generator that was trained, and the discriminator that it was trained against. */
public final class TrainedStyleGan implements AutoCloseable {
    private final SafeTensorsWriter file;
    private final Generator generator;
    private final StridedDiscriminator discriminator;

    TrainedStyleGan(SafeTensorsWriter file, StridedDiscriminator discriminator) {
        this.file = file;
        this.generator = StyleGanWeights.generator(file);
        this.discriminator = discriminator;
    }

    /** The generator, closed with this. */
    public Generator generator() {
        return generator;
    }

    /** The discriminator, for fine-tuning and its baselines. */
    public StridedDiscriminator discriminator() {
        return discriminator;
    }

    /** Writes the generator as safetensors, which {@code StyleGan2.load} and the command line read. */
    public void save(Path to) throws IOException {
        Objects.requireNonNull(to, "to");
        file.write(to);
    }

    @Override
    public void close() {
        generator.close();
    }
}
