package io.github.rewrite4j.spark;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A standalone cluster of Spark on this machine: a master and workers as processes of their own, from the jars of this process's
 * class path, on the loopback interface.
 */
final class LocalCluster implements AutoCloseable {
    private static final List<String> CLASS_PATH =
            List.of(System.getProperty("java.class.path").split(File.pathSeparator, -1));

    private final Path home;
    private final int port;
    private final List<Process> processes = new ArrayList<>();

    private LocalCluster(Path home, int port) {
        this.home = home;
        this.port = port;
    }

    /** Starts a master and workers of one core each. */
    static LocalCluster start(Path folder, int workers) throws IOException, InterruptedException {
        Path jars = Files.createDirectories(folder.resolve("jars"));
        int number = 0;
        for (String entry : CLASS_PATH) {
            Path file = Path.of(entry).toAbsolutePath();
            if (entry.endsWith(".jar")) {
                // Two jars of different folders may have one name.
                Files.createSymbolicLink(jars.resolve(number++ + "-" + file.getFileName()), file);
            }
        }
        LocalCluster cluster = new LocalCluster(folder, freePort());
        cluster.launch(
                "org.apache.spark.deploy.master.Master",
                "--host",
                "127.0.0.1",
                "--port",
                "" + cluster.port,
                "--webui-port",
                "" + freePort());
        cluster.waitForMaster();
        for (int i = 0; i < workers; i++) {
            cluster.launch(
                    "org.apache.spark.deploy.worker.Worker",
                    "--host",
                    "127.0.0.1",
                    "--webui-port",
                    "" + freePort(),
                    "--cores",
                    "1",
                    "--memory",
                    "2g",
                    "--work-dir",
                    folder.resolve("work" + i).toString(),
                    cluster.url());
        }
        return cluster;
    }

    String url() {
        return "spark://127.0.0.1:" + port;
    }

    /** Class folders and resources of this process, which executors need beside the jars. */
    static String classFolders() {
        List<String> folders = new ArrayList<>();
        for (String entry : CLASS_PATH) {
            if (!entry.endsWith(".jar")) {
                folders.add(Path.of(entry).toAbsolutePath().toString());
            }
        }
        return String.join(File.pathSeparator, folders);
    }

    /** Ends a worker and its executor without warning, as a machine that is lost. */
    void killWorker(int worker) {
        ProcessHandle lost = processes.get(1 + worker).toHandle();
        List<ProcessHandle> all = new ArrayList<>(lost.descendants().toList());
        all.add(lost);
        all.forEach(ProcessHandle::destroyForcibly);
    }

    private void launch(String main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx512m",
                "-cp",
                home.resolve("jars") + "/*",
                main));
        command.addAll(List.of(arguments));
        Map<String, String> environment =
                Map.of("SPARK_HOME", home.toString(), "SPARK_SCALA_VERSION", "2.13", "SPARK_LOCAL_IP", "127.0.0.1");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        home.resolve(main + "-" + processes.size() + ".log").toFile());
        builder.environment().putAll(environment);
        processes.add(builder.start());
    }

    private void waitForMaster() throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                return;
            } catch (IOException notYet) {
                if (System.nanoTime() > end) {
                    throw new IOException("The master did not start; see the logs in " + home + ".", notYet);
                }
                Thread.sleep(200);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        for (Process process : processes) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
