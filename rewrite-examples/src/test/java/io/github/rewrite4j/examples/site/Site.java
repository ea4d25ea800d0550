package io.github.rewrite4j.examples.site;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The guide and its gallery: every page of {@code docs} and {@code rewrite-examples/docs}, README, changelog and what they link to, at the
 * paths of the repository. Nothing in the pages is loaded from another host.
 */
final class Site {
    private static final List<String> FIRST = List.of("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md");
    private static final Map<String, String> FOLDERS =
            Map.of("docs", "Guide", "rewrite-examples/docs", "Measured", "benchmarks", "Benchmarks");
    private static final List<String> ORDER = List.of("", "docs", "rewrite-examples/docs", "benchmarks");

    private final Path root;
    private final Path out;
    private final Map<String, Markdown> pages = new LinkedHashMap<>();

    /**
     * @param root of the repository
     * @param out folder of the pages
     */
    Site(Path root, Path out) throws IOException {
        this.root = root;
        this.out = out;
        for (String page : FIRST) {
            add(page);
        }
        for (String folder : ORDER.subList(1, ORDER.size())) {
            try (Stream<Path> files = Files.list(root.resolve(folder))) {
                for (Path file : files.filter(each -> each.toString().endsWith(".md"))
                        .sorted()
                        .toList()) {
                    add(folder + "/" + file.getFileName());
                }
            }
        }
    }

    /** Adds a page, and those that it links to. */
    private void add(String page) throws IOException {
        if (pages.containsKey(page)) {
            return;
        }
        Markdown content = new Markdown(Files.readString(root.resolve(page)));
        pages.put(page, content);
        for (String destination : content.destinations()) {
            if (!isElsewhere(destination)) {
                Path file = linked(page, destination);
                if (file.toString().endsWith(".md")) {
                    add(root.relativize(file).toString().replace('\\', '/'));
                }
            }
        }
    }

    private Path linked(String from, String destination) throws IOException {
        Path file = root.resolve(from)
                .resolveSibling(destination.replaceFirst("#.*", ""))
                .normalize();
        if (!file.startsWith(root) || !Files.isRegularFile(file)) {
            throw new IOException(from + " links to " + destination + ", which is no file of the repository.");
        }
        return file;
    }

    /** Writes all pages, and what they show or link to. */
    void write() throws IOException {
        List<String> gallery = new ArrayList<>();
        for (Map.Entry<String, Markdown> page : List.copyOf(pages.entrySet())) {
            String path = page.getKey();
            Markdown content = page.getValue();
            for (String destination : new TreeSet<>(content.destinations())) {
                copy(path, destination);
            }
            for (Markdown.Picture picture : content.pictures()) {
                gallery.add(figure(path, content.title(), picture));
            }
            write(path, content.title(), content.html(Site::page));
        }
        write(
                "gallery.md",
                "Gallery",
                "<h1>Gallery</h1>\n<p>What the pages show, as it was measured.</p>\n<div class=\"gallery\">\n"
                        + String.join("\n", gallery) + "\n</div>");
        Files.writeString(out.resolve("site.css"), STYLE);
    }

    private static String figure(String path, String title, Markdown.Picture picture) {
        String folder = path.contains("/") ? path.substring(0, path.lastIndexOf('/') + 1) : "";
        return "<figure><a href=\"" + page(path) + "\"><img loading=\"lazy\" src=\"" + folder
                + escaped(picture.source())
                + "\" alt=\"" + escaped(picture.caption()) + "\"></a><figcaption>" + escaped(picture.caption())
                + " (<a href=\"" + page(path) + "\">" + escaped(title) + "</a>)</figcaption></figure>";
    }

    /** Where a link of the repository leads on the site. */
    private static String page(String destination) {
        if (isElsewhere(destination)) {
            return destination;
        }
        return destination.replaceFirst("README\\.md(#|$)", "index.html$1").replaceFirst("\\.md(#|$)", ".html$1");
    }

