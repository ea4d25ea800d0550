package io.github.rewrite4j.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.example.toy.ToyFamily;
import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Trainable;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.family.GeneratorFamilies;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The suites fail when something is planted that they are there to find. */
class SuitesNoticeTest {
    @TempDir
    Path folder;

    /** What becomes of a result. */
    private interface Fault {
        Object of(Object result, Object[] arguments);
    }

    private static <T> T with(Class<T> type, T whole, Map<String, Fault> faults) {
        Object proxy =
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    Object result;
                    try {
                        result = method.invoke(whole, arguments);
                    } catch (InvocationTargetException thrown) {
                        throw thrown.getCause();
                    }
                    Fault fault = faults.get(method.getName());
                    return fault == null ? result : fault.of(result, arguments);
                });
        return type.cast(proxy);
    }

    private Generator toy() {
        try {
            return GeneratorFamilies.installed().open(ToyFamily.write(folder.resolve("a.toy"), 5));
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private Generator generator(String method, Fault fault) {
        return with(Generator.class, toy(), Map.of(method, fault));
    }

    private Generator memory(String method, Fault fault) {
        return generator(
                "memory",
                (memory, names) -> with(AssociativeMemory.class, (AssociativeMemory) memory, Map.of(method, fault)));
    }

    private static GeneratorContract suite(Generator generator) {
        GeneratorContract suite = new GeneratorContract() {
            @Override
            protected Generator open() {
                return generator;
            }
        };
        suite.load();
        return suite;
    }

    private static AssociativeMemoryContract memorySuite(Generator generator) {
        AssociativeMemoryContract suite = new AssociativeMemoryContract() {
            @Override
            protected Generator open() {
                return generator;
            }

            @Override
            protected String layer() {
                return "mix";
            }
        };
        suite.load();
        return suite;
    }

    private static void assertNoticed(ThrowingCallable test) {
        assertThatThrownBy(test).isInstanceOf(AssertionError.class);
    }

    @Test
    void aWrongAdjoint() {
        Fault wrong = (offered, arguments) -> arguments[0] != Trainable.class
                ? offered
                : Optional.of(with(
                        Trainable.class,
                        (Trainable) ((Optional<?>) offered).orElseThrow(),
                        Map.of(
                                "rule",
                                (step, given) -> with(
                                        Trainable.RuleStep.class,
                                        (Trainable.RuleStep) step,
                                        Map.of(
                                                "weightGradients",
                                                (gradients, seed) -> scaled((SortedMap<?, ?>) gradients))))));
        AssociativeMemoryContract suite = memorySuite(memory("capability", wrong));
        assertNoticed(suite::gradientsAreThoseOfDifferencesWhereTheyAreOffered);
        memorySuite(toy()).gradientsAreThoseOfDifferencesWhereTheyAreOffered();
    }

    private static Object scaled(SortedMap<?, ?> gradients) {
        gradients.values().forEach(gradient -> ((INDArray) gradient).muli(1.2));
        return gradients;
    }

    @Test
    void anArrayThatIsHandedOutTwice() {
        Map<Integer, Keys> kept = new HashMap<>();
        AssociativeMemoryContract suite = memorySuite(memory(
                "keys", (keys, inputs) -> kept.computeIfAbsent(((Inputs) inputs[0]).size(), size -> (Keys) keys)));
        assertNoticed(suite::whatIsHandedOutCanBeChangedWithoutHarm);
    }

    @Test
    void aResultThatIsWrittenOverLater() {
        INDArray[] shared = new INDArray[1];
        AssociativeMemoryContract suite = memorySuite(memory("values", (values, keys) -> {
            Values drawn = (Values) values;
            if (shared[0] == null || shared[0].size(0) != drawn.tensor().size(0)) {
                shared[0] = drawn.tensor();
            } else {
                shared[0].assign(drawn.tensor());
            }
            return drawn.withTensor(shared[0]);
        }));
        assertNoticed(suite::laterCallsDoNotChangeEarlierResults);
    }

    @Test
    void aSamplerWhoseSamplesDependOnTheBatch() {
        InputSampler sampler = toy().sampler();
        InputSamplerContract suite = new InputSamplerContract() {
            @Override
            protected InputSampler sampler() {
                return with(InputSampler.class, sampler, Map.of("sample", (inputs, arguments) -> {
                    Inputs drawn = (Inputs) inputs;
                    drawn.get("z").addi(drawn.size());
                    return drawn;
                }));
            }
        };
        assertNoticed(suite::aSmallerBatchIsAPrefixOfALargerOne);
    }

    @Test
    void anImageThatDependsOnItsBatch() {
        assertNoticed(
                suite(generator(
                        "generate", (images, inputs) -> ((INDArray) images).addi(0.01 * ((INDArray) images).size(0))))
                        ::anImageDoesNotDependOnItsBatch);
    }

    @Test
    void aPatchThatStaysWhenItIsTakenOff() {
        Generator whole = toy();
        Fault sticky = (patched, arguments) ->
                with(Generator.class, (Generator) patched, Map.of("without", (bare, none) -> patched));
        assertNoticed(
                suite(with(Generator.class, whole, Map.of("with", sticky)))::aPatchChangesACopyAndComesOffBitForBit);
    }
}
