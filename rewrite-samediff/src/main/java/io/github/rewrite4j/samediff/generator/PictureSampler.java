package io.github.rewrite4j.samediff.generator;

import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Sample;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Pictures of a numbered collection as inputs [N, C, H, W] in [-1, 1]. Sample i of a seed is entry i of a shuffle of the
 * collection that the seed decides, begun again after the last, so that no picture repeats before all were seen.
 */
public final class PictureSampler implements InputSampler {
    private final String input;
    private final int count;
    private final IntFunction<INDArray> picture;
    private final String id;

    /** Of the seed that was asked for last: samples of one seed come together, and folders may be large. */
    private volatile @Nullable Shuffle shuffle;

    /**
     * A sampler over a collection.
     *
     * @param input name of the input
     * @param count number of pictures
     * @param picture gives picture i [C, H, W] in [-1, 1], all of one size, in an array made for the call, which is closed
     * @param id tells collections apart; see {@link InputSampler#id()}
     */
    public PictureSampler(String input, int count, IntFunction<INDArray> picture, String id) {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(picture, "picture");
        Objects.requireNonNull(id, "id");
        if (count < 1) {
            throw new IllegalArgumentException("A collection of pictures holds at least one, but this is empty.");
        }
        this.input = input;
        this.count = count;
        this.picture = picture;
        this.id = id;
    }

    @Override
    public Inputs at(List<Sample> samples) {
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("Name at least one sample.");
        }
        INDArray[] pictures =
                samples.stream().map(sample -> picture.apply(number(sample))).toArray(INDArray[]::new);
        INDArray stacked = Nd4j.stack(0, pictures);
        Arrays.stream(pictures).forEach(INDArray::close);
        return Inputs.of(input, stacked);
    }

    /** Which picture a sample is. */
    int number(Sample sample) {
        Shuffle known = shuffle;
        if (known == null || known.seed() != sample.seed()) {
            known = Shuffle.of(sample.seed(), count);
            shuffle = known;
        }
        return known.order()[sample.index() % count];
    }

    /** Fisher-Yates with the specified generator of Java. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Shuffle(long seed, int[] order) {
        static Shuffle of(long seed, int count) {
            int[] order = new int[count];
            for (int i = 0; i < count; i++) {
                order[i] = i;
            }
            Random random = new Random(seed);
            for (int i = count - 1; i > 0; i--) {
                int other = random.nextInt(i + 1);
                int kept = order[i];
                order[i] = order[other];
                order[other] = kept;
            }
            return new Shuffle(seed, order);
        }
    }

    @Override
    public String id() {
        return id;
    }
}
