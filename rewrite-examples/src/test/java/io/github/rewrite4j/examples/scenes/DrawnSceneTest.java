package io.github.rewrite4j.examples.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.examples.scenes.DrawnScene.Place;
import java.io.IOException;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

class DrawnSceneTest {
    private static final Map<DrawnScene, PartFinder> FINDERS = new EnumMap<>(DrawnScene.class);

    private static PartFinder finder(DrawnScene scene) {
        return FINDERS.computeIfAbsent(scene, DrawnScene::finder);
    }

    @ParameterizedTest
    @EnumSource
    void partsAreFoundWhereTheyWereDrawn(DrawnScene scene) {
        PartFinder finder = finder(scene);
        Set<Place> places = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            Place at = scene.place(new Random(i));
            places.add(at);
            PartFinder.Found found = finder.find(scene.draw(new Random(i)));
            assertThat(found.place()).isEqualTo(at);
            assertThat(found.distance()).isLessThan(0.05);
        }
        assertThat(places).hasSizeGreaterThan(10);
    }

    /** What the part is to become covers it, and changes nothing far from it. */
    @ParameterizedTest
    @EnumSource
    void theOtherThingHidesThePart(DrawnScene scene) {
        Place at = scene.place(new Random(3));
        INDArray before = scene.draw(new Random(3));
        Exemplar exemplar = scene.exemplar(at);
        INDArray after = exemplar.compositeOn(before.reshape(1, 3, DrawnScene.SIDE, DrawnScene.SIDE))
                .slice(0);
        assertThat(finder(scene).find(after.dup('c')).distance()).isGreaterThan(0.2);
        INDArray change = Transforms.abs(after.sub(before)).sum(0);
        INDArray far = exemplar.mask().dilated(2).toArray().rsub(1);
        assertThat(change.mul(far).sumNumber().doubleValue()).isLessThan(1e-4);
        assertThat(change.sumNumber().doubleValue()).isGreaterThan(10);
    }

    @ParameterizedTest
    @EnumSource
    void theBundledGeneratorsDrawThem(DrawnScene scene) throws IOException {
        PartFinder finder = finder(scene);
        int found = 0;
        try (Generator generator = scene.load()) {
            INDArray images = generator.generate(generator.sample(16, 2));
            for (int n = 0; n < 16; n++) {
                found += finder.find(images.slice(n)).distance() < 0.35 ? 1 : 0;
            }
        }
        assertThat(found).isGreaterThan(10);
    }
}
