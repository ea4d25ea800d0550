package io.github.rewrite4j.samediff.generator.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.NotFiniteException;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.Differences;
import io.github.rewrite4j.samediff.generator.PixelRange;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What is not finite is an error that says where, never a picture; what cancels out leaves no trace. */
class FiniteNumbersTest {
    private static final String LAYER = "layer5";
    private static final String WEIGHT = "layer5.conv.weight";

    private static Generator avatars;
    private static AssociativeMemory memory;
    private static Patch patch;
    private static Generator toy;

    @BeforeAll
    static void load() {
        avatars = Avatars.load();
        memory = avatars.memory(LAYER);
        patch = Avatars.patch(avatars, LAYER, 1);
        toy = SameDiffGenerator.of(ToyGraph.generator())
                .input("z", 6)
                .output("image")
                .pixels(PixelRange.UNIT)
                .build();
    }

    @AfterAll
    static void close() {
        avatars.close();
        toy.close();
    }

    private static INDArray with(INDArray array, float value, long... at) {
        INDArray copy = array.dup('c');
        copy.putScalar(at, value);
        return copy;
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void inputsAreRefusedByNameAndPlace(float value) {
        for (Generator generator : List.of(avatars, toy)) {
            Inputs inputs = generator.sample(3, 1);
            Inputs wrong = inputs.with("z", with(inputs.get("z"), value, 2, 4));
            for (Function<Inputs, ?> use : List.<Function<Inputs, ?>>of(
                    generator::generate,
                    generator.memory(generator.layers().get(1).name())::keys)) {
                assertThatThrownBy(() -> use.apply(wrong))
                        .isInstanceOf(NotFiniteException.class)
                        .hasMessageContaining("'z'")
                        .hasMessageContaining("[2, 4]");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
    void keysAndValuesAreRefusedByPlace(float value) {
        for (Generator generator : List.of(avatars, toy)) {
            AssociativeMemory cut = generator.memory(generator.layers().get(1).name());
            Keys keys = cut.keys(generator.sample(2, 1));
            assertThatThrownBy(() -> cut.values(keys.withTensor(with(keys.tensor(), value, 1, 2, 3, 0))))
                    .isInstanceOf(NotFiniteException.class)
                    .hasMessageContaining("The keys given to ")
                    .hasMessageContaining("sample 1, channel 2, row 3, column 0");
            Values values = cut.values(keys);
            assertThatThrownBy(() -> cut.decode(values.withTensor(with(values.tensor(), value, 0, 1, 2, 3))))
                    .isInstanceOf(NotFiniteException.class)
                    .hasMessageContaining("The values given to ")
                    .hasMessageContaining("sample 0, channel 1, row 2, column 3");
        }
    }

    @Test
    void sideTensorsAreRefusedByName() {
        Values values = memory.values(memory.keys(avatars.sample(2, 1)));
        values.side().forEach((name, array) -> {
            TreeMap<String, INDArray> side = new TreeMap<>(values.side());
            side.put(name, with(array, Float.NaN, new long[array.rank()]));
            assertThatThrownBy(() -> memory.decode(new Values(values.tensor(), side)))
                    .isInstanceOf(NotFiniteException.class)
                    .hasMessageContaining("'" + name + "'");
        });
        assertThat(values.side()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e3, 1e10, 1e20, 1e37, -1e38, 1e45, 1e300, Double.MAX_VALUE, -Double.MAX_VALUE})
    void anyStrengthGivesFinitePicturesOrAnError(double strength) {
        for (Generator generator : List.of(avatars, toy)) {
            Patch change = generator == avatars ? patch : ofAllLayers(toy);
            AssociativeMemory cut = generator.memory(
                    generator.layers().get(0).name(),
                    generator.layers().get(generator.layers().size() - 1).name());
            Inputs inputs = generator.sample(2, 1);
            Keys keys = cut.keys(inputs);
            finiteOrRefused(() -> {
                try (Generator patched = generator.with(change, strength)) {
                    return patched.generate(inputs);
                }
            });
            finiteOrRefused(() -> cut.with(change, strength).values(keys).tensor());
            finiteOrRefused(() -> {
                AssociativeMemory patched = cut.with(change, strength);
                return patched.decode(patched.values(keys));
            });
        }
    }

    private static void finiteOrRefused(java.util.function.Supplier<INDArray> call) {
        try {
            for (double number : Differences.doubles(call.get())) {
                assertThat(number).isFinite();
            }
        } catch (RewriteException refused) {
            assertThat(refused)
                    .hasMessageMatching("(?s)The .* are not finite: (NaN|-?Infinity) at .*ower the strength.*"
                            + "|The demodulation of '.*' is .* in channel .*ower the strengths.*");
        }
    }

    private static Patch ofAllLayers(Generator generator) {
        List<WeightDelta> deltas = generator.layers().stream()
                .map(layer -> (WeightDelta) new WeightDelta.Dense(
                        layer.weight(),
                        Avatars.random(
                                3,
                                layer.weightShape().out(),
                                layer.weightShape().in(),
                                layer.weightShape().kernelHeight(),
                                layer.weightShape().kernelWidth())))
                .toList();
        return new Patch(generator.spec().baseFingerprint(), deltas, Map.of());
    }

    @Test
    void sumsThatOverflowNameTheWeightThePatchAndItsStrength() {
        assertThatThrownBy(() -> avatars.with(patch, 1e300))
                .isInstanceOf(NotFiniteException.class)
                .hasMessageContaining("'" + WEIGHT + "'")
                .hasMessageContaining(patch.toString())
                .hasMessageContaining("1.0E300");
        assertThatThrownBy(() -> memory.with(patch, Double.MAX_VALUE).with(patch, Double.MAX_VALUE))
                .isInstanceOf(NotFiniteException.class);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void strengthsThatAreNoNumbersAreRefusedByThePatch(double strength) {
        for (Runnable call :
                List.<Runnable>of(() -> avatars.with(patch, strength), () -> memory.with(patch, strength))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(call::run)
                    .withMessageContaining(patch.toString())
                    .withMessageContaining(Double.toString(strength));
        }
    }

    private static int[] bits(AssociativeMemory of) {
        return Differences.bits(of.weights().get(WEIGHT));
    }

    @Test
    void aMemoryAtStrengthNothingIsTheBaseToTheBit() {
        assertThat(bits(memory.with(patch, 0))).isEqualTo(bits(memory));
        assertThat(bits(memory.with(patch).with(patch, -1))).isEqualTo(bits(memory));
        try (Generator patched = avatars.with(patch, 0.1).with(patch, 0.2)) {
            assertThat(bits(patched.memory(LAYER).with(patch, -0.3))).isEqualTo(bits(memory));
        }
        Inputs inputs = avatars.sample(2, 1);
        try (Generator none = avatars.with(patch, 0)) {
            assertThat(Differences.bits(none.generate(inputs))).isEqualTo(Differences.bits(avatars.generate(inputs)));
        }
    }

    @Test
    void aMemoryWithAPatchIsThatOfTheGeneratorWithItToTheBit() {
        Patch other = Avatars.patch(avatars, LAYER, 11);
        try (Generator both = avatars.with(patch).with(other, 0.37);
                Generator one = avatars.with(other, 0.37)) {
            assertThat(bits(memory.with(patch).with(other, 0.37))).isEqualTo(bits(both.memory(LAYER)));
            assertThat(bits(one.memory(LAYER).with(patch))).isEqualTo(bits(both.memory(LAYER)));
        }
        try (Generator full = avatars.with(patch, 1);
                Generator plain = avatars.with(patch)) {
            assertThat(bits(full.memory(LAYER))).isEqualTo(bits(plain.memory(LAYER)));
        }
    }
}
