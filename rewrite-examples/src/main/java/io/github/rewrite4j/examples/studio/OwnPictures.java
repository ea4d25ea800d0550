package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.OwnInputs;
import io.github.rewrite4j.Sample;
import java.util.List;

/**
 * The user's own pictures in the place of samples, for networks that have no others: what a layer usually sees is measured on
 * them, over and over.
 */
final class OwnPictures implements InputSampler {
    private final InputSampler base;
    private final List<OwnInputs> pictures;

    OwnPictures(InputSampler base, List<OwnInputs> pictures) {
        this.base = base;
        this.pictures = List.copyOf(pictures);
    }

    @Override
    public Inputs at(List<Sample> samples) {
        return Inputs.join(samples.stream()
                .map(sample -> base.complete(
                        pictures.get(sample.index() % pictures.size()).inputs()))
                .toList());
    }

    @Override
    public Inputs complete(Inputs inputs) {
        return base.complete(inputs);
    }

    @Override
    public String id() {
        return "studio pictures "
                + pictures.stream().map(OwnInputs::fingerprint).toList();
    }
}
