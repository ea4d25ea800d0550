package io.github.rewrite4j.samediff.relation;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.UnknownLayerException;
import io.github.rewrite4j.edit.Intervention;
import java.util.List;
import java.util.Objects;

/**
 * A rule between two places, said by an experiment: where the probe is held high, the effect areas of the images look one
 * way, and where it is held low, another. Turned round, they look the other way each time, which is judged by the values of
 * a later layer.
 *
 * @param probe what causes it
 * @param judgedAt layer behind the probe's whose values tell the effect; layers from that of the probe to this one may
 *     carry the relation
 * @param images where cause and effect are; their values play no part, those of the probe do
 */
public record Relation(Probe probe, String judgedAt, List<Intervention> images) {
    public Relation {
        Objects.requireNonNull(probe, "probe");
        Objects.requireNonNull(judgedAt, "judgedAt");
        Objects.requireNonNull(images, "images");
        images = List.copyOf(images);
        if (images.isEmpty()) {
            throw new IllegalArgumentException("Mark the cause and the effect on one image at least.");
        }
    }

    /** The same experiment on other images. */
    public Relation on(List<Intervention> others) {
        Objects.requireNonNull(others, "others");
        return new Relation(probe, judgedAt, others);
    }

    /**
     * The layers that may carry it, in order.
     *
     * @throws UnknownLayerException when the generator lacks a layer
     * @throws IllegalArgumentException when the effect is judged before the cause
     */
    public List<Layer> candidates(Generator generator) {
        List<Layer> layers = generator.layers();
        int from = index(layers, probe.layer());
        int to = index(layers, judgedAt);
        if (to < from) {
            throw new IllegalArgumentException("The effect is judged at " + judgedAt + ", which comes before "
                    + probe.layer() + ", where its cause is: judge it at that layer or behind it.");
        }
        return layers.subList(from, to + 1);
    }

    private static int index(List<Layer> layers, String name) {
        for (int i = 0; i < layers.size(); i++) {
            if (layers.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new UnknownLayerException(name, layers.stream().map(Layer::name).toList());
    }
}
