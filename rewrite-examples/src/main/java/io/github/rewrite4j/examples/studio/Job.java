package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.Progress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Something that takes time: how far it is, its loss so far, and how it ended. Safe for threads. */
public final class Job {
    private static final int LONGEST_CURVE = 240;

    private final String id;
    private final String kind;
    private final String title;
    private final Map<String, Object> request;
    private final long started = System.nanoTime();
    private final List<Double> losses = new ArrayList<>();
    private State state = State.RUNNING;
    private String stage = "starting";
    private int step;
    private int total;
    private double share;
    private int every = 1;
    private int heard;
    private double seconds;
    private String message = "";
    private Map<String, Object> result = Map.of();
    private volatile boolean cancelled;

    /** How a job can end, or not yet. */
    public enum State {
        RUNNING,
        DONE,
        FAILED,
        CANCELLED,
        /** It was running when the studio ended. */
        LOST
    }

    Job(String id, String kind, String title, Map<String, Object> request) {
        this.id = id;
        this.kind = kind;
        this.title = title;
        this.request = request;
    }

    public String id() {
        return id;
    }

    public synchronized State state() {
        return state;
    }

    public synchronized String message() {
        return message;
    }

    void cancel() {
        cancelled = true;
    }

    synchronized boolean hear(Progress progress) {
        stage = progress.stage().text();
        step = progress.step();
        total = progress.total();
        share = progress.share();
        if (Double.isFinite(progress.loss()) && heard++ % every == 0) {
            losses.add(progress.loss());
            if (losses.size() >= LONGEST_CURVE) {
                List<Double> half = new ArrayList<>();
                for (int i = 0; i < losses.size(); i += 2) {
                    half.add(losses.get(i));
                }
                losses.clear();
                losses.addAll(half);
                every *= 2;
            }
        }
        return !cancelled;
    }

    synchronized void end(State how, String why) {
        state = how;
        message = why;
        seconds = (System.nanoTime() - started) / 1e9;
    }

    synchronized void result(Map<String, Object> what) {
        result = what;
    }

    /** What is kept of a running job, so that a studio that is started again can say what was lost. */
    synchronized Map<String, Object> memory() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", id);
        map.put("kind", kind);
        map.put("title", title);
        map.put("request", request);
        return map;
    }

    synchronized Map<String, Object> toMap() {
        Map<String, Object> map = memory();
        map.put("state", state.name().toLowerCase(Locale.ROOT));
        map.put("stage", stage);
        map.put("step", step);
        map.put("total", total);
        map.put("share", share);
        double running = state == State.RUNNING ? (System.nanoTime() - started) / 1e9 : seconds;
        map.put("seconds", running);
        if (state == State.RUNNING && share > 0.02) {
            map.put("secondsLeft", running / share * (1 - share));
        }
        map.put("losses", List.copyOf(losses));
        map.put("message", message);
        map.put("result", result);
        return map;
    }
}
