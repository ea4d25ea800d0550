package io.github.rewrite4j.samediff.study;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteException;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a patch draws. Travels as the patch's file. */
final class PatchedArm implements Arm {
    private static final long serialVersionUID = 1;

    private final String name;
    private final String id;
    private final byte[] file;
    private transient volatile @Nullable Patch patch;

    PatchedArm(String name, Patch patch) {
        this.name = Objects.requireNonNull(name, "name");
        this.id = patch.id();
        this.file = patch.toBytes();
        this.patch = patch;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public INDArray draw(Generator generator, Inputs inputs, INDArray before) {
        try (Generator changed = generator.with(patch())) {
            return changed.generate(inputs);
        }
    }

    private Patch patch() {
        Patch known = patch;
        if (known == null) {
            try {
                known = Patch.fromBytes(file);
            } catch (IOException damaged) {
                throw new RewriteException(
                        "The patch of '" + name + "' did not arrive as it was sent: " + damaged.getMessage(), damaged);
            }
            patch = known;
        }
        return known;
    }
}
