package io.github.rewrite4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.edit.EditFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written twice says the same. */
class ShippedTextTest {
    private static final String QUICK_START =
            "rewrite-examples/src/main/java/io/github/rewrite4j/examples/QuickStart.java";

    @ParameterizedTest
    @CsvSource({
        "README.md, Quick start, QuickStart",
        "docs/pictures.md, A rule from a picture, FromPicture",
        "docs/domains.md, New domains, Domains",
        "docs/add-a-strategy.md, A whole one, rewrite-testkit/src/test/java/com/example/toy/Brighter.java"
    })
    void theSnippetsOfTheTextsAreTheClassesThatCompile(String text, String heading, String name) throws IOException {
        Matcher section = Pattern.compile("(?s)## " + heading + "\\n.*?```java\\n(.*?)```")
                .matcher(Project.text(text));
        assertThat(section.find())
                .as(text + " has a section '" + heading + "' with Java")
                .isTrue();
        String file = name.endsWith(".java")
                ? name
                : "rewrite-examples/src/main/java/io/github/rewrite4j/examples/" + name + ".java";
        String source = Project.text(file);
        Matcher marked =
                Pattern.compile("(?s)// README begin\\n(.*?)\\n *// README end").matcher(source);
        assertThat(marked.find()).isTrue();
        String code = marked.group(1).stripIndent().strip();
        if (name.endsWith(".java")) {
            // A page breaks lines as it likes.
            assertThat(section.group(1).replaceAll("\\s", "")).isEqualTo(code.replaceAll("\\s", ""));
            return;
        }
        assertThat(section.group(1).strip())
                .isEqualTo(text.equals("README.md") ? imports(source) + "\n\n" + code : code);
    }

    /** Both dependencies of the README are modules of this build, of its version, in the form in which they are published. */
    @Test
    void the_dependencies_of_the_readme_are_what_this_build_publishes() throws IOException {
        Matcher blocks = Pattern.compile("(?s)<dependency>.*?</dependency>").matcher(Project.text("README.md"));
        List<String> artifacts = new ArrayList<>();
        while (blocks.find()) {
            String artifact = element(blocks.group(), "artifactId");
            String pom = Project.text(artifact + "/pom.xml");
            String parent = pom.substring(pom.indexOf("<parent>"), pom.indexOf("</parent>"));
            String own = pom.substring(pom.indexOf("</parent>"));
            assertThat(element(own, "artifactId")).isEqualTo(artifact);
            assertThat(element(blocks.group(), "groupId")).isEqualTo(element(parent, "groupId"));
            assertThat(element(blocks.group(), "version")).isEqualTo(element(parent, "version"));
            assertThat(blocks.group().contains("<type>pom</type>"))
                    .isEqualTo(own.contains("<packaging>pom</packaging>"));
            assertThat(own).doesNotContain("maven.deploy.skip");
            artifacts.add(artifact);
        }
        assertThat(artifacts).containsExactly("rewrite-samediff", "rewrite-starter");
    }

    /** Whole projects to copy: nothing in them is filled in by this build. */
    @Test
    void the_consumer_projects_have_the_dependencies_of_the_readme() throws IOException {
        List<String> shown = dependencies(Project.text("README.md"));
        String pom = Project.text("rewrite-examples/src/it/consumer/pom.xml");
        assertThat(pom).doesNotContain("@");
        assertThat(dependencies(pom)).isEqualTo(shown);
        String served = Project.text("rewrite-examples/src/it/spring-boot/pom.xml");
        assertThat(served).doesNotContain("@");
        assertThat(dependencies(served)).hasSize(shown.size() + 1).containsAll(shown);
    }

    private static List<String> dependencies(String text) {
        return Pattern.compile("(?s)<dependency>.*?</dependency>")
                .matcher(text)
                .results()
                .map(found -> found.group().replaceAll("\\s", ""))
                .toList();
    }

    private static String element(String xml, String name) {
        Matcher element = Pattern.compile("<" + name + ">(.*?)</" + name + ">").matcher(xml);
        assertThat(element.find()).as(name).isTrue();
        return element.group(1);
    }

    private static String imports(String source) {
        return source.lines().filter(line -> line.startsWith("import ")).collect(Collectors.joining("\n"));
    }

