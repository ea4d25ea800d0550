package io.github.rewrite4j.samediff.tape;

import java.util.List;

/** Exponential moving averages of parameters. */
public final class MovingAverage {
    private final List<Parameter> followed;
    private final List<Parameter> averages;
    private final float decay;

    /**
     * @param followed parameters; the averages start at their values
     * @param decay share of the old average, such as 0.999
     */
    public MovingAverage(List<Parameter> followed, double decay) {
        this.followed = List.copyOf(followed);
        this.averages = followed.stream()
                .map(p -> new Parameter(p.name(), p.value().clone(), p.shape()))
                .toList();
        this.decay = (float) decay;
    }

    /**
     * After a step.
     *
     * @param step number of the step from 1; early averages forget faster: the decay is at most (1 + step) / (10 + step)
     */
    public void update(long step) {
        float keep = Math.min(decay, (1f + step) / (10f + step));
        for (int p = 0; p < followed.size(); p++) {
            float[] to = averages.get(p).value();
            float[] from = followed.get(p).value();
            for (int i = 0; i < to.length; i++) {
                to[i] = keep * to[i] + (1 - keep) * from[i];
            }
        }
    }

    /** The averages themselves, in the order of the parameters. */
    public List<Parameter> averages() {
        return averages;
    }
}
