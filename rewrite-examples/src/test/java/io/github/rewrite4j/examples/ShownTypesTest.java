package io.github.rewrite4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is public is shown: by an example, the README or the docs. What no user calls is internal. */
class ShownTypesTest {
    private static final Path ROOT = Path.of(System.getProperty("basedir", "."))
            .toAbsolutePath()
            .resolve("..")
            .normalize();

    /** Modules that are published. */
    private static final List<String> PUBLISHED =
            List.of("rewrite-api", "rewrite-testkit", "rewrite-samediff", "rewrite-avatars", "rewrite-spark");

    private static final Pattern WORD = Pattern.compile("\\w+");

    @Test
    void every_public_type_is_named_where_users_read() throws IOException {
        Set<String> shown = new HashSet<>();
        words(ROOT.resolve("README.md"), shown);
        for (String folder : List.of("docs", "rewrite-examples/docs")) {
            files(ROOT.resolve(folder), file -> file.toString().endsWith(".md")).forEach(file -> words(file, shown));
        }
        for (String folder : List.of("rewrite-examples/src/main/java", "rewrite-examples/src/it")) {
            files(ROOT.resolve(folder), file -> file.toString().endsWith(".java"))
                    .forEach(file -> words(file, shown));
        }
        List<String> hidden = new ArrayList<>();
        int types = 0;
        for (String module : PUBLISHED) {
            Path sources = ROOT.resolve(module).resolve("src/main/java");
            for (Path file : files(sources, ShownTypesTest::isOfUsers)) {
                String name = file.getFileName().toString().replace(".java", "");
                String declared = "(?m)^public .*\\b(class|interface|record|enum|@interface) " + name + "\\b";
                if (Pattern.compile(declared).matcher(Files.readString(file)).find()) {
                    types++;
                    if (!shown.contains(name)) {
                        hidden.add(sources.relativize(file).toString());
                    }
                }
            }
        }
        assertThat(types).isGreaterThan(300);
        assertThat(hidden)
                .as("public types that neither README, docs nor examples name: show them (docs/types.md), or make them"
                        + " package-private or internal")
                .isEmpty();
    }

    /** The packages whose javadoc is published. */
    private static boolean isOfUsers(Path file) {
        String name = file.toString().replace('\\', '/');
        return name.endsWith(".java") && !name.contains("/internal/") && !name.contains("/samediff/engine/");
    }

    private static List<Path> files(Path folder, Predicate<Path> wanted) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).filter(wanted).sorted().toList();
        }
    }

    private static void words(Path file, Set<String> to) {
        try {
            Matcher words = WORD.matcher(Files.readString(file));
            while (words.find()) {
                to.add(words.group());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
