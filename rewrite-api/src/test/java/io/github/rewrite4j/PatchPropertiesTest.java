package io.github.rewrite4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What holds for patches and their files, whatever they change. */
class PatchPropertiesTest {
    private static INDArray numbers(long seed, long... shape) {
        java.util.Random random = new java.util.Random(seed);
        float[] values = new float[(int) java.util.Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(9) - 4));
        }
        return Nd4j.create(values, shape, 'c').castTo(DataType.FLOAT);
    }

    @Provide
    Arbitrary<WeightDelta> deltas() {
        Arbitrary<Integer> few = Arbitraries.integers().between(1, 5);
        Arbitrary<Long> seeds = Arbitraries.longs().between(0, 1_000_000);
        Arbitrary<String> names = Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(12);
        return Combinators.combine(names, few, few, few, Arbitraries.of(1, 3), seeds, Arbitraries.of(true, false))
                .as((name, out, in, rank, kernel, seed, low) -> low
                        ? new WeightDelta.LowRank(
                                name, numbers(seed, out, rank, kernel, kernel), numbers(seed + 1, rank, in))
                        : new WeightDelta.Dense(name, numbers(seed, out, in, kernel, kernel)));
    }

    @Property(tries = 40, seed = "2026")
    void aFileOfAPatchIsThePatch(@ForAll("deltas") WeightDelta delta, @ForAll("notes") Map<String, String> notes)
            throws IOException {
        Patch patch = new Patch("ab".repeat(32), List.of(delta), notes);
        Patch read = Patch.fromBytes(patch.toBytes());
        assertThat(read).isEqualTo(patch);
        assertThat(read.notes()).isEqualTo(patch.notes());
        assertThat(read.toBytes()).isEqualTo(patch.toBytes());
        assertThat(read.id()).isEqualTo(patch.id());
    }

    @Provide
    Arbitrary<Map<String, String>> notes() {
        return Arbitraries.maps(
                        Arbitraries.strings()
                                .alpha()
                                .ofMinLength(1)
                                .ofMaxLength(8)
                                .map(name -> "note-" + name),
                        Arbitraries.strings().ofMaxLength(20).filter(PatchPropertiesTest::isText))
                .ofMaxSize(3);
    }

    /** Half of a surrogate pair is no text, which no file in UTF-8 can hold. */
    private static boolean isText(String text) {
        return text.codePoints().noneMatch(c -> c >= 0xd800 && c <= 0xdfff);
    }

    @Property(tries = 40, seed = "2026")
    void factorsMultiplyToWhatTheyStandFor(@ForAll("deltas") WeightDelta delta) {
        INDArray dense = delta.toDense();
        assertThat(dense.shape())
                .containsExactly(
                        delta.shape().out(),
                        delta.shape().in(),
                        delta.shape().kernelHeight(),
                        delta.shape().kernelWidth());
        double[] exact = delta.toDoubles();
        double largest = 1e-30;
        for (double number : exact) {
            largest = Math.max(largest, Math.abs(number));
        }
        float[] rounded = dense.dup('c').data().asFloat();
        for (int i = 0; i < exact.length; i++) {
            assertThat((double) rounded[i]).isBetween(exact[i] - 1e-5 * largest, exact[i] + 1e-5 * largest);
        }
    }
}
