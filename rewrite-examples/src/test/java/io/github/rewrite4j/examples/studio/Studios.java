package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.examples.cli.Rewrite;
import io.github.rewrite4j.image.Images;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What tests of the studio have in common. */
final class Studios {
    static final Region CROWN = Region.ellipse(32, 10, 11, 9);

    private static final int SIZE = 64;
    private static final int LONGEST_WAIT_SECONDS = 240;

    private Studios() {}

    /** A mask as a canvas gives it. */
    static byte[] png(Region region) throws IOException {
        Mask mask = region.onImage(SIZE, SIZE);
        float[][] rows = new float[SIZE][SIZE];
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                rows[y][x] = mask.value(y, x);
            }
        }
        return Images.greyPng(rows);
    }

    /** Waits for a job and returns it. */
    static Job ended(Job job) throws InterruptedException {
        long until = System.nanoTime() + LONGEST_WAIT_SECONDS * 1_000_000_000L;
        while (job.state() == Job.State.RUNNING && System.nanoTime() < until) {
            Thread.sleep(20);
        }
        return job;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> draft(StudioSession session) {
        return (Map<String, Object>) session.state().get("draft");
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> rules(StudioSession session) {
        return (List<Map<String, Object>>) draft(session).get("rules");
    }

    /** Mean absolute difference of two frames over a part of the images, of 255. */
    static double difference(Frame one, Frame other, int image, Region part) {
        Mask mask = part.onImage(one.height(), one.width());
        double sum = 0;
        int count = 0;
        for (int y = 0; y < one.height(); y++) {
            for (int x = 0; x < one.width(); x++) {
                if (mask.value(y, x) > 0) {
                    int at = ((image * one.height() + y) * one.width() + x) * 4;
                    for (int c = 0; c < 3; c++) {
                        sum += Math.abs((one.rgba()[at + c] & 255) - (other.rgba()[at + c] & 255));
                        count++;
                    }
                }
            }
        }
        return sum / count;
    }

    /** Starts the studio as a program of its own. */
    static Process command(Path folder, int port) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path"),
                Rewrite.class.getName()));
        command.addAll(List.of("studio", "--no-browser", "--port", Integer.toString(port), "--out", folder.toString()));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** Waits until the program has said where its page is. */
    static String address(Process studio) throws IOException {
        BufferedReader said =
                new BufferedReader(new InputStreamReader(studio.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder all = new StringBuilder();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            all.append(line).append('\n');
            int at = line.indexOf("http://127");
            if (at >= 0) {
                return line.substring(at).strip();
            }
        }
        throw new AssertionError("The command said: " + all);
    }
}
