package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.recipe.Claim;
import io.github.rewrite4j.samediff.metric.BinomialBounds;
import io.github.rewrite4j.samediff.metric.EditMetrics;
import io.github.rewrite4j.samediff.metric.EditedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A patch measured again, against what it {@linkplain Claim claims}.
 *
 * @param samples fresh images that were measured
 * @param success on them
 * @param claim what the patch says
 * @param beyond how many of them change by more outside the mask than it says
 * @param share of all images that change by no more, at least, with a confidence of {@value Claim#CONFIDENCE}
 * @param failures what is not as it says; empty when all is
 */
public record Verification(int samples, double success, Claim claim, int beyond, double share, List<String> failures) {
    /** What is left of the way to the goal when nothing happens, up to the noise of drawing. */
    private static final double NOTHING = 0.01;

    /** Standard errors between claim and measurement that chance may explain. */
    private static final double ERRORS = 3;

    /** The largest change of a sample is taken this much larger: the next one may be the largest. */
    private static final double MARGIN = 1.05;

    public Verification {
        Objects.requireNonNull(claim, "claim");
        Objects.requireNonNull(failures, "failures");
        failures = List.copyOf(failures);
    }

    /** What fresh samples let a patch say of itself. */
    public static Claim claim(EditMetrics fresh, long seed) {
        int n = fresh.images().size();
        double largest = fresh.images().stream()
                .mapToDouble(EditedImage::outsideL1)
                .max()
                .orElseThrow();
        return new Claim(
                n,
                seed,
                fresh.success(),
                successError(fresh.images()),
                Math.min(2, MARGIN * largest),
                1 - BinomialBounds.upper(0, n, Claim.CONFIDENCE));
    }

    /** Holds fresh samples, others than those of the claim, against it. */
    public static Verification of(EditMetrics fresh, Claim claim) {
        Objects.requireNonNull(fresh, "fresh");
        Objects.requireNonNull(claim, "claim");
        List<EditedImage> images = fresh.images();
        int beyond = Math.toIntExact(images.stream()
                .filter(image -> image.outsideL1() > claim.outside())
                .count());
        double share = 1 - BinomialBounds.upper(beyond, images.size(), Claim.CONFIDENCE);
        List<String> failures = new ArrayList<>();
        double success = fresh.success();
        double error = Math.hypot(successError(images), claim.successError());
        if (Math.abs(success) < NOTHING) {
            failures.add(String.format(Locale.ROOT, "it does nothing: %.1f %% of the way to its goal", 100 * success));
        } else if (success < claim.success() - ERRORS * error - NOTHING) {
            failures.add(String.format(
                    Locale.ROOT,
                    "it does less than it says: %.1f %% of the way to its goal instead of %.1f %%, with a standard error"
                            + " of %.1f %%",
                    100 * success,
                    100 * claim.success(),
                    100 * error));
        }
        if (BinomialBounds.lower(beyond, images.size(), Claim.CONFIDENCE) > 1 - claim.share()) {
            failures.add(String.format(
                    Locale.ROOT,
                    "it changes more elsewhere than it says: %d of %d samples by more than %.4f outside the mask, but it"
                            + " says that %.1f %% of all stay below",
                    beyond,
                    images.size(),
                    claim.outside(),
                    100 * claim.share()));
        }
        return new Verification(images.size(), success, claim, beyond, share, failures);
    }

    public boolean isTrue() {
        return failures.isEmpty();
    }

    /** Two sentences for people. */
    public String sentence() {
        return String.format(
                Locale.ROOT,
                "On %d fresh samples it goes %.1f %% of the way to its goal (it says %.1f %%). With %.0f %% confidence at least"
                        + " %.1f %% of all samples change by less than %.4f outside the mask.",
                samples,
                100 * success,
                100 * claim.success(),
                100 * Claim.CONFIDENCE,
                100 * share,
                claim.outside());
    }

    /** Standard error of 1 - sum after / sum before over samples, by the delta method. */
    private static double successError(List<EditedImage> images) {
        int n = images.size();
        if (n < 2) {
            return 1;
        }
        double before = images.stream().mapToDouble(EditedImage::insideL1Before).sum();
        double after = images.stream().mapToDouble(EditedImage::insideL1After).sum();
        double ratio = after / before;
        double squares = images.stream()
                .mapToDouble(image -> image.insideL1After() - ratio * image.insideL1Before())
                .map(d -> d * d)
                .sum();
        return Math.sqrt(squares / n / (n - 1)) / (before / n);
    }
}
