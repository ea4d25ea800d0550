package io.github.rewrite4j.samediff.expansion;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * What a shard of a step draws.
 *
 * @param tasks domains of the first samples, sorted
 * @param rows numbers of their latents
 * @param mixed pairs of domains of the other samples
 * @param latents of all: a sample of the generator, or an anchor
 * @param amounts how far each domain is entered by samples of it alone
 */
record DrawnSamples(
        List<Integer> tasks,
        List<Integer> rows,
        List<List<Integer>> mixed,
        List<float[]> latents,
        List<Float> amounts) {
    private static final double LEAST_AMOUNT = 0.25;

    /**
     * Draws by chance.
     *
     * @param latents of the generator, one after the other
     * @param anchors of each objective, in the same way; empty for those without
     */
    static DrawnSamples by(
            Random random,
            int samples,
            ExpansionSettings settings,
            ExpansionPlan plan,
            float[] latents,
            List<float[]> anchors,
            List<ExpansionPoint> curve) {
        List<List<Integer>> mixed = settings.mixtures().draw(random, samples);
        List<Integer> tasks = settings.schedule()
                .draw(random, samples - mixed.size(), curve, plan.objectives().size());
        int d = plan.subspaces().dimension();
        List<float[]> drawn = new ArrayList<>();
        List<Integer> rows = new ArrayList<>();
        for (int i = 0; i < samples; i++) {
            float[] own = i < tasks.size() ? anchors.get(tasks.get(i)) : latents;
            float[] from = own.length > 0 ? own : latents;
            int row = random.nextInt(from.length / d);
            rows.add(row);
            drawn.add(Arrays.copyOfRange(from, row * d, (row + 1) * d));
        }
        return new DrawnSamples(tasks, rows, mixed, drawn, amounts(random, settings.gradual(), anchors.size()));
    }

    private static List<Float> amounts(Random random, double gradual, int domains) {
        List<Float> amounts = new ArrayList<>();
        for (int i = 0; i < domains; i++) {
            boolean partly = gradual > 0 && random.nextDouble() < gradual;
            amounts.add(partly ? (float) (LEAST_AMOUNT + (1 - LEAST_AMOUNT) * random.nextDouble()) : 1f);
        }
        return amounts;
    }

    /** The domains that a sample is in. */
    List<Integer> domains(int sample) {
        return sample < tasks.size() ? List.of(tasks.get(sample)) : mixed.get(sample - tasks.size());
    }

    /** How far it is in them. */
    float amount(int sample) {
        return sample < tasks.size() ? amounts.get(tasks.get(sample)) : 1;
    }
}
