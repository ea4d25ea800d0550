package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.TrainingFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;

/** The states of a projector's training in a {@link TrainingFile}. */
final class Checkpoints {
    private static final String KIND = "projector-checkpoint";

    private final TrainingFile file;

    Checkpoints(Path directory, TrainingFile.Writing writing) {
        this.file = new TrainingFile(directory, KIND, writing);
    }

    Path file() {
        return file.file();
    }

    /**
     * Keeps a state.
     *
     * @throws io.github.rewrite4j.RewriteException when it cannot be written
     */
    void save(TrainingState state, SortedMap<String, String> recipe) {
        Standardisation scale = state.network.standardisation();
        Map<String, Parameter> arrays = new LinkedHashMap<>(state.arrays());
        arrays.put("mean", new Parameter("mean", scale.mean(), scale.mean().length));
        arrays.put("deviation", new Parameter("deviation", scale.deviation(), scale.deviation().length));
        file.save(
                state.step,
                arrays,
                recipe,
                Map.of(
                        "nonNegative",
                        Boolean.toString(scale.nonNegative()),
                        "criticSteps",
                        Long.toString(state.criticOptimiser.steps()),
                        "step",
                        Long.toString(state.step),
                        "curve",
                        CurvePoint.csv(state.curve)));
    }

    /** A state that was kept, if there is one. */
    Optional<TrainingState> load(SortedMap<String, String> recipe, Function<Standardisation, TrainingState> start) {
        return file.load(recipe, stored -> {
            TrainingState state = start.apply(new Standardisation(
                    stored.floats("mean"),
                    stored.floats("deviation"),
                    Boolean.parseBoolean(stored.fact("nonNegative"))));
            stored.fill(state.arrays());
            state.step = Long.parseLong(stored.fact("step"));
            state.optimiser.resumeAt(state.step);
            state.criticOptimiser.resumeAt(Long.parseLong(stored.fact("criticSteps")));
            state.curve.addAll(CurvePoint.parse(stored.fact("curve")));
            return state;
        });
    }
}
