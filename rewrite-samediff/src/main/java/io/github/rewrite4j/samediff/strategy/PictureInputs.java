package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.List;
import java.util.OptionalDouble;
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

    /** The share of an edit's objects that lies in holes of its contexts, where there are holes: nothing else of it can be seen. */
    static OptionalDouble visible(AssociativeMemory memory, ExemplarEdit edit) {
        List<? extends Subject> contexts = edit.contexts();
        if (of(memory, contexts.get(0)) != HOLES) {
            return OptionalDouble.empty();
        }
        double sum = 0;
        for (int n = 0; n < contexts.size(); n++) {
            try (Inputs inputs = Subject.inputs(contexts.subList(n, n + 1), memory.sampler())) {
                INDArray known = inputs.get(KNOWN);
                Mask object = edit.exemplars()
                        .get(n % edit.exemplars().size())
                        .resizedTo(Math.toIntExact(known.size(2)), Math.toIntExact(known.size(3)))
                        .mask();
                sum += share(object, HostArrays.of(known));
            }
        }
        return OptionalDouble.of(sum / contexts.size());
    }

    private static double share(Mask object, float[] known) {
        int seen = 0;
        for (int i = 0; i < known.length; i++) {
            boolean selected = object.value(i / object.width(), i % object.width()) > 0;
            seen += selected && known[i] == 0 ? 1 : 0;
        }
        return (double) seen / object.selectedCells();
    }

    OutOfDomainLoss loss() {
        return switch (this) {
            case LATENTS -> OutOfDomainLoss.inImages();
            case PICTURES -> OutOfDomainLoss.betweenPictures();
            case HOLES -> OutOfDomainLoss.inHoles();
        };
    }
}
