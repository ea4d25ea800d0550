package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.Generator;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A session that is on its way: the generator is loaded in a thread of its own while the page is there already. */
public final class Opening implements AutoCloseable {
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Source first;
    private final Maker firstMaker;
    private Thread thread;
    private volatile @Nullable StudioSession session;
    private volatile @Nullable Generator generator;
    private volatile String failure = "";

    /** Loads a generator. */
    @FunctionalInterface
    public interface Source {
        /** The generator, which the caller closes. */
        Generator load() throws IOException;
    }

    /** Makes a session of a generator. */
    @FunctionalInterface
    public interface Maker {
        /** The session, which the caller closes before the generator. */
        StudioSession open(Generator generator) throws IOException;
    }

    private Opening(Source source, Maker maker) {
        first = source;
        firstMaker = maker;
        thread = thread(source, maker);
    }

    private Thread thread(Source source, Maker maker) {
        Thread opener = new Thread(() -> open(source, maker), "studio-opening");
        opener.setDaemon(true);
        return opener;
    }

    /** Starts to load. */
    public static Opening start(Source source, Maker maker) {
        Opening opening = new Opening(source, maker);
        opening.thread.start();
        return opening;
    }

    /** Closes the session, which lies in its folder, and opens another generator with a session of its own. */
    synchronized void replace(Source source, Maker maker) {
        if (thread.isAlive()) {
            throw new IllegalStateException("A generator is being opened: wait a moment.");
        }
        StudioSession before = session;
        Generator loaded = generator;
        session = null;
        generator = null;
        failure = "";
        changed();
        thread = thread(source, maker);
        Thread closing = new Thread(
                () -> {
                    if (before != null) {
                        before.close();
                    }
                    if (loaded != null) {
                        loaded.close();
                    }
                    thread.start();
                },
                "studio-closing");
        closing.setDaemon(true);
        closing.start();
    }

    /** Back to the generator that the studio was started with. */
    void replaceByFirst() {
        replace(first, firstMaker);
    }

    private void open(Source source, Maker maker) {
        try {
            Generator loaded = source.load();
            generator = loaded;
            StudioSession made = maker.open(loaded);
            made.listen(this::changed);
            session = made;
        } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError wrong) {
            failure = wrong.getMessage() == null ? wrong.toString() : wrong.getMessage();
        }
        changed();
    }

    private void changed() {
        listeners.forEach(Runnable::run);
    }

    Optional<StudioSession> session() {
        return Optional.ofNullable(session);
    }

    /** Why there will be no session; empty as long as there may be one. */
    public String failure() {
        return failure;
    }

    /** Waits until the session is there or will not be. */
    public void await() throws InterruptedException {
        opener().join();
    }

    private synchronized Thread opener() {
        return thread;
    }

    AutoCloseable listen(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** What a page is told before there is a session. */
    Map<String, Object> state() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("loading", failure.isEmpty());
        map.put("failure", failure);
        return map;
    }

    /** Waits for the thread that loads, however impatient this one is: what it loads has to be closed. */
    @Override
    public void close() {
        boolean interrupted = false;
        for (boolean ended = false; !ended; ) {
            try {
                opener().join();
                ended = true;
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        StudioSession opened = session;
        if (opened != null) {
            opened.close();
        }
        Generator loaded = generator;
        if (loaded != null) {
            loaded.close();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
