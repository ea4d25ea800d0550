package io.github.rewrite4j.samediff.engine.plan;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Cheaper forms of what graphs write at length. What the longer form computed on the way is dropped where nobody reads it. */
final class Rewrites {
    private final Builder build;
    private final Map<Slot, Unary> unaries = new HashMap<>();
    private final Map<Slot, Repetition> repetitions = new HashMap<>();

    private record Unary(Kind kind, Slot x, double p) {}

    @SuppressWarnings("ArrayRecordComponent") // never compared, never handed on
    private record Repetition(Slot x, int[][] places) {}

    Rewrites(Builder build) {
        this.build = build;
    }

    void remember(Slot result, Kind kind, Slot x, double p) {
        unaries.put(result, new Unary(kind, x, p));
    }

    void remember(Slot result, Slot x, int[][] places) {
        repetitions.put(result, new Repetition(x, places));
    }

    /** The result in a cheaper form, or null where there is none. */
    @Nullable
    Slot of(Kind kind, Slot x, Slot y) {
        return switch (kind) {
            case ADD -> leaky(x, y);
            case MULTIPLY -> {
                Slot early = beforeRepetition(x, y);
                yield early == null ? beforeRepetition(y, x) : early;
            }
            default -> null;
        };
    }

    /** What a value repeats twice along two axes and along no other one, or null. */
    @Nullable
    Slot halved(Slot x, int rows) {
        Repetition repetition = repetitions.get(x);
        if (repetition == null) {
            return null;
        }
        for (int i = 0; i < x.rank(); i++) {
            boolean twice = i == rows || i == rows + 1;
            int[] places = repetition.places()[i];
            if (twice ? places.length != 2 * repetition.x().size(i) : places.length > 0) {
                return null;
            }
        }
        return repetition.x();
    }

    /** a v + b |v| is a + b times the leaky rectifier of slope (a - b) / (a + b). */
    private @Nullable Slot leaky(Slot x, Slot y) {
        Unary linear = scaled(x);
        Unary absolute = scaled(y);
        if (linear == null || absolute == null) {
            return null;
        }
        Unary inner = unaries.get(absolute.x());
        if (inner == null || inner.kind() != Kind.ABS || inner.x() != linear.x()) {
            return null;
        }
        double gain = linear.p() + absolute.p();
        if (!(gain > 0) || !(absolute.p() > 0)) {
            return null;
        }
        Slot bent = build.apply(Kind.LEAKY, linear.x(), (linear.p() - absolute.p()) / gain);
        return gain == 1 ? bent : build.apply(Kind.TIMES, bent, gain);
    }

    private @Nullable Unary scaled(Slot x) {
        Unary unary = unaries.get(x);
        return unary != null && unary.kind() == Kind.TIMES ? unary : null;
    }

    /** Factors that are the same for all repetitions are applied once, before. */
    private @Nullable Slot beforeRepetition(Slot repeated, Slot factors) {
        Repetition repetition = repetitions.get(repeated);
        if (repetition == null || factors.rank() > repeated.rank()) {
            return null;
        }
        int shift = repeated.rank() - factors.rank();
        for (int i = 0; i < factors.rank(); i++) {
            boolean moved = repetition.places()[i + shift].length > 0;
            if (factors.size(i) != 1 && (moved || factors.size(i) != repeated.size(i + shift))) {
                return null;
            }
        }
        return build.repeat(build.multiply(repetition.x(), factors), repetition.places());
    }
}
