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
    private final Thread thread;
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
        thread = new Thread(() -> open(source, maker), "studio-opening");
        thread.setDaemon(true);
    }

    /** Starts to load. */
    public static Opening start(Source source, Maker maker) {
        Opening opening = new Opening(source, maker);
        opening.thread.start();
        return opening;
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
        thread.join();
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

    @Override
    public void close() throws InterruptedException {
        thread.join();
        StudioSession opened = session;
        if (opened != null) {
            opened.close();
        }
        Generator loaded = generator;
        if (loaded != null) {
            loaded.close();
        }
    }
}
