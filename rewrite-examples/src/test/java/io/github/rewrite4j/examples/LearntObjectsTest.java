package io.github.rewrite4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.avatars.Accessories;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.avatars.BundledNetworks;
import io.github.rewrite4j.avatars.BundledProjector;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.metric.EditMetrics;
import io.github.rewrite4j.samediff.metric.MaskSide;
import io.github.rewrite4j.samediff.metric.PerceptualDistance;
import io.github.rewrite4j.samediff.projector.TrainedProjector;
import io.github.rewrite4j.samediff.strategy.ExemplarPreview;
import io.github.rewrite4j.samediff.strategy.OutOfDomainLoss;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The published way to teach an object, briefly, with the accessories and the projector of the examples: what a second
 * layer, the balance of the loss and more pictures are worth. Three pictures are shown, six that no edit saw are asked for.
 */
class LearntObjectsTest {
    private static final int STEPS = 40;
    private static final int MEASURED = 8;
    private static final Map<String, Reached> REACHED = new LinkedHashMap<>();

    private static Generator avatars;
    private static TrainedProjector projector;
    private static Accessories accessories;
    private static PerceptualDistance distance;

    /**
     * What an edit reached on fresh samples.
     *
     * @param distance of the edited region from the goal, as attribute network B sees it
     * @param unedited the same before the edit
     * @param success share of the way in pixels
     * @param outside mean change of pixels elsewhere
     */
    private record Reached(double distance, double unedited, double success, double outside) {}

    @BeforeAll
    static void learn() throws IOException {
        ComputeThreads.use(1);
        avatars = BundledGenerator.load();
        projector = BundledProjector.load();
        accessories = Accessories.bundled();
        distance = PerceptualDistance.unweighted(BundledNetworks.evaluation());
        OutOfDomainLoss balanced = OutOfDomainLoss.faithful();
        for (String name : accessories.all()) {
            REACHED.put(name + ", one layer", reached(name, 3, "layer6", balanced));
            REACHED.put(name + ", two layers", reached(name, 3, "layer5", balanced));
            REACHED.put(name + ", unbalanced", reached(name, 3, "layer5", OutOfDomainLoss.unbalanced()));
        }
        REACHED.put("1 picture", reached("sunglasses", 1, "layer5", balanced));
        REACHED.put("2 pictures", reached("sunglasses", 2, "layer5", balanced));
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    private static Reached reached(String name, int pictures, String first, OutOfDomainLoss loss) {
        AssociativeMemory memory = avatars.memory(first, BundledProjector.LAYER);
        List<Exemplar> all = accessories.named(name);
        Patch patch = OutOfDomainRewrite.faithful(projector)
                .loss(loss)
                .steps(STEPS)
                .batch(4, 0)
                .rate(0.05)
                .evaluatedOn(List.of(), 0, 2)
                .rewrite(memory, new ExemplarEdit(all.subList(0, pictures), Sample.range(1, 0, pictures)))
                .patch();
        ExemplarPreview preview = ExemplarPreview.of(memory, patch, all.subList(3, 9), Sample.range(2, 0, MEASURED));
        EditMetrics metrics = EditMetrics.measure(preview.before(), preview.after(), preview.goal(), preview.masks());
        return new Reached(
                distance.mean(preview.after(), preview.goal(), preview.masks(), MaskSide.INSIDE),
                distance.mean(preview.before(), preview.goal(), preview.masks(), MaskSide.INSIDE),
                metrics.success(),
                metrics.outsideL1());
    }

    private static Reached of(String name) {
        Reached reached = REACHED.get(name);
        if (reached == null) {
            throw new IllegalStateException(name + " of " + REACHED.keySet());
        }
        return reached;
    }

    @Test
    void twoLayersLearnObjectsBetterThanOne() {
        assertThat(accessories.all())
                .filteredOn(name -> of(name + ", two layers").distance < of(name + ", one layer").distance)
                .hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void theBalanceBringsTheObjectNearerAndCostsElsewhere() {
        for (String name : accessories.all()) {
            Reached with = of(name + ", two layers");
            Reached without = of(name + ", unbalanced");
            assertThat(with.distance).as(name).isLessThan(without.distance);
            assertThat(with.success).as(name).isGreaterThan(without.success);
            assertThat(with.outside).as(name + ": the price").isGreaterThan(without.outside);
        }
    }

    @Test
    void onePictureSufficesAndThreeDoBetter() {
        Reached three = of("sunglasses, two layers");
        for (Reached reached : List.of(of("1 picture"), of("2 pictures"), three)) {
            assertThat(reached.success).isGreaterThan(0.4);
            assertThat(reached.distance).isLessThan(0.7 * reached.unedited);
        }
        assertThat(three.success).isGreaterThan(of("1 picture").success);
    }
}
