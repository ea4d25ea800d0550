package io.github.rewrite4j.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    private Path folder;

    private static AtomicFile.Content text(String text) {
        return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> filesInFolder() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void writesAndReplaces() throws IOException {
        Path file = folder.resolve("a.txt");
        AtomicFile.write(file, text("old"));
        AtomicFile.write(file, text("new"));
        assertThat(file).hasContent("new");
        assertThat(filesInFolder()).containsExactly("a.txt");
    }

    @Test
    void makesParentFolders() throws IOException {
        Path file = folder.resolve("x/y/z.txt");
        AtomicFile.write(file, text("deep"));
        assertThat(file).hasContent("deep");
    }

    @Test
    void aFullDiskLeavesTheOldFileAndNothingElse() throws IOException {
        Path file = folder.resolve("a.txt");
        AtomicFile.write(file, text("old"));
        assertThatIOException()
                .isThrownBy(() -> AtomicFile.write(file, out -> {
                    out.write(new byte[200_000]);
                    throw new IOException("No space left on device");
                }))
                .withMessageContaining("Could not write '" + file + "': No space left on device. What was there before")
                .withMessageContaining("has room");
        assertThat(file).hasContent("old");
        assertThat(filesInFolder()).containsExactly("a.txt");
    }

    @Test
    void anUncheckedFailurePassesThroughAndLeavesTheOldFile() throws IOException {
        Path file = folder.resolve("a.txt");
        AtomicFile.write(file, text("old"));
        assertThatIllegalStateException()
                .isThrownBy(() -> AtomicFile.write(file, out -> {
                    out.write(1);
                    throw new IllegalStateException("cancelled");
                }))
                .withMessage("cancelled");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> AtomicFile.write(folder.resolve("b.txt"), out -> {
                    throw new AssertionError("worse");
                }));
        assertThat(file).hasContent("old");
        assertThat(filesInFolder()).containsExactly("a.txt");
    }

    @Test
    void theOldFileIsSeenUntilTheNewOneIsComplete() throws IOException {
        Path file = folder.resolve("a.txt");
        AtomicFile.write(file, text("old"));
        AtomicFile.write(file, out -> {
            out.write(new byte[100_000]);
            assertThat(file).hasContent("old");
        });
        assertThat(file).hasSize(100_000);
    }

    @Test
    void aFolderThatCannotBeMadeIsReported() throws IOException {
        Path notAFolder = Files.writeString(folder.resolve("file"), "x");
        assertThatIOException()
                .isThrownBy(() -> AtomicFile.write(notAFolder.resolve("a.txt"), text("new")))
                .withMessageContaining("Could not write '" + notAFolder.resolve("a.txt"))
                .withMessageContaining("see that the folder can be written");
        assertThat(notAFolder).hasContent("x");
    }

    @Test
    void aFolderThatMustNotBeWrittenIsReported() throws IOException {
        Path locked = Files.createDirectory(folder.resolve("locked"));
        assumeTrue(Files.getFileStore(locked).supportsFileAttributeView("posix"), "permissions are those of POSIX");
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-x------"));
        assumeTrue(!Files.isWritable(locked), "the superuser may write everywhere");
        assertThatIOException()
                .isThrownBy(() -> AtomicFile.write(locked.resolve("a.txt"), text("new")))
                .withMessageContaining("is denied. Allow writing to this folder or choose another.");
    }

    @Test
    void aFolderIsNotReplaced() {
        assertThatIOException()
                .isThrownBy(() -> AtomicFile.write(folder, text("new")))
                .withMessageContaining("it is a folder; give the name of a file in it");
    }

    @Test
    void aLinkStaysALink() throws IOException {
        Path real = Files.writeString(folder.resolve("real.txt"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link.txt"), Path.of("real.txt"));
        AtomicFile.write(link, text("new"));
        assertThat(link).isSymbolicLink();
        assertThat(real).hasContent("new");
    }

    @Test
    void theLongestNameWorks() throws IOException {
        Path file = folder.resolve("n".repeat(255));
        AtomicFile.write(file, text("long"));
        assertThat(file).hasContent("long");
    }

    @Test
    void newFilesHaveTheUsualPermissions() throws IOException {
        assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"), "permissions are those of POSIX");
        Path usual = Files.writeString(folder.resolve("usual.txt"), "x");
        Path ours = folder.resolve("ours.txt");
        AtomicFile.write(ours, text("x"));
        assertThat(Files.getPosixFilePermissions(ours)).isEqualTo(Files.getPosixFilePermissions(usual));
    }

    @Test
    void concurrentWritersLeaveOneValidFile() throws Exception {
        Path file = folder.resolve("shared.safetensors");
        CountDownLatch start = new CountDownLatch(2);
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            List<Future<?>> writers = new ArrayList<>();
            for (float value : new float[] {1, 2}) {
                float[] values = new float[30_000];
                Arrays.fill(values, value);
                writers.add(pool.submit(() -> {
                    start.countDown();
                    start.await();
                    for (int i = 0; i < 10; i++) {
                        new SafeTensorsWriter().add("x", values, values.length).write(file);
                        try (SafeTensors seen = SafeTensors.open(file)) {
                            assertThat(seen.floats("x")).containsOnly(seen.floats("x")[0]);
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        } finally {
            pool.shutdownNow();
        }
        try (SafeTensors last = SafeTensors.open(file)) {
            float[] values = last.floats("x");
            assertThat(values).hasSize(30_000).containsOnly(values[0]);
            assertThat(values[0]).isIn(1f, 2f);
        }
        assertThat(filesInFolder()).containsExactly("shared.safetensors");
    }

    @Test
    void aLinkToAFileThatDoesNotExistYetStaysALink() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link.txt"), Path.of("real.txt"));
        AtomicFile.write(link, text("new"));
        assertThat(link).isSymbolicLink();
        assertThat(folder.resolve("real.txt")).hasContent("new");
    }

    @Test
    void aLinkIntoNothingIsNamed() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link.txt"), Path.of("nowhere/real.txt"));
        assertThatIOException()
                .isThrownBy(() -> AtomicFile.write(link, text("new")))
                .withMessageContaining("it is a link to 'nowhere/real.txt', where no file can be made");
        Path out = Files.createSymbolicLink(folder.resolve("out"), Path.of("nowhere"));
        assertThatIOException()
                .isThrownBy(() -> AtomicFile.write(out.resolve("a/b.txt"), text("new")))
                .withMessageContaining(out + " is a link to 'nowhere', and there is nothing: make that folder");
        Path circle = Files.createSymbolicLink(folder.resolve("circle"), Path.of("circle"));
        assertThatIOException()
                .isThrownBy(() -> AtomicFile.write(circle, text("new")))
                .withMessageContaining("circle");
        assertThat(filesInFolder()).containsExactly("circle", "link.txt", "out");
    }

    @Test
    void whatAKilledProcessLeftIsSweptByTheNextWrite() throws Exception {
        Process writer = writing();
        Path left = temporary();
        AtomicFile.write(folder.resolve("b.txt"), text("while it lives"));
        assertThat(left).as("it is being written").exists();

        writer.destroyForcibly().waitFor();
        assertThat(left).as("nobody removed it").exists();
        AtomicFile.write(folder.resolve("b.txt"), text("afterwards"));
        assertThat(filesInFolder()).containsExactly("b.txt");
    }

    @Test
    void onlyWhatIsOursIsSwept() throws IOException {
        List<String> others = List.of(
                ".a.txt.6c1e1d0e-5f9a-4b39-a8de-0f6b7d1f3a11.tmp",
                "a.rewrite4j.tmp",
                ".rewrite4j",
                ".x.rewrite4j.tmp.bak");
        for (String other : others) {
            Files.writeString(folder.resolve(other), "not ours");
        }
        Files.createDirectory(folder.resolve(".folder.rewrite4j.tmp"));
        Files.createSymbolicLink(folder.resolve(".link.rewrite4j.tmp"), Path.of(others.get(0)));
        AtomicFile.write(folder.resolve("b.txt"), text("new"));
        assertThat(filesInFolder())
                .containsAll(others)
                .contains(".folder.rewrite4j.tmp", ".link.rewrite4j.tmp")
                .hasSize(others.size() + 3);
    }

    @Test
    void filesThatAreBeingWrittenByOthersHereStay() throws IOException {
        AtomicFile.write(folder.resolve("a.txt"), out -> {
            out.write(new byte[100_000]);
            AtomicFile.write(folder.resolve("b.txt"), text("in between"));
            assertThat(temporary()).exists();
        });
        assertThat(folder.resolve("a.txt")).hasSize(100_000);
        assertThat(filesInFolder()).containsExactly("a.txt", "b.txt");
    }

    private Path temporary() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".rewrite4j.tmp"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Another Java that is in the middle of a write. */
    private Process writing() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EndlessWriter.class.getName(),
                        folder.resolve("a.txt").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(process.getInputStream().read()).as("it has begun").isEqualTo('!');
        return process;
    }

    /** Writes a file and never comes to its end. */
    static final class EndlessWriter {
        private EndlessWriter() {}

        public static void main(String[] args) throws IOException {
            AtomicFile.write(Path.of(args[0]), out -> {
                out.write(new byte[100_000]);
                System.out.print('!');
                System.out.flush();
                try {
                    Thread.sleep(600_000);
                } catch (InterruptedException ended) {
                    Thread.currentThread().interrupt();
                }
            });
        }
    }

    @Test
    void anInterruptedWriteLeavesTheFormerFileAndSaysSo() throws IOException {
        Path file = Files.writeString(folder.resolve("former"), "former");
        try {
            Thread.currentThread().interrupt();
            assertThatExceptionOfType(InterruptedIOException.class)
                    .isThrownBy(() -> AtomicFile.write(file, out -> out.write(new byte[100_000])))
                    .withMessageContaining("the thread was interrupted")
                    .withMessageContaining("unchanged");
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
        assertThat(file).hasContent("former");
        assertThat(folder).isDirectoryNotContaining(other -> !other.equals(file));
    }
}
