package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.nd4j.shade.jackson.databind.JsonNode;

/** The jobs of a session, one at a time, in a thread of their own; the last few that ended are remembered. */
final class Jobs implements AutoCloseable {
    private static final int REMEMBERED = 8;
    private static final int SECONDS_TO_STOP = 20;
    private static final long NANOS_BETWEEN = 80_000_000L;

    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread worker = new Thread(work, "studio-job");
        worker.setDaemon(true);
        return worker;
    });
    private final Map<String, Job> jobs = new LinkedHashMap<>();
    private final Runnable changed;

    /** What a job does. */
    @FunctionalInterface
    interface Work {
        /** The result, for the page. */
        Map<String, Object> run(RewriteListener listener) throws IOException;
    }

    Jobs(Runnable changed) {
        this.changed = changed;
    }

    /** Remembers a job that was running when the studio ended. */
    synchronized void lost(JsonNode memory) {
        Map<String, Object> request = new LinkedHashMap<>();
        memory.path("request").fields().forEachRemaining(field -> request.put(field.getKey(), field.getValue()));
        Job job = new Job(
                memory.path("id").asText(),
                memory.path("kind").asText(),
                memory.path("title").asText(),
                request);
        job.end(Job.State.LOST, "The studio ended while this was running, so its result is lost. Start it again.");
        jobs.put(job.id(), job);
    }

    /**
     * Starts a job.
     *
     * @throws IllegalStateException when another is running
     */
    Job start(String kind, String title, Map<String, Object> request, Work work) {
        Job job;
        synchronized (this) {
            jobs.values().stream()
                    .filter(other -> other.state() == Job.State.RUNNING)
                    .findFirst()
                    .ifPresent(other -> {
                        throw new IllegalStateException(
                                "Something else is still running: wait until it is done, or cancel it.");
                    });
            job = new Job(UUID.randomUUID().toString(), kind, title, request);
            jobs.put(job.id(), job);
            while (jobs.size() > REMEMBERED) {
                jobs.remove(jobs.keySet().iterator().next());
            }
        }
        thread.execute(() -> run(job, work));
        changed.run();
        return job;
    }

    private void run(Job job, Work work) {
        long[] told = {System.nanoTime()};
        try {
            Map<String, Object> result = work.run(progress -> {
                boolean on = job.hear(progress);
                if (System.nanoTime() - told[0] > NANOS_BETWEEN) {
                    told[0] = System.nanoTime();
                    changed.run();
                }
                return on;
            });
            job.result(result);
            job.end(Job.State.DONE, "");
        } catch (RewriteCancelledException stopped) {
            job.end(Job.State.CANCELLED, "Cancelled; nothing was changed.");
        } catch (RewriteException | IllegalArgumentException | IllegalStateException | IOException failure) {
            job.end(Job.State.FAILED, sentence(failure));
        } catch (OutOfMemoryError full) {
            job.end(
                    Job.State.FAILED,
                    "There is not enough memory for this: ask for less, or give Java more by REWRITE_OPTS=-Xmx8g.");
        } catch (RuntimeException bug) {
            job.end(Job.State.FAILED, "This should not happen (" + bug + "): please report it.");
        }
        changed.run();
    }

    static String sentence(Exception failure) {
        String text = failure.getMessage();
        return text == null || text.isBlank() ? "This should not happen (" + failure + "): please report it." : text;
    }

    synchronized void cancel(String id) {
        Job job = jobs.get(id);
        if (job != null) {
            job.cancel();
        }
    }

    /** Forgets a job that has ended. */
    synchronized void dismiss(String id) {
        Job job = jobs.get(id);
        if (job != null && job.state() != Job.State.RUNNING) {
            jobs.remove(id);
        }
    }

    synchronized List<Map<String, Object>> toList() {
        return jobs.values().stream().map(Job::toMap).toList();
    }

    /** Jobs that a session would lose if it ended now. */
    synchronized List<Map<String, Object>> running() {
        List<Map<String, Object>> running = new ArrayList<>();
        for (Job job : jobs.values()) {
            if (job.state() == Job.State.RUNNING) {
                running.add(job.memory());
            }
        }
        return running;
    }

    @Override
    public void close() {
        synchronized (this) {
            jobs.values().forEach(Job::cancel);
        }
        thread.shutdownNow();
        try {
            thread.awaitTermination(SECONDS_TO_STOP, TimeUnit.SECONDS);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
