package io.github.rewrite4j.samediff.engine.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Joins neighbouring operations on single numbers whose results nobody else reads. */
final class Fusion {
    /** Operations of one step: more tiles than these would leave the caches. */
    private static final int MOST = 24;

    private final List<Step> steps;
    private final Set<Slot> wanted;
    private final Map<Slot, Integer> producers = new HashMap<>();
    private final Map<Slot, TreeSet<Integer>> readers = new HashMap<>();

    private Fusion(List<Step> steps, Set<Slot> wanted) {
        this.steps = new ArrayList<>(steps);
        this.wanted = wanted;
        for (int i = 0; i < steps.size(); i++) {
            for (Slot output : steps.get(i).outputs()) {
                producers.put(output.root(), i);
            }
            for (Slot input : steps.get(i).inputs()) {
                readers.computeIfAbsent(input.root(), s -> new TreeSet<>()).add(i);
            }
        }
    }

    /**
     * The steps, fewer.
     *
     * @param wanted roots that must be written
     */
    static List<Step> join(List<Step> steps, Set<Slot> wanted) {
        Fusion fusion = new Fusion(steps, wanted);
        for (int i = 0; i < steps.size(); i++) {
            fusion.joinInto(i);
        }
        List<Step> left = new ArrayList<>();
        for (Step step : fusion.steps) {
            if (step != GONE) {
                left.add(step);
            }
        }
        return left;
    }

    private static final Step GONE = new Step(List.of(), List.of()) {
        @Override
        void forward() {}

        @Override
        void backward() {}
    };

    private void joinInto(int at) {
        if (!(steps.get(at) instanceof PointwiseStep end)) {
            return;
        }
        TreeSet<Integer> members = new TreeSet<>(Set.of(at));
        int size = end.size();
        boolean grown = true;
        while (grown) {
            grown = false;
            for (int member : new ArrayList<>(members)) {
                for (Slot input : steps.get(member).inputs()) {
                    Integer producer = producers.get(input.root());
                    if (producer == null
                            || members.contains(producer)
                            || !(steps.get(producer) instanceof PointwiseStep before)
                            || size + before.size() > MOST
                            || !isJoinable(
                                    before.outputs().get(0), end.outputs().get(0), members)) {
                        continue;
                    }
                    members.add(producer);
                    size += before.size();
                    grown = true;
                }
            }
        }
        members.remove(at);
        if (members.isEmpty()) {
            return;
        }
        List<PointwiseStep> before = new ArrayList<>();
        members.forEach(i -> before.add((PointwiseStep) steps.get(i)));
        PointwiseStep joined = end.after(before);
        members.forEach(i -> steps.set(i, GONE));
        steps.set(at, joined);
        for (Slot input : joined.inputs()) {
            TreeSet<Integer> all = readers.computeIfAbsent(input.root(), s -> new TreeSet<>());
            all.removeAll(members);
            all.add(at);
        }
    }

    /** Whether only the members read it, under its own shape, and it is as large as their result. */
    private boolean isJoinable(Slot made, Slot end, Set<Integer> members) {
        if (wanted.contains(made.root())
                || made.order() != end.order()
                || !java.util.Arrays.equals(made.shape(), end.shape())
                || !members.containsAll(readers.getOrDefault(made.root(), new TreeSet<>()))) {
            return false;
        }
        for (int reader : readers.getOrDefault(made.root(), new TreeSet<>())) {
            for (Slot input : steps.get(reader).inputs()) {
                if (input.root() == made.root() && input != made) {
                    return false;
                }
            }
        }
        return true;
    }
}
