package io.github.rewrite4j.examples;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.avatars.Accessories;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import io.github.rewrite4j.samediff.strategy.PlannedRewrite;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What the way in which people cut an object out costs an edit: each accessory named as argument (all four without) is
 * learnt from three pictures as they are bundled, as cut-outs whose colours are the object's own, as plain cut-outs whose
 * soft edges still hold the face behind them, as those four times as large, and as pairs without alpha. Each is measured on
 * 200 new faces by ten pictures that the edit never saw. Prints a table; five edits of a quarter of a minute an accessory
 * on two cores.
 */
public final class MeasureCutOuts {
    private static final int MEASURED = 200;
    private static final int TIMES = 4;

    private MeasureCutOuts() {}

    /** Measures and prints. */
    public static void main(String[] args) throws IOException {
        ComputeThreads.use(ComputeThreads.configured());
        Accessories accessories = Accessories.bundled();
        Map<String, UnaryOperator<Exemplar>> ways = new LinkedHashMap<>();
        ways.put("cleaned cut-outs", MeasureCutOuts::cleaned);
        ways.put("plain cut-outs", picture -> Exemplar.cutOut(picture.with(), picture.alpha()));
        ways.put("plain cut-outs, 4 times as large", MeasureCutOuts::enlarged);
        ways.put(
                "pairs without alpha",
                picture -> Exemplar.ofPair(picture.with(), picture.without().orElseThrow()));
        ways.put("as bundled", picture -> picture);
        try (Generator avatars = BundledGenerator.load()) {
            for (String name : args.length > 0 ? List.of(args) : List.copyOf(accessories.all())) {
                List<Exemplar> pictures = accessories.named(name);
                for (Map.Entry<String, UnaryOperator<Exemplar>> way : ways.entrySet()) {
                    List<Exemplar> shown = pictures.subList(0, StackedRule.SHOWN).stream()
                            .map(way.getValue())
                            .toList();
                    RewriteReport.FreshSamples fresh = OutOfDomainRewrite.inImages()
                            .evaluatedOn(
                                    pictures.subList(StackedRule.SHOWN, StackedRule.SHOWN + StackedRule.GOALS),
                                    MEASURED,
                                    PlannedRewrite.FRESH_SEED)
                            .rewrite(OutOfDomainRewrite.memoryOf(avatars), ExemplarEdit.of(shown))
                            .report()
                            .fresh()
                            .orElseThrow();
                    System.out.printf(
                            Locale.ROOT,
                            "| %s | %s | %.1f %% | %.2f |%n",
                            name,
                            way.getKey(),
                            100 * fresh.success(),
                            fresh.insideSsim().orElse(Double.NaN));
                }
            }
        }
    }

    /** The object's own colours, known from the picture without it: {@code (with - (1 - alpha) without) / alpha}. */
    private static Exemplar cleaned(Exemplar picture) {
        float[] alpha = values(picture.alpha());
        float[] share = picture.share().data().asFloat();
        float[] colours = picture.with().data().asFloat();
        for (int i = 0; i < colours.length; i++) {
            float covered = alpha[i % alpha.length];
            if (covered > 0) {
                colours[i] = Math.max(-1, Math.min(1, share[i] / covered));
            }
        }
        return Exemplar.cutOut(
                Nd4j.create(colours, new long[] {3, picture.height(), picture.width()}, 'c'), picture.alpha());
    }

    static Exemplar enlarged(Exemplar picture) {
        int height = picture.height();
        int width = picture.width();
        float[] colours = picture.with().data().asFloat();
        float[] large = new float[3 * TIMES * TIMES * height * width];
        int area = large.length / 3;
        for (int c = 0; c < 3; c++) {
            for (int i = 0; i < area; i++) {
                double value =
                        cubic(colours, c * height * width, height, width, i / (TIMES * width), i % (TIMES * width));
                large[c * area + i] = (float) Math.max(-1, Math.min(1, value));
            }
        }
        float[] alpha = values(picture.alpha());
        float[][] rows = new float[TIMES * height][TIMES * width];
        for (int i = 0; i < area; i++) {
            double value = cubic(alpha, 0, height, width, i / (TIMES * width), i % (TIMES * width));
            rows[i / (TIMES * width)][i % (TIMES * width)] = (float) Math.max(0, Math.min(1, value));
        }
        INDArray array = Nd4j.create(large, new long[] {3, (long) TIMES * height, (long) TIMES * width}, 'c');
        return Exemplar.cutOut(array, Mask.of(rows));
    }

    /** Bicubic interpolation (Keys 1981, a = -0.5), as picture editors enlarge. */
    private static double cubic(float[] plane, int start, int height, int width, int row, int column) {
        double y = (row + 0.5) / TIMES - 0.5;
        double x = (column + 0.5) / TIMES - 0.5;
        int top = (int) Math.floor(y);
        int left = (int) Math.floor(x);
        double sum = 0;
        for (int dy = -1; dy <= 2; dy++) {
            for (int dx = -1; dx <= 2; dx++) {
                int r = Math.max(0, Math.min(height - 1, top + dy));
                int c = Math.max(0, Math.min(width - 1, left + dx));
                sum += keys(y - top - dy) * keys(x - left - dx) * plane[start + r * width + c];
            }
        }
        return sum;
    }

    private static double keys(double distance) {
        double t = Math.abs(distance);
        if (t < 1) {
            return (1.5 * t - 2.5) * t * t + 1;
        }
        return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
    }

    private static float[] values(Mask mask) {
        return mask.toArray().data().asFloat();
    }
}
