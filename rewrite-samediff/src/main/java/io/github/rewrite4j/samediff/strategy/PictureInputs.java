package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Subject;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a generator draws from, which decides how much of its images can change. */
enum PictureInputs {
    /** Numbers. */
    LATENTS,
    /** Whole pictures. */
    PICTURES,
    /** Pictures, and what of them is known and stays. */
    HOLES;

    private static final String KNOWN = "known";

    static PictureInputs of(AssociativeMemory memory, Subject subject) {
        try (Inputs inputs = Subject.inputs(List.of(subject), memory.sampler())) {
            if (inputs.arrays().containsKey(KNOWN)) {
                return HOLES;
            }
            return inputs.arrays().values().stream().anyMatch(PictureInputs::isPicture) ? PICTURES : LATENTS;
        }
    }

    private static boolean isPicture(INDArray array) {
        return array.rank() == 4 && array.size(1) == 3;
    }

    OutOfDomainLoss loss() {
        return switch (this) {
            case LATENTS -> OutOfDomainLoss.inImages();
            case PICTURES -> OutOfDomainLoss.betweenPictures();
            case HOLES -> OutOfDomainLoss.inHoles();
        };
    }
}
