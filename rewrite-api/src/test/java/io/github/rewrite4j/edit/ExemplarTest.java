package io.github.rewrite4j.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ExemplarTest {
    private static final int SIZE = 16;

    private static INDArray noise(long seed, long... shape) {
        Random random = new Random(seed);
        INDArray array = Nd4j.create(DataType.FLOAT, shape);
        for (long i = 0; i < array.length(); i++) {
            array.putScalar(i, random.nextFloat() * 2 - 1);
        }
        return array;
    }

    private static Mask square(int from, int to, float value) {
        float[][] rows = new float[SIZE][SIZE];
        for (int y = from; y < to; y++) {
            for (int x = from; x < to; x++) {
                rows[y][x] = value;
            }
        }
        return Mask.of(rows);
    }

    private static double distance(INDArray a, INDArray b) {
        return a.sub(b).amaxNumber().doubleValue();
    }

    @Test
    void theCompositeIsTheFormulaInsideTheMaskAndThePictureOutside() {
        INDArray with = noise(1, 3, SIZE, SIZE);
        INDArray without = noise(2, 3, SIZE, SIZE);
        Exemplar exemplar = Exemplar.of(with, without, square(4, 8, 1f), square(3, 9, 0.75f));
        INDArray pictures = noise(3, 2, 3, SIZE, SIZE);
        INDArray before = pictures.dup();
        INDArray composite = exemplar.compositeOn(pictures);
        double expected =
                0.25 * pictures.getDouble(1, 2, 5, 6) + with.getDouble(2, 5, 6) - 0.25 * without.getDouble(2, 5, 6);
        assertThat(composite.getDouble(1, 2, 5, 6)).isCloseTo(Math.max(-1, Math.min(1, expected)), within(1e-6));
        assertThat(composite.getDouble(1, 2, 3, 3)).isEqualTo(pictures.getDouble(1, 2, 3, 3));
        assertThat(pictures).isEqualTo(before);
        assertThat(composite.maxNumber().doubleValue()).isLessThanOrEqualTo(1);
    }

    @Test
    void onItsOwnBackgroundAnExemplarLooksAsItWasGiven() {
        INDArray without = noise(2, 3, SIZE, SIZE);
        INDArray with = without.dup();
        for (int c = 0; c < 3; c++) {
            for (int i = 0; i < 16; i++) {
                with.putScalar(new int[] {c, 4 + i % 4, 4 + i / 4}, 0.3f * c);
            }
        }
        Exemplar exemplar = Exemplar.of(with, without, square(3, 9, 1f), square(3, 9, 0.6f));
        INDArray composite = exemplar.compositeOn(without.reshape(1, 3, SIZE, SIZE));
        assertThat(distance(composite.reshape(3, SIZE, SIZE), with)).isLessThan(1e-6);
    }

    @Test
    void aCutOutIsMixedByItsAlphaAndItsFaintRimIsNoObject() {
        float[][] rows = square(4, 8, 0.5f).toRows();
        rows[3][3] = 9 / 255f;
        INDArray picture = noise(1, 3, SIZE, SIZE);
        Exemplar exemplar = Exemplar.cutOut(picture, Mask.of(rows));
        assertThat(exemplar.mask()).isEqualTo(square(4, 8, 1f));
        INDArray white = Nd4j.ones(DataType.FLOAT, 1, 3, SIZE, SIZE);
        assertThat(exemplar.compositeOn(white).getDouble(0, 1, 6, 7))
                .isCloseTo(0.5 + 0.5 * picture.getDouble(1, 6, 7), within(1e-6));
        assertThat(exemplar.compositeOn(white).getDouble(0, 1, 3, 3)).isEqualTo(1);
    }

    @Test
    void aRegionMarksTheObjectAsSoftlyAsItIs() {
        INDArray picture = noise(1, 3, SIZE, SIZE);
        Exemplar exemplar = Exemplar.of(picture, Region.of(square(4, 8, 0.25f)));
        assertThat(exemplar.alpha()).isEqualTo(square(4, 8, 0.25f));
        assertThat(exemplar.without()).isEmpty();
        assertThat(exemplar.with()).isEqualTo(picture);
    }

    @Test
    void aSecondPictureShowsTheObjectWithItsSmallHolesClosedAndSpecksDropped() {
        INDArray without = Nd4j.zeros(DataType.FLOAT, 3, 32, 32);
        INDArray with = Nd4j.zeros(DataType.FLOAT, 3, 32, 32);
        for (int y = 4; y < 24; y++) {
            for (int x = 4; x < 24; x++) {
                boolean pinhole = x == 6 && y == 6;
                boolean lens = x >= 10 && x < 18 && y >= 10 && y < 18;
                with.putScalar(new int[] {1, y, x}, pinhole || lens ? 0.12f : 0.13f);
            }
        }
        with.putScalar(new int[] {0, 29, 29}, 1f);
        Mask mask = Exemplar.ofPair(with, without).mask();
        assertThat(mask.value(6, 6)).isEqualTo(1f);
        assertThat(mask.value(13, 13)).isZero();
        assertThat(mask.value(29, 29)).isZero();
        assertThat(mask.selectedCells()).isEqualTo(20 * 20 - 8 * 8);
        assertThatThrownBy(() -> Exemplar.ofPair(without, without))
                .isInstanceOf(EmptyRegionException.class)
                .hasMessageContaining("differ nowhere");
    }

    @Test
    void coloursOfCoveredPixelsDoNotBleedWhenItIsReduced() {
        INDArray picture = Nd4j.ones(DataType.FLOAT, 3, SIZE, SIZE).neg();
        for (int y = 3; y < 9; y++) {
            for (int x = 3; x < 9; x++) {
                picture.putScalar(new int[] {0, y, x}, 1f);
                picture.putScalar(new int[] {1, y, x}, 1f);
                picture.putScalar(new int[] {2, y, x}, 1f);
            }
        }
        Exemplar small = Exemplar.cutOut(picture, square(3, 9, 1f)).resizedTo(8);
        INDArray white = Nd4j.ones(DataType.FLOAT, 1, 3, 8, 8);
        // A white object on white stays white: none of the black behind it may show at its rim.
        assertThat(distance(small.compositeOn(white), white)).isLessThan(1e-5);
        assertThat(small.alpha().sum()).isCloseTo(9, within(0.05));
    }

    @Test
    void aSmallCompositeIsTheCompositeOfTheSmallExemplar() {
        INDArray without = noise(5, 3, SIZE, SIZE).muli(0.3);
        INDArray with = noise(6, 3, SIZE, SIZE).muli(0.3);
        Exemplar exemplar = Exemplar.of(with, without, square(2, 11, 1f), square(2, 11, 0.8f));
        INDArray grey = Nd4j.zeros(DataType.FLOAT, 1, 3, SIZE, SIZE).addi(0.2);
        INDArray large = exemplar.compositeOn(grey).reshape(3, SIZE, SIZE);
        INDArray reduced = Planes.picture("composite", large).resized(7, 7).toArray();
        INDArray small = exemplar.resizedTo(7)
                .compositeOn(Nd4j.zeros(DataType.FLOAT, 1, 3, 7, 7).addi(0.2));
        assertThat(distance(small.reshape(3, 7, 7), reduced)).isLessThan(1e-5);
        assertThat(exemplar.mask(7)).isEqualTo(square(2, 11, 1f).resized(7, 7));
    }

    @Test
    void proportionsAreKeptAndTheRestHoldsNoObject() {
        Exemplar wide = Exemplar.of(noise(1, 3, 10, 20), Region.rectangle(0, 0, 20, 3));
        Exemplar square = wide.resizedTo(20);
        assertThat(square.height()).isEqualTo(20);
        assertThat(square.mask().boundingBox()).isEqualTo(new Box(5, 0, 8, 20));
        INDArray pictures = noise(2, 1, 3, 20, 20);
        assertThat(square.compositeOn(pictures).getDouble(0, 0, 2, 7)).isEqualTo(pictures.getDouble(0, 0, 2, 7));
        assertThat(square.with().getDouble(1, 0, 7)).isEqualTo(wide.with().getDouble(1, 0, 7));
    }

    @Test
    void anObjectIsMovedByItsCentreAndStaysWhole() {
        Exemplar exemplar = Exemplar.of(noise(1, 3, SIZE, SIZE), Region.of(square(2, 6, 1f)));
        Exemplar moved = exemplar.movedTo(9, 7);
        assertThat(moved.mask().centre()).isEqualTo(new Cell(7, 9));
        INDArray pictures = noise(2, 1, 3, SIZE, SIZE);
        assertThat(moved.compositeOn(pictures).getDouble(0, 0, 8, 8))
                .isEqualTo(exemplar.with().getDouble(0, 5, 3));
        Exemplar corner = exemplar.movedTo(SIZE - 1, 0);
        assertThat(corner.mask().boundingBox()).isEqualTo(new Box(0, SIZE - 4, 4, SIZE));
        assertThatThrownBy(() -> exemplar.movedTo(SIZE, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("x 16, y 3")
                .hasMessageContaining("x from 0 to 15");
    }

    @Test
    void masksThatSelectNothingOrEverythingAreRefused() {
        INDArray picture = noise(1, 3, SIZE, SIZE);
        assertThatThrownBy(() -> Exemplar.cutOut(picture, square(0, 4, 0.01f)))
                .isInstanceOf(EmptyRegionException.class)
                .hasMessageContaining("10/255");
        assertThatThrownBy(() -> Exemplar.of(picture, Region.rectangle(40, 40, 4, 4)))
                .isInstanceOf(EmptyRegionException.class)
                .hasMessageContaining("outside an image of 16x16");
        assertThatThrownBy(() -> Exemplar.cutOut(picture, square(0, SIZE, 1f)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("transparent");
        Exemplar dot = Exemplar.of(noise(1, 3, 640, 640), Region.rectangle(300, 300, 1, 1));
        assertThatThrownBy(() -> dot.resizedTo(16))
                .isInstanceOf(EmptyRegionException.class)
                .hasMessageContaining("crop the picture");
    }

    @Test
    void whatDoesNotFitTogetherIsRefusedWithWhatToDo() {
        INDArray picture = noise(1, 3, SIZE, SIZE);
        assertThatThrownBy(() -> Exemplar.of(picture, noise(1, 3, 8, SIZE), square(0, 4, 1f), square(0, 4, 1f)))
                .hasMessageContaining("without the object has 16x8")
                .hasMessageContaining("16x16");
        assertThatThrownBy(() -> Exemplar.cutOut(noise(1, 3, 8, 8), square(0, 4, 1f)))
                .hasMessageContaining("mask has 16x16");
        assertThatThrownBy(() -> Exemplar.cutOut(picture.mul(127.5), square(0, 4, 1f)))
                .hasMessageContaining("127.5");
        assertThatThrownBy(() -> Exemplar.cutOut(noise(1, 4, SIZE, SIZE), square(0, 4, 1f)))
                .hasMessageContaining("[4, 16, 16]");
        Exemplar exemplar = Exemplar.cutOut(picture, square(0, 4, 1f));
        assertThatThrownBy(() -> exemplar.compositeOn(noise(1, 1, 3, 8, 8))).hasMessageContaining("resizedTo");
        INDArray broken = noise(1, 1, 3, SIZE, SIZE);
        broken.putScalar(5, Float.NaN);
        assertThatThrownBy(() -> exemplar.compositeOn(broken)).hasMessageContaining("NaN");
    }

    @Test
    void itKeepsCopiesAndGivesCopies() {
        INDArray picture = noise(1, 3, SIZE, SIZE);
        Exemplar exemplar = Exemplar.cutOut(picture, square(0, 4, 1f)).named("hat");
        INDArray first = exemplar.with();
        picture.assign(0);
        exemplar.with().assign(0);
        assertThat(exemplar.with()).isEqualTo(first);
        assertThat(exemplar.resizedTo(8).movedTo(4, 4).name()).isEqualTo("hat");
    }
}
