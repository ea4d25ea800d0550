package io.github.rewrite4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.edit.EditFile;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is written twice says the same. */
class ShippedTextTest {
    private static final String QUICK_START =
            "rewrite-examples/src/main/java/io/github/rewrite4j/examples/QuickStart.java";

    @Test
    void theQuickStartOfTheReadmeIsTheClassThatCompiles() throws IOException {
        Matcher section =
                Pattern.compile("(?s)## Quick start\\n.*?```java\\n(.*?)```").matcher(Project.text("README.md"));
        assertThat(section.find())
                .as("README.md has a section 'Quick start' with Java")
                .isTrue();
        Matcher marked =
                Pattern.compile("(?s)// README begin\\n(.*?)\\n *// README end").matcher(Project.text(QUICK_START));
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