    /** The README and the pages that it leads to. */
    static List<String> texts() throws IOException {
        try (Stream<Path> pages = Files.list(Project.file("docs"))) {
            return Stream.concat(
                            Stream.of("README.md"),
                            pages.map(page -> "docs/" + page.getFileName())
                                    .filter(page -> page.endsWith(".md"))
                                    .sorted())
                    .toList();
        }
    }

    @Test
    void theReadmeIsReadInAFewMinutes() throws IOException {
        assertThat(Project.text("README.md").lines().count()).isLessThanOrEqualTo(130);
    }

    @ParameterizedTest
    @MethodSource("texts")
    void everyLinkLeadsSomewhere(String text) throws IOException {
        Path folder = Objects.requireNonNull(Project.file(text).getParent());
        Matcher link = Pattern.compile("\\]\\(([^)\\s]+)\\)").matcher(Project.text(text));
        while (link.find()) {
            String target = link.group(1);
            if (target.startsWith("http")) {
                continue;
            }
            String[] parts = target.split("#", 2);
            Path file = parts[0].isEmpty() ? Project.file(text) : folder.resolve(parts[0]);
            assertThat(file).as(text + " leads to " + target).exists();
            if (parts.length == 2 && file.toString().endsWith(".md")) {
                assertThat(Files.readString(file).lines().map(ShippedTextTest::anchor))
                        .as(text + " leads to " + target)
                        .contains(parts[1]);
            }
        }
    }

    /** What GitHub calls a heading in links. */
    private static String anchor(String line) {
        return line.startsWith("#")
                ? line.replaceFirst("^#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 -]", "")
                        .replace(' ', '-')
                : "";
    }

    @Test
    void theConsumerProjectRunsTheQuickStart() throws IOException {
        String consumer = Project.text("rewrite-examples/src/it/consumer/src/main/java/com/example/QuickStart.java");
        assertThat(consumer.replace("package com.example;", "package io.github.rewrite4j.examples;"))
                .isEqualTo(Project.text(QUICK_START));
    }

    @Test
    void theEditFilesAreTheEditsOfTheMainJob() throws IOException {
        assertThat(EditFile.read(Project.file("rewrite-examples/edits/bun.json")))
                .isEqualTo(AvatarEdits.bun().plan());
        assertThat(EditFile.read(Project.file("rewrite-examples/edits/moustache.json")))
                .isEqualTo(AvatarEdits.moustache().plan());
    }

    /** Pictures and tables of measured numbers; a program is a class of the examples or benchmarks, or a command. */
    @Test
    void everyFigureNamesTheProgramThatMakesIt() throws IOException {
        List<String> figures = new ArrayList<>();
        StringBuilder all = new StringBuilder();
        for (String text : FIGURES) {
            all.append(Project.text(text)).append("\n## \n");
        }
        for (String section : SECTION.split(all, -1)) {
            String[] paragraphs = section.split("\n\\s*\n");
            for (int i = 0; i < paragraphs.length; i++) {
                if (paragraphs[i].contains("![")
                        || MEASURED_TABLE.matcher(paragraphs[i]).find()) {
                    String around = String.join(
                            "\n", List.of(paragraphs).subList(Math.max(0, i - 2), Math.min(paragraphs.length, i + 2)));
                    figures.add(paragraphs[i]);
                    assertThat(programs(around))
                            .as("programs named beside:\n" + paragraphs[i])
                            .isNotEmpty();
                }
            }
        }
        assertThat(figures).hasSizeGreaterThanOrEqualTo(9);
    }

    private static final List<String> FIGURES =
            List.of("README.md", "docs/pictures.md", "docs/domains.md", "docs/generators.md", "docs/performance.md");

    private static final Pattern SECTION = Pattern.compile("(?m)^## ");

    /** A row with a number that has a unit or a fraction. */
    private static final Pattern MEASURED_TABLE =
            Pattern.compile("(?m)^\\|[^\\n]*\\|\\s*[^|`\\n]*(?:\\.\\d|\\d (?:%|dB|ms|s|MB|GB))");

    private static List<String> programs(String text) throws IOException {
        List<String> found = new ArrayList<>();
        Matcher named = Pattern.compile("`(?:\\./rewrite ([a-z-]+)[^`]*|([A-Z][A-Za-z]+))`")
                .matcher(text);
        while (named.find()) {
            String command = named.group(1);
            if (command != null ? COMMANDS.contains(command) : isProgram(named.group(2))) {
                found.add(named.group());
            }
        }
        return found;
    }

