package io.github.rewrite4j.samediff.ablation;

import io.github.rewrite4j.samediff.projector.ProjectorLosses;
import io.github.rewrite4j.samediff.projector.ProjectorTraining;
import java.util.List;

/**
 * The comparison of Table 1 of Gao et al. (2025), one loss after the other, and two rows with foreign pictures. All on
 * values divided by the deviation of their channel, this library's default, so that the rows differ in nothing else: the
 * paper's own run, on values as they are, is {@link ProjectorTraining#faithful()} and no row of this.
 */
public enum ProjectorRow {
    /** Only the feature loss, weight 0.5. */
    BASELINE("baseline", 0, false, 0),

    /** And the way image to value to image, weights 1 of the similarity and 3 of the pixels. */
    CYCLE("+ cycle", 0, true, 0),

    /** And the discriminator, weight 1: the published losses. */
    CYCLE_GAN("+ cycle + GAN", 1, true, 0),

    /** The published losses, half of the pictures foreign. */
    CYCLE_GAN_FOREIGN("+ cycle + GAN + out-of-domain samples", 1, true, 0.5),

    /** What this library does by default: no discriminator, half of the pictures foreign. */
    CYCLE_FOREIGN("+ cycle + out-of-domain samples", 0, true, 0.5);

    /** The rows of the paper's table, in its order. */
    public static final List<ProjectorRow> PUBLISHED = List.of(BASELINE, CYCLE, CYCLE_GAN);

    private final String title;
    private final double adversarial;
    private final boolean cycle;
    private final double foreign;

    ProjectorRow(String title, double adversarial, boolean cycle, double foreign) {
        this.title = title;
        this.adversarial = adversarial;
        this.cycle = cycle;
        this.foreign = foreign;
    }

    /** As in the table. */
    public String title() {
        return title;
    }

    ProjectorTraining applyTo(ProjectorTraining training) {
        ProjectorLosses losses = new ProjectorLosses(0.5, adversarial, cycle ? 1 : 0, cycle ? 3 : 0, false);
        return training.losses(losses).foreignShare(foreign);
    }
}
