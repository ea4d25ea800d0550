package io.github.rewrite4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.BackwardProjector;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.RewriteException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What holds for projectors: values of one layer for any picture. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class BackwardProjectorContract {
    private Generator generator;
    private AssociativeMemory memory;
    private BackwardProjector projector;
    private INDArray images;

    /** A new generator, closed by this suite. */
    protected abstract Generator open();

    /** A memory that ends where the projector's values lie. */
    protected abstract AssociativeMemory memory(Generator of);

    /** The projector. */
    protected abstract BackwardProjector projector();

    @BeforeAll
    final void load() {
        generator = open();
        memory = memory(generator);
        projector = projector();
        images = generator.generate(generator.sample(3, 31));
    }

    @AfterAll
    final void unload() {
        generator.close();
    }

    @Test
    final void nullIsRefusedByName() {
        Nulls.refused("project(images)", () -> projector.project(Nulls.none()));
    }

    @Test
    final void itFitsItsMemoryAndRefusesOthers() {
        projector.requireFits(memory);
        for (Layer layer : generator.layers()) {
            if (!layer.name().equals(memory.spec().last().name())) {
                assertThatThrownBy(() -> projector.requireFits(generator.memory(layer.name())))
                        .as(layer.name())
                        .isInstanceOf(RewriteException.class);
            }
        }
    }

    @Test
    final void valuesHaveTheShapeOfTheLayerAndAreFinite() {
        INDArray values = projector.project(images);
        assertThat(projector.spec().valueShape()).isEqualTo(memory.spec().valueShape());
        assertThat(values.size(0)).isEqualTo(3);
        assertThat(memory.spec().valueShape().matches(values.shape())).isTrue();
        assertThat(Differences.magnitude(values)).isLessThan(1e6);
    }

    @Test
    final void aPictureIsProjectedAloneAsInABatchAndIsNotChanged() {
        long[] before = Differences.bits(images);
        INDArray together = projector.project(images);
        assertThat(Differences.bits(projector.project(images))).isEqualTo(Differences.bits(together));
        INDArray alone = projector.project(Differences.row(images, 1));
        assertThat(Differences.largest(alone, Differences.row(together, 1)))
                .isLessThan(1e-4 * Math.max(1, Differences.magnitude(together)));
        assertThat(Differences.bits(images)).isEqualTo(before);
    }

    @Test
    final void picturesOfOtherSizesAreResized() {
        long[] shape = images.shape();
        INDArray small = RandomPatches.random(1, 1, shape[1], shape[2] / 2 + 1, shape[3] + 3)
                .muli(0.3);
        assertThat(memory.spec().valueShape().matches(projector.project(small).shape()))
                .isTrue();
    }

    @Test
    final void whatIsNoPictureIsRefused() {
        INDArray broken = images.dup('c');
        broken.putScalar(0, Float.NaN);
        assertThatIllegalArgumentException().isThrownBy(() -> projector.project(broken));
        long[] shape = images.shape();
        long[] more = Arrays.copyOf(shape, shape.length);
        more[1] = shape[1] + 1;
        assertThatIllegalArgumentException().isThrownBy(() -> projector.project(RandomPatches.random(1, more)));
    }
}
