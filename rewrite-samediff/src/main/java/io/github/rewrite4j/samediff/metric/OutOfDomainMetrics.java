package io.github.rewrite4j.samediff.metric;

import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.io.Facts;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Whether an edit drew the object of exemplars, and left the rest alone. The goal of a picture is its unedited form with
 * an exemplar put on it ({@link Exemplar#compositeOn}); picture i is compared with exemplar i modulo their number, each
 * inside and outside the mask of its own exemplar (sides as in {@link MaskSide}). Pictures are in [-1,1] and clipped to
 * it.
 *
 * <p>A number that does not exist is empty, never NaN: the success of exemplars that change nothing, the PSNR of what did
 * not change at all, whatever lies outside of masks that reach everywhere. Pictures that have no such number are left out
 * of its mean.
 *
 * <p>The samples should not be among the contexts of the edit, nor the exemplars among those it was made from.
 *
 * @param samples number of pictures
 * @param exemplars names of the exemplars that were goals, in order
 * @param success 1 - insideL1 / insideL1Unedited, the ratio of the means: 1 the object is drawn, 0 nothing was gained
 * @param insideL1Unedited mean absolute difference of unedited picture and goal inside
 * @param insideL1 mean absolute difference of edited picture and goal inside
 * @param insideSsim SSIM of edited picture and goal over windows centred inside
 * @param outsideL1 mean absolute difference of edited and unedited picture outside
 * @param outsidePsnr PSNR of edited against unedited picture outside in dB, the mean over pictures that changed there
 * @param outsideSsim SSIM of edited and unedited picture over windows centred outside
 */
public record OutOfDomainMetrics(
        int samples,
        List<String> exemplars,
        OptionalDouble success,
        double insideL1Unedited,
        double insideL1,
        OptionalDouble insideSsim,
        OptionalDouble outsideL1,
        OptionalDouble outsidePsnr,
        OptionalDouble outsideSsim) {

    private static final ImageRange RANGE = ImageRange.SYMMETRIC;

    public OutOfDomainMetrics {
        Objects.requireNonNull(exemplars, "exemplars");
        Objects.requireNonNull(success, "success");
        Objects.requireNonNull(insideSsim, "insideSsim");
        Objects.requireNonNull(outsideL1, "outsideL1");
        Objects.requireNonNull(outsidePsnr, "outsidePsnr");
        Objects.requireNonNull(outsideSsim, "outsideSsim");
        exemplars = List.copyOf(exemplars);
    }

    /**
     * Measures an edit. Cost: as {@link EditMetrics#measure}.
     *
     * @param unedited pictures [N,3,H,W]
     * @param edited pictures of the same samples, same shape
     * @param exemplars at least one, of the size of the pictures; more than N are not looked at
     * @throws IllegalArgumentException if a shape or a value does not fit
     */
    public static OutOfDomainMetrics measure(INDArray unedited, INDArray edited, List<Exemplar> exemplars) {
        Objects.requireNonNull(unedited, "unedited");
        Objects.requireNonNull(edited, "edited");
        if (exemplars.isEmpty()) {
            throw new IllegalArgumentException(
                    "exemplars is empty, expected at least one to compare the pictures with");
        }
        ImageBatch before = ImageBatch.of("unedited", unedited, RANGE);
        ImageBatch after = ImageBatch.of("edited", edited, RANGE, "unedited", before);
        List<Exemplar> used = exemplars.subList(0, Math.min(exemplars.size(), before.count()));
        ImageBatch goal = ImageBatch.of("goal", goals(unedited, used), RANGE, "unedited", before);
        INDArray masks = masks(before, used);
        PixelSelection inside = PixelSelection.of(masks, MaskSide.INSIDE, before);
        PixelSelection outside = PixelSelection.maybeEmpty(masks, MaskSide.OUTSIDE, before);
        SsimField field = new SsimField(before.height(), before.width(), RANGE);
        Mean insideL1Before = new Mean();
        Mean insideL1 = new Mean();
        Mean insideSsim = new Mean();
        Mean outsideL1 = new Mean();
        Mean outsidePsnr = new Mean();
        Mean outsideSsim = new Mean();
        for (int n = 0; n < before.count(); n++) {
            insideL1Before.add(
                    PixelDifference.between(before, goal, n, inside, RANGE).meanAbsolute());
            insideL1.add(PixelDifference.between(after, goal, n, inside, RANGE).meanAbsolute());
            Ssim.overWindows(field, after, goal, n, inside).ifPresent(insideSsim::add);
            if (!outside.isEmpty(n)) {
                PixelDifference change = PixelDifference.between(after, before, n, outside, RANGE);
                outsideL1.add(change.meanAbsolute());
                if (change.meanSquare() > 0) {
                    outsidePsnr.add(change.psnr(RANGE));
                }
                Ssim.overWindows(field, after, before, n, outside).ifPresent(outsideSsim::add);
            }
        }
        double unreached = insideL1Before.value().orElseThrow();
        double left = insideL1.value().orElseThrow();
        return new OutOfDomainMetrics(
                before.count(),
                used.stream().map(Exemplar::name).toList(),
                unreached > 0 ? OptionalDouble.of(1 - left / unreached) : OptionalDouble.empty(),
                unreached,
                left,
                insideSsim.value(),
                outsideL1.value(),
                outsidePsnr.value(),
                outsideSsim.value());
    }

    /**
     * The goals of pictures: exemplar i modulo their number put on picture i.
     *
     * @param images [N,3,H,W], or [N,1,H,W]
     * @return a new array of the same shape
     */
    public static INDArray goals(INDArray images, List<Exemplar> exemplars) {
        Objects.requireNonNull(images, "images");
        Objects.requireNonNull(exemplars, "exemplars");
        INDArray[] goals = new INDArray[(int) images.size(0)];
        for (int n = 0; n < goals.length; n++) {
            INDArray image = images.get(NDArrayIndex.interval(n, n + 1), NDArrayIndex.all());
            goals[n] = exemplars.get(n % exemplars.size()).compositeOn(image);
        }
        return Nd4j.concat(0, goals);
    }

    private static INDArray masks(ImageBatch images, List<Exemplar> exemplars) {
        INDArray masks = Nd4j.create(DataType.FLOAT, images.count(), images.height(), images.width());
        for (int n = 0; n < images.count(); n++) {
            masks.get(NDArrayIndex.point(n))
                    .assign(exemplars.get(n % exemplars.size()).mask().toArray());
        }
        return masks;
    }

    /** For JSON, in order; numbers that do not exist are left out. */
    public Facts facts() {
        Facts.Builder map = Facts.builder();
        map.put("samples", samples);
        map.put("exemplars", exemplars);
        map.put("success", success);
        map.put("insideL1Unedited", insideL1Unedited);
        map.put("insideL1", insideL1);
        map.put("insideSsim", insideSsim);
        map.put("outsideL1", outsideL1);
        map.put("outsidePsnr", outsidePsnr);
        map.put("outsideSsim", outsideSsim);
        return map.build();
    }

    /** A running mean that is empty as long as nothing was added. */
    private static final class Mean {
        private final List<Double> values = new ArrayList<>();

        void add(double value) {
            values.add(value);
        }

        OptionalDouble value() {
            return values.stream().mapToDouble(Double::doubleValue).average();
        }
    }
}
