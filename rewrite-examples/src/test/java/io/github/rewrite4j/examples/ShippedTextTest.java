package io.github.rewrite4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.edit.EditFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written twice says the same. */
class ShippedTextTest {
    private static final String QUICK_START =
            "rewrite-examples/src/main/java/io/github/rewrite4j/examples/QuickStart.java";

    @ParameterizedTest
    @CsvSource({"Quick start, QuickStart", "A rule from a picture, FromPicture", "New domains, Domains"})
    void theSnippetsOfTheReadmeAreTheClassesThatCompile(String heading, String name) throws IOException {
        Matcher section = Pattern.compile("(?s)## " + heading + "\\n.*?```java\\n(.*?)```")
                .matcher(Project.text("README.md"));
        assertThat(section.find())
                .as("README.md has a section '" + heading + "' with Java")
                .isTrue();
        Matcher marked = Pattern.compile("(?s)// README begin\\n(.*?)\\n *// README end")
                .matcher(Project.text("rewrite-examples/src/main/java/io/github/rewrite4j/examples/" + name + ".java"));
        assertThat(marked.find()).isTrue();
        assertThat(section.group(1).strip())
                .isEqualTo(marked.group(1).stripIndent().strip());
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
    void everyFigureOfTheReadmeNamesTheProgramThatMakesIt() throws IOException {
        List<String> figures = new ArrayList<>();
        for (String section : SECTION.split(Project.text("README.md"), -1)) {
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

    @Test
    void thePicturesOfTheReadmeAreThere() throws IOException {
        Matcher picture = Pattern.compile("!\\[[^\\]]*\\]\\(([^)]*)\\)").matcher(Project.text("README.md"));
        while (picture.find()) {
            assertThat(Project.file(picture.group(1))).isNotEmptyFile();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a few kilobytes", "papers' tables", "any SameDiff graph", "any other network"})
    void whatWasNotTrueIsNotSaidAgain(String sentence) throws IOException {
        assertThat(Project.text("README.md")).doesNotContainIgnoringCase(sentence);
    }
}
