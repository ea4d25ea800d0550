package io.github.rewrite4j.samediff;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.awt.image.BufferedImage;
import java.util.stream.Stream;

/** Dependencies point one way. */
@AnalyzeClasses(packages = "io.github.rewrite4j", importOptions = ArchitectureTest.PublishedClasses.class)
class ArchitectureTest {
    private static final String ROOM = "io.github.rewrite4j.samediff.";

    /** Whatever tool compiled them, tests lie in a folder of their own. */
    static final class PublishedClasses implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes/") && !location.contains("/test/io/");
        }
    }

    @ArchTest
    static final ArchRule ROOMS_FORM_NO_CYCLES =
            slices().matching("io.github.rewrite4j.samediff.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule THE_API_KNOWS_NO_IMPLEMENTATION = noClasses()
            .that()
            .resideOutsideOfPackage("io.github.rewrite4j.samediff..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.github.rewrite4j.samediff..");

    @ArchTest
    static final ArchRule CONTRACTS_KNOW_FILES_AND_NO_CODECS = classes()
            .that()
            .resideInAnyPackage("io.github.rewrite4j", "io.github.rewrite4j.stats")
            .should()
            .onlyDependOnClassesThat(outside()
                    .or(resideInAnyPackage(
                            "io.github.rewrite4j",
                            "io.github.rewrite4j.stats",
                            "io.github.rewrite4j.io",
                            // Every progress is an event of the Flight Recorder.
                            "io.github.rewrite4j.event",
                            // A history of patches reads its own JSON.
                            "io.github.rewrite4j.io.internal")));

    @ArchTest
    static final ArchRule EVENTS_KNOW_NOTHING = classes()
            .that()
            .resideInAPackage("io.github.rewrite4j.event")
            .should()
            .onlyDependOnClassesThat(outside().or(resideInAPackage("io.github.rewrite4j.event")));

    @ArchTest
    static final ArchRule EDITS_KNOW_PICTURES_AND_NO_CODECS = classes()
            .that()
            .resideInAnyPackage(
                    "io.github.rewrite4j.edit",
                    "io.github.rewrite4j.latent",
                    "io.github.rewrite4j.family",
                    "io.github.rewrite4j.recipe")
            .should()
            .onlyDependOnClassesThat(outside()
                    .or(resideInAnyPackage(
                            "io.github.rewrite4j",
                            "io.github.rewrite4j.edit",
                            "io.github.rewrite4j.latent",
                            "io.github.rewrite4j.family",
                            "io.github.rewrite4j.recipe",
                            "io.github.rewrite4j.image",
                            "io.github.rewrite4j.io",
                            "io.github.rewrite4j.io.internal")));

    @ArchTest
    static final ArchRule FILES_AND_PICTURES_KNOW_NO_CONTRACTS = classes()
            .that()
            .resideInAnyPackage("io.github.rewrite4j.io..", "io.github.rewrite4j.image..")
            .should()
            .onlyDependOnClassesThat(outside()
                    .or(resideInAnyPackage(
                            "io.github.rewrite4j.io..",
                            "io.github.rewrite4j.image..",
                            // The errors that they throw are rooted there.
                            "io.github.rewrite4j")));

    @ArchTest
    static final ArchRule ONLY_THE_PICTURE_ROOM_KNOWS_CODECS = noClasses()
            .that()
            .resideOutsideOfPackage("io.github.rewrite4j.image..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.github.rewrite4j.image.internal..");

    private static DescribedPredicate<JavaClass> outside() {
        return not(resideInAPackage("io.github.rewrite4j.."));
    }

    @ArchTest
    static final ArchRule NO_SHADED_LIBRARY_SHOWS = codeUnits()
            .that()
            .arePublic()
            .and()
            .areDeclaredInClassesThat()
            .arePublic()
            .and()
            .areDeclaredInClassesThat()
            .resideOutsideOfPackage("..internal..")
            .should(new ArchCondition<>("speak of no type that ND4J shades") {
                @Override
                public void check(JavaCodeUnit unit, ConditionEvents events) {
                    Stream.concat(unit.getRawParameterTypes().stream(), Stream.of(unit.getRawReturnType()))
                            .filter(type ->
                                    type.getBaseComponentType().getPackageName().startsWith("org.nd4j.shade"))
                            .forEach(type -> events.add(SimpleConditionEvent.violated(
                                    unit, unit.getFullName() + " speaks of " + type.getName())));
                }
            });

    @ArchTest
    static final ArchRule NOTHING_KNOWS_A_PARTICULAR_GENERATOR = noClasses()
            .that()
            .resideOutsideOfPackage(ROOM + "generator..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOM + "generator..");

    @ArchTest
    static final ArchRule ONLY_THE_IMAGE_ROOM_DRAWS = noClasses()
            .that()
            .resideOutsideOfPackage("io.github.rewrite4j.image..")
            .should()
            // A Java picture may be handed in anywhere; what is done with it is the image room's.
            .dependOnClassesThat(
                    resideInAnyPackage("java.awt..", "javax.imageio..").and(not(assignableTo(BufferedImage.class))));

    @ArchTest
    static final ArchRule LIBRARIES_DO_NOT_PRINT = noClasses().should(GeneralCodingRules.ACCESS_STANDARD_STREAMS);

    /** Rooms that a room may look into; it may always look into itself, the API and other libraries. */
    @ArchTest
    static void eachRoomLooksOnlyIntoThoseBelow(JavaClasses classes) {
        check(classes, "linalg", below());
        check(classes, "graph", below("engine", "linalg"));
        check(classes, "closedform", below("linalg"));
        check(classes, "metric", below("linalg"));
        check(classes, "engine", below());
        check(classes, "correspondence", below("metric", "tape"));
        check(classes, "tape", below("engine"));
        check(classes, "memory", below("engine", "tape", "graph", "linalg"));
        check(classes, "latent", below("tape", "linalg"));
        // A network in a file is a generator, or a judge of pictures.
        check(
                classes,
                "generator",
                below("latent", "memory", "metric", "perception", "tape", "graph", "engine", "linalg"));
        check(classes, "perception", below("metric", "tape"));
        check(classes, "projector", below("memory", "metric", "perception", "tape", "linalg"));
        check(
                classes,
                "strategy",
                below("projector", "memory", "closedform", "metric", "perception", "tape", "graph", "linalg"));
        check(classes, "composition", below("memory", "tape", "graph", "linalg"));
        check(classes, "dissection", below("memory", "tape", "graph", "linalg"));
        check(
                classes,
                "search",
                below(
                        "strategy",
                        "projector",
                        "memory",
                        "closedform",
                        "metric",
                        "perception",
                        "tape",
                        "graph",
                        "linalg"));
        check(classes, "clip", below("engine", "metric", "perception", "tape"));
        check(classes, "serving", below());
        check(classes, "log", below());
        check(
                classes,
                "layers",
                below(
                        "strategy",
                        "projector",
                        "memory",
                        "closedform",
                        "metric",
                        "perception",
                        "tape",
                        "graph",
                        "linalg"));
        check(
                classes,
                "relation",
                below(
                        "dissection",
                        "strategy",
                        "projector",
                        "memory",
                        "closedform",
                        "metric",
                        "perception",
                        "tape",
                        "graph",
                        "linalg"));
        check(
                classes,
                "condition",
                below(
                        "strategy",
                        "projector",
                        "memory",
                        "closedform",
                        "metric",
                        "perception",
                        "tape",
                        "graph",
                        "linalg"));
        check(classes, "inversion", below("latent", "perception", "tape"));
        check(classes, "evaluation", below("expansion", "graph", "latent", "metric", "perception", "tape", "linalg"));
        check(classes, "expansion", below("latent", "metric", "perception", "tape", "linalg"));
    }

    private static String[] below(String... rooms) {
        return rooms;
    }

    private static void check(JavaClasses classes, String room, String... below) {
        java.util.Set<String> allowed = new java.util.HashSet<>(java.util.List.of(below));
        allowed.add(room);
        String[] forbidden = Stream.of(
                        "linalg",
                        "log",
                        "serving",
                        "engine",
                        "graph",
                        "closedform",
                        "metric",
                        "memory",
                        "generator",
                        "strategy",
                        "projector",
                        "perception",
                        "tape",
                        "ablation",
                        "evaluation",
                        "latent",
                        "search",
                        "inversion",
                        "composition",
                        "relation",
                        "layers",
                        "condition",
                        "dissection",
                        "correspondence",
                        "clip",
                        "expansion")
                .filter(other -> !allowed.contains(other))
                .map(other -> ROOM + other + "..")
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage(ROOM + room + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                .check(classes);
    }
}
