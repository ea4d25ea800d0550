package io.github.rewrite4j.edit;

import io.github.rewrite4j.edit.Method.ClosedForm;
import io.github.rewrite4j.edit.Method.Directions;
import io.github.rewrite4j.edit.Method.Form;
import io.github.rewrite4j.edit.Method.InImages;
import io.github.rewrite4j.edit.Method.Joint;
import io.github.rewrite4j.edit.Method.KeyKind;
import io.github.rewrite4j.edit.Method.LowRank;
import io.github.rewrite4j.edit.Method.Solver;
import io.github.rewrite4j.edit.Method.Target;
import io.github.rewrite4j.edit.Method.UnitAblation;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.PrintableText;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** The keys of a plan that say how it is carried out. */
final class MethodFields {
    private static final String STRATEGY = "strategy";
    private static final String SOLVER = "solver";

    /** Keys of each strategy besides {@value #STRATEGY}. */
    private static final Map<String, List<String>> KEYS = Map.of(
            LowRank.NAME, List.of("rank", SOLVER, "directions", "gamma"),
            ClosedForm.NAME, List.of("form", "keys", "weight"),
            UnitAblation.NAME, List.of("share"),
            InImages.NAME, List.of("shown", "steps", "rank"),
            Joint.NAME, List.of("target", "weight", "steps"));

    static final List<String> NAMES =
            List.of(LowRank.NAME, ClosedForm.NAME, UnitAblation.NAME, InImages.NAME, Joint.NAME);

    private MethodFields() {}

    /** All keys that the strategy of a plan knows. */
    static List<String> known(JsonFields fields) throws FileFormatException {
        List<String> own = KEYS.getOrDefault(strategy(fields), List.of());
        boolean solver = namesSolver(fields);
        return Stream.concat(Stream.of(STRATEGY), own.stream().filter(key -> !(solver && key.equals(SOLVER))))
                .toList();
    }

    private static String strategy(JsonFields fields) throws FileFormatException {
        if (!fields.has(STRATEGY)) {
            return LowRank.NAME;
        }
        String name = fields.text(STRATEGY);
        if (NAMES.contains(name)) {
            return name;
        }
        if (namesSolver(fields)) {
            return LowRank.NAME;
        }
        throw fields.wrong(STRATEGY, "expected one of " + NAMES + ", found '" + PrintableText.name(name) + "'");
    }

    /** Earlier files name the solver of a low-rank change as its strategy. */
    private static boolean namesSolver(JsonFields fields) throws FileFormatException {
        if (!fields.has(STRATEGY)) {
            return false;
        }
        String name = fields.text(STRATEGY);
        return Arrays.stream(Solver.values())
                .anyMatch(solver -> solver.toString().equals(name));
    }

    static Method read(JsonFields fields) throws FileFormatException {
        String strategy = strategy(fields);
        if (strategy.equals(ClosedForm.NAME)) {
            return new ClosedForm(
                    fields.choice("form", Form.RIDGE),
                    fields.choice("keys", KeyKind.CHANNELS),
                    fields.has("weight") ? fields.number("weight") : ClosedForm.DEFAULT_WEIGHT);
        }
        if (strategy.equals(UnitAblation.NAME)) {
            return new UnitAblation(fields.has("share") ? fields.number("share") : UnitAblation.DEFAULT_SHARE);
        }
        if (strategy.equals(InImages.NAME)) {
            return new InImages(
                    fields.has("shown") ? fields.whole("shown") : InImages.DEFAULT_SHOWN,
                    fields.has("steps") ? fields.whole("steps") : InImages.DEFAULT_STEPS,
                    fields.has("rank") ? OptionalInt.of(fields.whole("rank")) : OptionalInt.empty());
        }
        if (strategy.equals(Joint.NAME)) {
            return new Joint(
                    fields.choice("target", Target.FEATURES),
                    fields.has("weight") ? fields.number("weight") : Joint.DEFAULT_WEIGHT,
                    fields.has("steps") ? fields.whole("steps") : Joint.DEFAULT_STEPS);
        }
        return new LowRank(
                fields.whole("rank"),
                fields.choice(namesSolver(fields) ? STRATEGY : SOLVER, Solver.LEVENBERG_MARQUARDT),
                fields.choice("directions", Directions.ZCA),
                fields.has("gamma") ? fields.number("gamma") : Method.DEFAULT_GAMMA);
    }

    static Map<String, Object> written(Method method) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(STRATEGY, method.strategy());
        if (method instanceof LowRank lowRank) {
            map.put("rank", lowRank.rank());
            map.put(SOLVER, lowRank.solver().toString());
            map.put("directions", lowRank.directions().toString());
            map.put("gamma", lowRank.gamma());
        } else if (method instanceof ClosedForm closed) {
            map.put("form", closed.form().toString());
            map.put("keys", closed.keys().toString());
            map.put("weight", closed.weight());
        } else if (method instanceof UnitAblation ablation) {
            map.put("share", ablation.share());
        } else if (method instanceof InImages inImages) {
            map.put("shown", inImages.shown());
            map.put("steps", inImages.steps());
            inImages.rank().ifPresent(rank -> map.put("rank", rank));
        } else if (method instanceof Joint joint) {
            map.put("target", joint.target().toString());
            map.put("weight", joint.weight());
            map.put("steps", joint.steps());
        }
        return map;
    }
}
