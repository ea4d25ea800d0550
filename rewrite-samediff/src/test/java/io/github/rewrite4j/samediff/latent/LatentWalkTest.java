package io.github.rewrite4j.samediff.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.Differences;
import io.github.rewrite4j.samediff.metric.Flicker;
import io.github.rewrite4j.samediff.metric.MaskSide;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class LatentWalkTest {
    @Test
    void aWalkPassesThroughItsSubjectsWithoutAJump() {
        try (Generator avatars = Avatars.load()) {
            Subject own = Subject.of("mine", avatars.sample(1, 5));
            Inputs walk = LatentWalk.through(avatars, List.of(Sample.of(3), own, Sample.of(8)), 12);
            INDArray frames = avatars.generate(walk);
            INDArray keys =
                    avatars.generate(Subject.inputs(List.of(Sample.of(3), own, Sample.of(8)), avatars.sampler()));
            double farthest = 0;
            for (int i = 0; i < 3; i++) {
                INDArray frame = frames.get(NDArrayIndex.interval(4 * i, 4 * i + 1));
                INDArray key = keys.get(NDArrayIndex.interval(i, i + 1));
                assertThat(Differences.largest(frame, key)).isLessThan(1e-3);
                farthest = Math.max(
                        farthest, key.distance2(keys.get(NDArrayIndex.interval((i + 1) % 3, (i + 1) % 3 + 1))));
            }
            for (int t = 0; t < 12; t++) {
                INDArray next = frames.get(NDArrayIndex.interval((t + 1) % 12, (t + 1) % 12 + 1));
                assertThat(frames.get(NDArrayIndex.interval(t, t + 1)).distance2(next))
                        .isBetween(0.1, 0.9 * farthest);
            }
            assertThat(LatentNetwork.of(avatars).placed(walk).shape()).containsExactly(12, 9, 64);
            assertThatThrownBy(() -> LatentWalk.through(avatars, List.of(own), 12))
                    .hasMessageContaining("at least two subjects");
        }
    }

    @Test
    void flickerIsTheMeanChangeFromFrameToFrame() {
        INDArray frames = Nd4j.zeros(3, 3, 16, 16);
        frames.get(NDArrayIndex.point(1)).assign(0.3);
        // 0 to 0.3 and back, and from the last frame to the first nothing.
        assertThat(Flicker.everywhere(frames)).isCloseTo(0.2, Offset.offset(1e-6));
        INDArray mask = Nd4j.zeros(16, 16);
        mask.putScalar(0, 0, 1);
        frames.get(NDArrayIndex.point(2), NDArrayIndex.all(), NDArrayIndex.point(0), NDArrayIndex.point(0))
                .assign(0.9);
        assertThat(Flicker.on(frames, mask, MaskSide.OUTSIDE)).isCloseTo(0.2, Offset.offset(1e-6));
        assertThat(Flicker.on(frames, mask, MaskSide.INSIDE)).isCloseTo(0.6, Offset.offset(1e-6));
        assertThatThrownBy(() -> Flicker.everywhere(Nd4j.zeros(1, 3, 4, 4)))
                .hasMessageContaining("at least two frames");
    }
}
