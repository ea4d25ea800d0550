package io.github.rewrite4j.samediff.strategy;

import java.util.Objects;

/**
 * What an out-of-domain rewrite makes small, as a sum of terms; a weight of 0 leaves a term out.
 *
 * <p>On a context with an exemplar, G' is the rewritten generator, Y the composite, V the values of G' and V0 those of G,
 * T the values V0 with projected features pasted inside the mask m of relative area rho:
 *
 * <ul>
 *   <li>image: mean |G' - Y| over the whole image, and its mean inside the mask;
 *   <li>features, literal (Gao et al. 2025, eq. 11): p mean |V - T| over the whole map, and q mean |V - T| inside the mask;
 *   <li>features, split: p mean |V - V0| outside the mask, and q mean |V - T| inside; the same as literal with
 *       p' = p (1 - rho), q' = q + p rho.
 * </ul>
 *
 * <p>Where patches are in force already, a third image term counts what they draw: mean |G' - Y| over the pixels outside
 * the mask where they change the image clearly. It does little: those pixels are few and batches disagree about them, so that
 * more of it leaves an earlier moustache less (93.8, 92.7 and 90.0 % at weights 0, 1 and 4) and the new object worse. What
 * protects earlier rules is more weight on everything outside the object and more steps, which is what {@link #onTop} and
 * the 720 steps that go with it are (rewrite-examples/docs/stack.md).
 *
 * <p>Replay, on samples without an exemplar, outside the mask of one or everywhere: mean |V - V0|, and mean |G' - G|.
 *
 * @param image weight of the whole image
 * @param imageInside weight of the image inside the mask
 * @param imageEarlier weight of the image where earlier patches draw
 * @param form of the feature terms
 * @param p feature weight of what must stay
 * @param q feature weight of the new rule; 0 needs no projector in the split form
 * @param replay feature weight of replayed samples
 * @param imageReplay image weight of replayed samples
 * @param replayMasked whether replay leaves out the mask
 */
public record OutOfDomainLoss(
        double image,
        double imageInside,
        double imageEarlier,
        Form form,
        double p,
        double q,
        double replay,
        double imageReplay,
        boolean replayMasked) {
    /** How the feature terms are written. */
    public enum Form {
        /** The published weighting: one term over the whole map, one more inside the mask. */
        LITERAL,
        /** One term outside the mask, one inside. */
        SPLIT
    }

    public OutOfDomainLoss {
        Objects.requireNonNull(form, "form");
        double[] weights = {image, imageInside, imageEarlier, p, q, replay, imageReplay};
        boolean any = false;
        for (double weight : weights) {
            if (!(weight >= 0) || Double.isInfinite(weight)) {
                throw new IllegalArgumentException(
                        "A weight of the loss is " + weight + ": give finite numbers from 0.");
            }
            any |= weight > 0;
        }
        if (image + imageInside + q == 0 && !(form == Form.LITERAL && p > 0)) {
            throw new IllegalArgumentException("No term of the loss asks for the new rule"
                    + (any ? "" : ", nor for anything else") + ": give image, imageInside or q a weight.");
        }
    }

    /**
     * In image space through the frozen decoder, features kept outside the mask of every context; needs no projector, and
     * with many contexts no replay.
     */
    public static OutOfDomainLoss inImages() {
        return new OutOfDomainLoss(3, 1, 1, Form.SPLIT, 2, 0, 0, 0, true);
    }

    /**
     * The same for a generator whose patches draw something already: what lies outside the mask weighs two and a half times as
     * much against the object. What a new rule takes from earlier ones is what it disturbs of all images, so that this is where
     * they are protected; more weight on their pixels alone ({@link #withEarlier}) makes batches disagree, and everything is
     * learnt worse.
     */
    public static OutOfDomainLoss onTop() {
        return new OutOfDomainLoss(7.5, 1, 0.3, Form.SPLIT, 5, 0, 0, 0, true);
    }

    /**
     * For networks that make pictures of pictures: more weight on the whole image, since normalisations of whole maps carry what
     * appears in one place to all others.
     */
    public static OutOfDomainLoss betweenPictures() {
        return new OutOfDomainLoss(16, 2, 1, Form.SPLIT, 0, 0, 0, 0, true);
    }

    /** For networks that fill holes, which are a small part of the whole image over which its term is a mean. */
    public static OutOfDomainLoss inHoles() {
        return new OutOfDomainLoss(60, 1, 1, Form.SPLIT, 0, 0, 0, 0, true);
    }

    /** As published: projected features, p = q = 1, no replay. */
    public static OutOfDomainLoss faithful() {
        return new OutOfDomainLoss(0, 0, 0, Form.LITERAL, 1, 1, 0, 0, true);
    }

    /** The published loss without its balance: q = 0 (eq. 10). */
    public static OutOfDomainLoss unbalanced() {
        return new OutOfDomainLoss(0, 0, 0, Form.LITERAL, 1, 0, 0, 0, true);
    }

    /** The same with other weights of the image. */
    public OutOfDomainLoss withImage(double whole, double inside) {
        return new OutOfDomainLoss(whole, inside, imageEarlier, form, p, q, replay, imageReplay, replayMasked);
    }

    /** The same with another weight of what patches draw that are in force already; 0 does not ask where that is. */
    public OutOfDomainLoss withEarlier(double weight) {
        return new OutOfDomainLoss(image, imageInside, weight, form, p, q, replay, imageReplay, replayMasked);
    }

    /** The same with other feature terms. */
    public OutOfDomainLoss withFeatures(Form newForm, double newP, double newQ) {
        Objects.requireNonNull(newForm, "newForm");
        return new OutOfDomainLoss(
                image, imageInside, imageEarlier, newForm, newP, newQ, replay, imageReplay, replayMasked);
    }

    /** The same with other weights of replayed samples. */
    public OutOfDomainLoss withReplay(double features, double images, boolean masked) {
        return new OutOfDomainLoss(image, imageInside, imageEarlier, form, p, q, features, images, masked);
    }

    /** Whether a projector has to say what the features inside the mask are to be. */
    public boolean needsProjection() {
        return q > 0 || (form == Form.LITERAL && p > 0);
    }

    boolean needsImages() {
        return image + imageInside > 0;
    }

    /** Whether it matters where earlier patches draw. */
    boolean weighsEarlier() {
        return needsImages() && imageEarlier > 0;
    }

    boolean replays() {
        return replay + imageReplay > 0;
    }
}