    private static final Set<String> COMMANDS = Set.of("paste", "expand", "edit", "apply", "latent", "project");

    private static boolean isProgram(String name) throws IOException {
        for (String folder : List.of("rewrite-examples/src/main/java", "benchmarks/src/main/java")) {
            try (Stream<Path> files = Files.walk(Project.file(folder))) {
                Optional<Path> source =
                        files.filter(file -> file.endsWith(name + ".java")).findFirst();
                if (source.isPresent() && Files.readString(source.get()).contains("void main(String")) {
                    return true;
                }
            }
        }
        return false;
    }

    @ParameterizedTest
    @ValueSource(strings = {"a few kilobytes", "papers' tables", "any SameDiff graph", "any other network"})
    void whatWasNotTrueIsNotSaidAgain(String sentence) throws IOException {
        for (String text : texts()) {
            assertThat(Project.text(text)).as(text).doesNotContainIgnoringCase(sentence);
        }
    }

    /** Pages that say by which test or program a statement is held. */
    static List<String> pages() throws IOException {
        try (Stream<Path> measured = Files.list(Project.file("rewrite-examples/docs"))) {
            return Stream.of(
                            texts().stream(),
                            Stream.of("CHANGELOG.md", "CONTRIBUTING.md"),
                            measured.map(page -> "rewrite-examples/docs/" + page.getFileName())
                                    .filter(page -> page.endsWith(".md"))
                                    .sorted())
                    .flatMap(page -> page)
                    .toList();
        }
    }

    private static final Pattern NAMED_TEST =
            Pattern.compile("`([A-Z][A-Za-z0-9]*Test)(?:\\.(\\w+))?`((?:, `\\.\\w+`)*)");

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        Map<String, String> sources = sources();
        int named = 0;
        for (String page : pages()) {
            Matcher names = NAMED_TEST.matcher(Project.text(page));
            while (names.find()) {
                named++;
                assertThat(sources).as(page).containsKey(names.group(1));
                String source = sources.get(names.group(1));
                Stream.concat(
                                Stream.ofNullable(names.group(2)),
                                Stream.of(names.group(3).split("[^\\w]+")).filter(method -> !method.isEmpty()))
                        .forEach(method -> assertThat(source)
                                .as(page + " names " + names.group(1) + "." + method)
                                .contains("void " + method + "("));
            }
        }
        assertThat(named).isGreaterThan(40);
    }

    /** Whatever the table says a statement is held by is a class of this build. */
    @Test
    void whatHoldsAStatementExists() throws IOException {
        Map<String, String> sources = sources();
        int rows = 0;
        for (String line : Project.text("docs/capabilities.md").lines().toList()) {
            String[] cells = line.split(" \\| ", -1);
            if (!cells[0].matches("\\| [0-9, ]+")) {
                continue;
            }
            rows++;
            assertThat(cells).as(line).hasSizeGreaterThanOrEqualTo(4);
            assertThat(cells[3]).as("held by, in " + line).contains("Test");
            Matcher names = Pattern.compile("`([A-Z]\\w*)[.`]").matcher(cells[3]);
            while (names.find()) {
                assertThat(sources).as(line).containsKey(names.group(1));
            }
        }
        assertThat(rows).isGreaterThan(40);
    }

    /** Text of all Java files by the name of their class; of classes of one name all texts. */
    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        for (String kind : List.of("main", "test")) {
            for (Path module : modules()) {
                Path folder = module.resolve("src/" + kind + "/java");
                if (Files.isDirectory(folder)) {
                    try (Stream<Path> files = Files.walk(folder)) {
                        for (Path file : files.filter(java -> java.toString().endsWith(".java"))
                                .toList()) {
                            String name = String.valueOf(file.getFileName()).replace(".java", "");
                            sources.merge(name, Files.readString(file), String::concat);
                        }
                    }
                }
            }
        }
        return sources;
    }

    private static List<Path> modules() throws IOException {
        try (Stream<Path> folders = Files.list(Project.file("."))) {
            return folders.filter(folder -> Files.isRegularFile(folder.resolve("pom.xml")))
                    .toList();
        }
    }
}
