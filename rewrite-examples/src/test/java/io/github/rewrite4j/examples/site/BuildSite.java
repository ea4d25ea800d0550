package io.github.rewrite4j.examples.site;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.DocumentationTool;
import javax.tools.ToolProvider;

/** Writes the site: the pages, then the javadoc of all published modules as one. Arguments: the repository, the folder to write. */
final class BuildSite {
    private static final List<String> MODULES =
            List.of("rewrite-api", "rewrite-testkit", "rewrite-samediff", "rewrite-avatars", "rewrite-spark");

    private static final String ROOM = "io.github.rewrite4j";

    /** Titles, each with its packages. */
    private static final List<List<String>> GROUPS = List.of(
            List.of("Contracts", "", "edit", "latent", "stats", "family", "recipe"),
            List.of("Files and pictures", "io*", "image*"),
            List.of("Generators", "samediff.generator*", "avatars*"),
            List.of(
                    "Rewriting",
                    "samediff.strategy*",
                    "samediff.composition*",
                    "samediff.closedform*",
                    "samediff.projector*",
                    "samediff.search*",
                    "samediff.dissection*",
                    "samediff.study*"),
            List.of("Domains and latents", "samediff.expansion*", "samediff.latent*", "samediff.inversion*"),
            List.of(
                    "Measuring",
                    "samediff.metric*",
                    "samediff.perception*",
                    "samediff.evaluation*",
                    "samediff.ablation*"),
            List.of("For those who extend it", "testkit*", "samediff*"),
            List.of("Clusters", "spark"));

    private BuildSite() {}

    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            System.err.println("usage: BuildSite REPOSITORY FOLDER");
            System.exit(2);
        }
        Path root = Path.of(args[0]).toAbsolutePath().normalize();
        Path out = Path.of(args[1]).toAbsolutePath().normalize();
        long begin = System.nanoTime();
        new Site(root, out).write();
        javadoc(root, out.resolve("api"));
        System.out.printf(
                Locale.ROOT, "site in %s: %.0f s%n", out.resolve("index.html"), (System.nanoTime() - begin) * 1e-9);
    }

    private static void javadoc(Path root, Path out) throws IOException {
        DocumentationTool javadoc = Objects.requireNonNull(
                ToolProvider.getSystemDocumentationTool(), "javadoc belongs to a JDK, not a JRE");
        List<String> arguments = new ArrayList<>(List.of(
                "-quiet",
                "-Xdoclint:none",
                "-notimestamp",
                "-encoding",
                "UTF-8",
                "-windowtitle",
                "Rewrite4J",
                "-doctitle",
                "Rewrite4J",
                "-header",
                "<a href=\"{@docRoot}/../index.html\">Guide</a>",
                "-classpath",
                System.getProperty("java.class.path"),
                "-d",
                out.toString()));
        for (List<String> group : GROUPS) {
            String packages = group.stream()
                    .skip(1)
                    .map(name -> name.isEmpty() ? ROOM : ROOM + "." + name)
                    .collect(Collectors.joining(":"));
            arguments.addAll(List.of("-group", group.get(0), packages));
        }
        arguments.addAll(sources(root));
        int status = javadoc.run(null, null, null, arguments.toArray(String[]::new));
        if (status != 0) {
            throw new IOException("javadoc ended with status " + status + ".");
        }
    }

    /** Of the packages of users; the others are read from their classes. */
    private static List<String> sources(Path root) throws IOException {
        List<String> sources = new ArrayList<>();
        for (String module : MODULES) {
            Path folder = root.resolve(module).resolve("src/main/java");
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .filter(file -> {
                            String name = folder.relativize(file).toString().replace(File.separatorChar, '/');
                            return !name.contains("/internal/") && !name.contains("/samediff/engine/");
                        })
                        .map(Path::toString)
                        .sorted()
                        .forEach(sources::add);
            }
        }
        return sources;
    }
}
