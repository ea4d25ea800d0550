package io.github.rewrite4j.samediff.generator;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.graph.Program;
import io.github.rewrite4j.samediff.memory.GraphMemory;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.profiler.OpProfiler;
import org.nd4j.linalg.profiler.ProfilerConfig;
import org.nd4j.linalg.profiler.data.StringCounter;

/**
 * Between inputs and images arrays stay where the backend keeps them, which on a graphics processor is its own memory:
 * nothing is read back, and the number of operations does not depend on the number of samples.
 */
class NoHostReadsTest {
    /** Convolutions themselves are not seen here where oneDNN runs them; each is followed by its bias. */
    private static final String OF_EACH_LAYER = "biasadd";

    /** ND4J's name for copies from array to array. */
    private static final String COPY = "old_assign";

    private static Generator avatars;
    private static AssociativeMemory memory;

    @BeforeAll
    static void load() {
        avatars = Avatars.load();
        memory = avatars.memory("layer5");
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    /** What ND4J's own profiler is told of each operation that is run. */
    private static final class Names extends StringCounter {
        private final Map<String, Integer> counts = new TreeMap<>();

        @Override
        public long incrementCount(String name) {
            return counts.merge(name, 1, Integer::sum);
        }
    }

    private static Map<String, Integer> operationsOf(Supplier<INDArray> call) {
        // The first call plans the graph.
        call.get().close();
        Names names = new Names();
        OpProfiler.getInstance().setOpCounter(names);
        Nd4j.getExecutioner()
                .setProfilingConfig(
                        ProfilerConfig.builder().checkElapsedTime(true).build());
        try {
            call.get().close();
        } finally {
            Nd4j.getExecutioner().setProfilingConfig(ProfilerConfig.builder().build());
            OpProfiler.getInstance().setOpCounter(new StringCounter());
        }
        return names.counts;
    }

    private static Map<String, Integer> generating(int samples) {
        Inputs inputs = avatars.sample(samples, 1);
        return operationsOf(() -> avatars.generate(inputs));
    }

    private static Map<String, Integer> decoding(int samples) {
        Values values = memory.values(memory.keys(avatars.sample(samples, 1)));
        return operationsOf(() -> memory.decode(values));
    }

    @Test
    void generatingIsTheSameFewKernelsForAnyNumberOfSamples() {
        Map<String, Integer> several = generating(4);
        assertThat(several).containsKey(OF_EACH_LAYER);
        assertThat(generating(16)).isEqualTo(several);
        // A product with a single row copies it first.
        Map<String, Integer> one = generating(1);
        assertThat(one.keySet()).isEqualTo(several.keySet());
        several.keySet().remove(COPY);
        one.keySet().remove(COPY);
        assertThat(one).isEqualTo(several);
    }

    @Test
    void keysAndDecodingAreEachAPartOfIt() {
        Map<String, Integer> all = generating(4);
        Inputs inputs = avatars.sample(4, 1);
        Map<String, Integer> keys = operationsOf(() -> memory.keys(inputs).tensor());
        Map<String, Integer> decoding = decoding(4);
        assertThat(all.keySet()).containsAll(keys.keySet()).containsAll(decoding.keySet());
        assertThat(keys.get(OF_EACH_LAYER) + decoding.get(OF_EACH_LAYER)).isLessThan(all.get(OF_EACH_LAYER));
        assertThat(decoding(16)).isEqualTo(decoding);
    }

    @Test
    void ourOwnCodeReadsNoElementOnTheWay() {
        DescribedPredicate<JavaClass> arrays = DescribedPredicate.describe(
                "array or buffer",
                type -> type.getPackageName().startsWith("org.nd4j.linalg.api.ndarray")
                        || type.getPackageName().startsWith("org.nd4j.linalg.api.buffer"));
        noClasses()
                .should()
                .callMethodWhere(target(nameMatching("data|as(Float|Double|Int|Long)|get(Float|Double|Int|Long)"
                                + "|to(Float|Double|Int|Long)(Vector|Matrix)|.*Number"))
                        .and(target(owner(arrays))))
                .check(new ClassFileImporter()
                        .importClasses(Program.class, GraphMemory.class, GraphGenerator.class, WeightSet.class));
    }
}
