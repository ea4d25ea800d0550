package io.github.rewrite4j.samediff.generator.internal;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.github.rewrite4j.samediff.graph.internal.Program;
import io.github.rewrite4j.samediff.memory.GraphMemory;
import org.junit.jupiter.api.Test;

/** Where a graph runs through ND4J, arrays stay where the backend keeps them, which on a graphics processor is its own memory. */
class NoHostReadsTest {
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