    private static boolean isElsewhere(String destination) {
        return destination.matches("^(#|[a-z]+:).*");
    }

    private void copy(String from, String destination) throws IOException {
        if (isElsewhere(destination)) {
            return;
        }
        Path file = linked(from, destination);
        if (!file.toString().endsWith(".md")) {
            Path to = out.resolve(root.relativize(file).toString());
            Files.createDirectories(to.getParent());
            Files.copy(file, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private void write(String path, String title, String body) throws IOException {
        Path file = out.resolve(page(path));
        Files.createDirectories(file.getParent());
        String up = "../".repeat(path.split("/", -1).length - 1);
        Files.writeString(
                file,
                "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>"
                        + escaped(title) + (title.contains("Rewrite4J") ? "" : " - Rewrite4J")
                        + "</title>\n<link rel=\"stylesheet\" href=\"" + up + "site.css\">\n</head>\n<body>\n<nav>\n"
                        + navigation(path, up) + "</nav>\n<main>\n" + body + "</main>\n</body>\n</html>\n");
    }

    private String navigation(String current, String up) {
        StringBuilder text = new StringBuilder();
        text.append("<a class=\"name\" href=\"").append(up).append("index.html\">Rewrite4J</a>\n<ul>\n");
        entry(text, up + "index.html", "Start", current.equals("README.md"));
        entry(text, up + "gallery.html", "Gallery", current.equals("gallery.md"));
        entry(text, up + "api/index.html", "Javadoc", false);
        for (String folder : ORDER) {
            if (!folder.isEmpty()) {
                text.append("</ul>\n<h2>").append(FOLDERS.get(folder)).append("</h2>\n<ul>\n");
            }
            pages.forEach((path, content) -> {
                String in = path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : "";
                if (in.equals(folder) && !path.equals("README.md")) {
                    entry(text, up + page(path), content.title(), path.equals(current));
                }
            });
        }
        return text.append("</ul>\n").toString();
    }

    private static void entry(StringBuilder text, String link, String title, boolean current) {
        text.append("<li><a href=\"").append(link).append(current ? "\" aria-current=\"page" : "");
        text.append("\">").append(escaped(title)).append("</a></li>\n");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static final String STYLE = """
            :root { color-scheme: light dark; --line: #8884; --link: #0b62a8; }
            @media (prefers-color-scheme: dark) { :root { --link: #7dbdf5; } }
            body { margin: 0; font: 16px/1.55 system-ui, sans-serif; display: grid; grid-template-columns: 16rem minmax(0, 1fr); }
            nav { border-right: 1px solid var(--line); padding: 1.5rem 1rem; font-size: .9rem; }
            nav .name { font-weight: 700; font-size: 1.1rem; text-decoration: none; }
            nav h2 { font-size: .8rem; margin: 1.2rem 0 .3rem; opacity: .7; }
            nav ul { list-style: none; margin: .4rem 0; padding: 0; }
            nav li { margin: .25rem 0; }
            nav a[aria-current] { font-weight: 700; }
            main { padding: 1.5rem 2.5rem; max-width: 62rem; }
            a { color: var(--link); }
            pre { overflow-x: auto; padding: .8rem 1rem; border: 1px solid var(--line); border-radius: 6px; }
            code { font: .88em ui-monospace, monospace; }
            table { border-collapse: collapse; display: block; overflow-x: auto; }
            th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; vertical-align: top; }
            img { max-width: 100%; height: auto; }
            .gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); gap: 1.5rem; }
            figure { margin: 0; border: 1px solid var(--line); border-radius: 6px; padding: .8rem; }
            figure img { display: block; margin: 0 auto .6rem; max-height: 24rem; }
            figcaption { font-size: .88rem; }
            @media (max-width: 50rem) { body { display: block; } nav { border: 0; } main { padding: 1rem; } }
            """;
}
