package io.github.rewrite4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.avatars.Accessories;
import io.github.rewrite4j.edit.Exemplar;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What bundled accessories look like on other faces when they come as people have them, beside what they should look like;
 * {@link MeasureCutOuts} measures what that means for edits.
 */
class CutOutTest {
    private static List<Exemplar> pictures = List.of();

    @BeforeAll
    static void read() throws IOException {
        Accessories accessories = Accessories.bundled();
        pictures = new ArrayList<>();
        for (String name : accessories.all()) {
            pictures.addAll(accessories.named(name).subList(0, 5));
        }
    }

    /** Mean distance of what is drawn from what should be, where the object is, on three other faces. */
    private static double error(Function<Exemplar, Exemplar> way) {
        return error((picture, face) ->
                way.apply(picture).resizedTo(picture.height(), picture.width()).compositeOn(face));
    }

    private static double error(BiFunction<Exemplar, INDArray, INDArray> drawing) {
        double sum = 0;
        for (Exemplar picture : pictures) {
            double wrong = 0;
            for (int other : new int[] {3, 8, 13}) {
                INDArray face = pictures.get(other).without().orElseThrow().reshape(1, 3, 64, 64);
                INDArray difference = drawing.apply(picture, face).sub(picture.compositeOn(face));
                wrong += difference.norm1Number().doubleValue() / picture.mask().selectedCells() / 9;
            }
            sum += wrong / pictures.size();
        }
        return sum;
    }

    /** The old face under a soft edge is drawn with the object: what was done before edges were cleaned. */
    private static double withTheirOldEdges() {
        return error((picture, face) -> {
            INDArray alpha = picture.alpha().toArray().reshape(1, 1, 64, 64);
            INDArray object = picture.with().reshape(1, 3, 64, 64);
            return face.mul(alpha.rsub(1)).add(object.mul(alpha));
        });
    }

    @Test
    void plainCutOutsDrawLittleOfTheFaceThatTheyWereCutFrom() {
        double plain = error(picture -> Exemplar.cutOut(picture.with(), picture.alpha()));
        assertThat(plain).isLessThan(0.5 * withTheirOldEdges());
    }

    @Test
    void cutOutsFourTimesAsLargeDrawLessOfItToo() {
        double large = error(MeasureCutOuts::enlarged);
        assertThat(large).isLessThan(0.9 * withTheirOldEdges());
    }

    @Test
    void pairsWithoutAlphaAreSofterThanTheirDifference() {
        double hard = error(picture -> {
            Exemplar found = Exemplar.ofPair(picture.with(), picture.without().orElseThrow());
            return Exemplar.of(picture.with(), picture.without().orElseThrow(), found.mask(), found.mask());
        });
        double soft = error(
                picture -> Exemplar.ofPair(picture.with(), picture.without().orElseThrow()));
        assertThat(soft).isLessThan(0.8 * hard);
    }
}
