package io.github.rewrite4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.edit.EditFile;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
}
