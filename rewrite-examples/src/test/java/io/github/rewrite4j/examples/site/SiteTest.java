package io.github.rewrite4j.examples.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages of the site lead somewhere, show their pictures, and load nothing from elsewhere. */
class SiteTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LINK =
            Pattern.compile("<(a|img|link|script|iframe)\\b[^>]*?(?:href|src)=\"([^\"]*)\"");

    @TempDir
    Path folder;

    @Test
    void linksResolveAndPicturesExistAndNothingIsLoadedFromElsewhere() throws Exception {
        new Site(ROOT, folder).write();
        List<String> broken = new ArrayList<>();
        int links = 0;
        int pictures = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path page :
                    files.filter(file -> file.toString().endsWith(".html")).toList()) {
                Matcher each = LINK.matcher(Files.readString(page));
                while (each.find()) {
                    links++;
                    pictures += each.group(1).equals("img") ? 1 : 0;
                    if (!resolves(page, each.group(1), each.group(2))) {
                        broken.add(folder.relativize(page) + " -> " + each.group(2));
                    }
                }
            }
        }
        assertThat(broken).isEmpty();
        assertThat(links).isGreaterThan(1000);
        assertThat(pictures).isGreaterThan(40);
        assertThat(Files.readString(folder.resolve("gallery.html"))).contains("<figcaption>");
        assertThat(Files.readString(folder.resolve("docs/spark.html")))
                .contains("<table>", "aria-current=\"page\">More samples", "href=\"../site.css\"");
    }

    private boolean resolves(Path page, String tag, String link) throws IOException {
        if (link.matches("[a-z]+:.*")) {
            return tag.equals("a") && link.matches("(https|mailto):.*");
        }
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        // The javadoc is written by another tool.
        if (target.equals(folder.resolve("api/index.html"))) {
            return true;
        }
        if (!target.startsWith(folder) || !Files.isRegularFile(target)) {
            return false;
        }
        if (tag.equals("img")) {
            return ImageIO.read(target.toFile()) != null;
        }
        return parts.length == 1 || Files.readString(target).contains("id=\"" + parts[1] + "\"");
    }

    @Test
    void aPageThatLinksToNothingIsRefused() throws Exception {
        for (String page : List.of("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")) {
            Files.writeString(folder.resolve(page), "# A page");
        }
        for (String part : List.of("docs", "rewrite-examples/docs", "benchmarks")) {
            Files.createDirectories(folder.resolve(part));
        }
        Files.writeString(folder.resolve("docs/one.md"), "# One\n\n[two](two.md)");
        assertThatThrownBy(() -> new Site(folder, folder.resolve("out")).write())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("docs/one.md links to two.md");
    }
}
