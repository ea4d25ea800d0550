package io.github.rewrite4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Notebooks run cell by cell, with smaller numbers in the cell that is tagged for parameters. */
class NotebookTest {
    private static final Path NOTEBOOKS = Path.of("notebooks").toAbsolutePath();

    @TempDir
    private Path folder;

    /** Runs a notebook and gives the values that its cells end with. */
    private List<String> run(String name, String parameters) throws IOException {
        JsonNode notebook = new ObjectMapper().readTree(Files.readString(NOTEBOOKS.resolve(name + ".ipynb")));
        assertThat(notebook.path("nbformat").asInt()).isEqualTo(4);
        List<String> values = new ArrayList<>();
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
                JShell shell = JShell.builder()
                        .executionEngine("local")
                        .compilerOptions("--class-path", System.getProperty("java.class.path"))
                        .out(out)
                        .err(out)
                        .build()) {
            int cells = 0;
            for (JsonNode cell : notebook.path("cells")) {
                List<String> tags = new ArrayList<>();
                cell.path("metadata").path("tags").forEach(tag -> tags.add(tag.asText()));
                if (cell.path("cell_type").asText().equals("code") && !tags.contains("kernel")) {
                    StringBuilder source = new StringBuilder();
                    cell.path("source").forEach(line -> source.append(line.asText()));
                    evaluate(shell, source.toString(), values);
                    cells++;
                    if (tags.contains("parameters")) {
                        evaluate(shell, parameters, values);
                    }
                }
            }
            assertThat(cells).isGreaterThan(5);
        }
        return values;
    }

    private static void evaluate(JShell shell, String source, List<String> values) {
        SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
        String rest = source;
        while (!rest.isBlank()) {
            SourceCodeAnalysis.CompletionInfo next = analysis.analyzeCompletion(rest);
            assertThat(next.completeness().isComplete()).as(rest).isTrue();
            for (SnippetEvent event : shell.eval(next.source())) {
                assertThat(event.exception()).as(next.source()).isNull();
                assertThat(event.status())
                        .as(
                                "%s: %s",
                                next.source(),
                                shell.diagnostics(event.snippet()).toList())
                        .isIn(Snippet.Status.VALID, Snippet.Status.OVERWRITTEN);
                if (event.snippet().subKind() == Snippet.SubKind.TEMP_VAR_EXPRESSION_SUBKIND) {
                    values.add(String.valueOf(event.value()));
                }
            }
            rest = next.remaining();
        }
    }

    private String into(String numbers) {
        return numbers + " out = Path.of(\"" + folder.toString().replace("\\", "/") + "\");";
    }

    @Test
    void the_quick_start_draws_faces_before_and_after_and_keeps_the_patch() throws IOException {
        List<String> values = run("quick-start", into("shown = 2; rank = 2; drawn = 4;"));
        assertThat(values).filteredOn(value -> value.contains("BufferedImage")).hasSize(2);
        assertThat(folder.resolve("moustache.safetensors")).isNotEmptyFile();
    }

    @Test
    void a_drawing_becomes_a_rule() throws IOException {
        List<String> values = run(
                "from-picture",
                into("steps = 2; drawn = 4; drawing = Path.of(\""
                        + NOTEBOOKS
                                .resolve("../edits/eyepatch.png")
                                .normalize()
                                .toString()
                                .replace("\\", "/")
                        + "\");"));
        assertThat(values).filteredOn(value -> value.contains("BufferedImage")).hasSize(2);
        assertThat(folder.resolve("eyepatch.safetensors")).isNotEmptyFile();
    }
}
