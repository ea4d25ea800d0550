package io.github.rewrite4j.samediff.projector;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * Where a training stood.
 *
 * @param step steps done
 * @param feature mean feature loss since the last point
 * @param adversarial mean adversarial loss of the projector
 * @param critic mean loss of the discriminator
 * @param dissimilarity mean 1 - SSIM of training images
 * @param pixels mean absolute difference of training images
 * @param psnr of held-out samples drawn again by the averaged weights, in dB
 * @param ssim of held-out samples
 */
public record CurvePoint(
        long step,
        double feature,
        double adversarial,
        double critic,
        double dissimilarity,
        double pixels,
        double psnr,
        double ssim) {
    private static final String HEADER = "step,feature,adversarial,critic,dissimilarity,pixels,psnr,ssim";

    /** Numbers are kept as precisely as they are written. */
    public CurvePoint {
        feature = rounded(feature);
        adversarial = rounded(adversarial);
        critic = rounded(critic);
        dissimilarity = rounded(dissimilarity);
        pixels = rounded(pixels);
        psnr = rounded(psnr);
        ssim = rounded(ssim);
    }

    private static double rounded(double number) {
        return (float) number;
    }

    /** A curve as CSV with a header. */
    public static String csv(List<CurvePoint> curve) {
        StringBuilder text = new StringBuilder(HEADER).append('\n');
        for (CurvePoint p : curve) {
            StringJoiner line = new StringJoiner(",");
            line.add(Long.toString(p.step));
            for (double number : p.numbers()) {
                line.add(Double.toString((float) number));
            }
            text.append(line).append('\n');
        }
        return text.toString();
    }

    /**
     * A curve from CSV.
     *
     * @throws IllegalArgumentException when a line is not one of a curve
     */
    static List<CurvePoint> parse(String csv) {
        List<String> lines = csv.lines().toList();
        if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
            throw new IllegalArgumentException("The training curve does not begin with '" + HEADER + "'.");
        }
        return lines.subList(1, lines.size()).stream().map(CurvePoint::line).toList();
    }

    private static CurvePoint line(String line) {
        List<String> cells = Arrays.asList(line.split(",", -1));
        if (cells.size() != 8) {
            throw new IllegalArgumentException(
                    "The line '" + line + "' of the training curve has " + cells.size() + " numbers instead of 8.");
        }
        double[] n = cells.stream().mapToDouble(Double::parseDouble).toArray();
        return new CurvePoint((long) n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]);
    }

    private double[] numbers() {
        return new double[] {feature, adversarial, critic, dissimilarity, pixels, psnr, ssim};
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "held-out %.2f dB, SSIM %.3f; feature %.3f, 1-SSIM %.3f, L1 %.3f%s",
                psnr,
                ssim,
                feature,
                dissimilarity,
                pixels,
                critic > 0 ? String.format(Locale.ROOT, ", adversarial %.2f, critic %.2f", adversarial, critic) : "");
    }
}
