package io.github.rewrite4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.edit.Region;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Servers have no graphics toolkit to lose time and libraries for: PNG files and masks do without. */
class NoToolkitTest {
    /** What a server does with pictures, in a JVM of its own. */
    static final class Server {
        private Server() {}

        public static void main(String[] args) throws IOException {
            byte[] png = Images.greyPng(new float[][] {{0, 1, 1, 0}, {0, 1, 1, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}});
            Pixels pixels = Pixels.read(new ByteArrayInputStream(png), "upload");
            Region region = Region.png(pixels.toPng());
            System.out.println("selected " + region.onImage(4, 4).selectedCells());
            if (args.length > 0) {
                Pixels.of(pixels.toBufferedImage());
            }
        }
    }

    private static String run(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+init=info",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                Server.class.getName()));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void pngFilesAndMasksStartNoToolkit() throws Exception {
        String output = run();
        assertThat(output).contains("selected 4").contains("io/github/rewrite4j/image/internal/PngEncoder");
        assertThat(output.lines().filter(line -> line.contains("Initializing '")))
                .noneMatch(
                        line -> line.contains("'java/awt/") || line.contains("'sun/awt") || line.contains("imageio"));
        assertThat(run("with pictures of Java").lines())
                .anyMatch(line -> line.contains("'java/awt/image/BufferedImage'"));
    }
}
