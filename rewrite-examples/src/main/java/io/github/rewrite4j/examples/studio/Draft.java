package io.github.rewrite4j.examples.studio;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * What a user has put together at one moment. Immutable; each step of the user gives a new one, and undo is the one before.
 *
 * @param did what the step was, for the tip of the undo button
 * @param object what was copied
 * @param pastes where it is shown
 * @param contexts where else it should appear
 * @param rules in force, in order
 */
record Draft(String did, Optional<Mark> object, List<Mark> pastes, List<Mark> contexts, List<RuleEntry> rules) {
    static final Draft EMPTY = new Draft("", Optional.empty(), List.of(), List.of(), List.of());

    private static final int MOST = 200;

    Draft {
        pastes = List.copyOf(pastes);
        contexts = List.copyOf(contexts);
        rules = List.copyOf(rules);
        if (pastes.size() > MOST || contexts.size() > MOST || rules.size() > MOST) {
            throw new IllegalArgumentException(
                    "There are at most " + MOST + " pastes, contexts and rules: remove some first.");
        }
    }

    Draft copied(Mark mark) {
        return new Draft("copy", Optional.of(mark), pastes, contexts, rules);
    }

    Draft pasted(Mark mark) {
        return new Draft("paste", object, and(pastes, mark), contexts, rules);
    }

    Draft inContext(Mark mark) {
        return new Draft("context", object, pastes, and(contexts, mark), rules);
    }

    Draft withoutPaste(int at) {
        return new Draft("remove", object, without(pastes, at), contexts, rules);
    }

    Draft withoutContext(int at) {
        return new Draft("remove", object, pastes, without(contexts, at), rules);
    }

    Draft withoutContexts() {
        return new Draft("zero", object, pastes, List.of(), rules);
    }

    Draft withoutSelections() {
        return new Draft("clear", Optional.empty(), List.of(), List.of(), rules);
    }

    /** The selections of another draft with the rules of this one. */
    Draft selecting(Draft other) {
        return new Draft("load", other.object, other.pastes, other.contexts, rules);
    }

    Draft ruled(String step, List<RuleEntry> other) {
        return new Draft(step, object, pastes, contexts, other);
    }

    Draft with(RuleEntry rule) {
        return ruled(rule.kind(), and(rules, rule));
    }

    Draft strength(String id, double strength) {
        return changed("strength", id, rule -> rule.withStrength(strength));
    }

    Draft renamed(String id, String name) {
        return changed("rename", id, rule -> rule.named(name));
    }

    Draft withoutRule(String id) {
        return ruled("remove", without(rules, place(id)));
    }

    Draft moved(String id, int to) {
        int from = place(id);
        if (to < 0 || to >= rules.size()) {
            throw new IllegalArgumentException("There is no place " + to + " in a list of " + rules.size() + " rules.");
        }
        List<RuleEntry> other = new ArrayList<>(rules);
        other.add(to, other.remove(from));
        return ruled("move", other);
    }

    RuleEntry rule(String id) {
        return rules.get(place(id));
    }

    private Draft changed(String step, String id, Function<RuleEntry, RuleEntry> change) {
        List<RuleEntry> other = new ArrayList<>(rules);
        int at = place(id);
        other.set(at, change.apply(other.get(at)));
        return ruled(step, other);
    }

    private int place(String id) {
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).id().equals(id)) {
                return i;
            }
        }
        throw new IllegalArgumentException("That rule is no longer in the list: another tab may have removed it.");
    }

    private static <T> List<T> and(List<T> list, T one) {
        List<T> more = new ArrayList<>(list);
        more.add(one);
        return more;
    }

    private static <T> List<T> without(List<T> list, int at) {
        if (at < 0 || at >= list.size()) {
            throw new IllegalArgumentException("That is no longer in the list: another tab may have removed it.");
        }
        List<T> fewer = new ArrayList<>(list);
        fewer.remove(at);
        return fewer;
    }

    /** Keys of all things that this needs. */
    Set<String> uses() {
        Set<String> uses = new LinkedHashSet<>();
        List<Mark> marks = new ArrayList<>(pastes);
        marks.addAll(contexts);
        object.ifPresent(marks::add);
        for (Mark mark : marks) {
            uses.add(mark.mask());
            Subjects.thing(mark.subject()).ifPresent(uses::add);
        }
        for (RuleEntry rule : rules) {
            uses.add(rule.patch());
            uses.add(rule.report());
        }
        return uses;
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("did", did);
        object.ifPresent(mark -> map.put("object", mark.toMap()));
        map.put("pastes", pastes.stream().map(Mark::toMap).toList());
        map.put("contexts", contexts.stream().map(Mark::toMap).toList());
        map.put("rules", rules.stream().map(RuleEntry::toMap).toList());
        return map;
    }

    static Draft of(JsonNode node) {
        return new Draft(
                node.path("did").asText(),
                node.has("object") ? Optional.of(Mark.of(node.get("object"))) : Optional.empty(),
                list(node.path("pastes"), Mark::of),
                list(node.path("contexts"), Mark::of),
                list(node.path("rules"), RuleEntry::of));
    }

    private static <T> List<T> list(JsonNode nodes, Function<JsonNode, T> read) {
        List<T> list = new ArrayList<>();
        nodes.forEach(node -> list.add(read.apply(node)));
        return list;
    }
}
