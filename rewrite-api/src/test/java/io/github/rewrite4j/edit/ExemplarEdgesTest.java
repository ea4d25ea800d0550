package io.github.rewrite4j.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.Sample;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A disc of one colour with a soft edge: what its exemplar says of it, whatever the picture behind it was. */
class ExemplarEdgesTest {
    private static final float[] OBJECT = {0.8f, -0.6f, 0.1f};
    private static final double[] NEW = {-0.9, 0.2, 0.7};

    @TempDir
    private Path directory;

    /** Falls from 1 to 0 over a sixteenth of the picture. */
    private static float coverage(int size, int pixel) {
        int row = pixel / size;
        double y = row + 0.5 - size / 2.0;
        double x = pixel % size + 0.5 - size / 2.0;
        return (float) Math.max(0, Math.min(1, (size * 0.3 - Math.hypot(x, y)) / (size * 0.0625) + 0.5));
    }

    private static Mask coverage(int size) {
        float[][] rows = new float[size][size];
        for (int i = 0; i < size * size; i++) {
            rows[i / size][i % size] = coverage(size, i);
        }
        return Mask.of(rows);
    }

    /** What was behind it: grey that rises from left to right. */
    private static float behind(int size, int pixel) {
        return -0.2f + 0.8f * (pixel % size) / size;
    }

    private static INDArray picture(int size, boolean withObject) {
        float[] values = new float[3 * size * size];
        for (int i = 0; i < values.length; i++) {
            int pixel = i % (size * size);
            float a = withObject ? coverage(size, pixel) : 0;
            values[i] = a * OBJECT[i / (size * size)] + (1 - a) * behind(size, pixel);
        }
        return Nd4j.create(values, new long[] {3, size, size}, 'c');
    }

    /** Mean distance of what the exemplar draws on a new background from what it should. */
    private static double error(Exemplar exemplar, Mask truth) {
        int size = truth.width();
        INDArray plain = Nd4j.create(DataType.FLOAT, 1, 3, size, size);
        for (int i = 0; i < 3 * size * size; i++) {
            plain.putScalar(i, NEW[i / (size * size)]);
        }
        float[] drawn = exemplar.compositeOn(plain).data().asFloat();
        double sum = 0;
        int count = 0;
        for (int i = 0; i < drawn.length; i++) {
            double a = truth.value(i % (size * size) / size, i % size);
            if (a > 0.04 && a < 0.95) {
                sum += Math.abs(drawn[i] - a * OBJECT[i / (size * size)] - (1 - a) * NEW[i / (size * size)]);
                count++;
            }
        }
        return sum / count;
    }

    private static INDArray stored(int size, float outside, boolean clean) {
        INDArray picture = picture(size, true);
        for (int i = 0; i < 3 * size * size; i++) {
            if (coverage(size, i % (size * size)) <= 0) {
                picture.putScalar(i, outside);
            } else if (clean) {
                picture.putScalar(i, OBJECT[i / (size * size)]);
            }
        }
        return picture;
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 128, 256})
    void aCutOutLosesWhatItsOldBackgroundLeftUnderItsEdge(int size) {
        Mask alpha = coverage(size);
        assertThat(error(Exemplar.cutOut(picture(size, true), alpha), alpha)).isLessThan(0.03);
        // Colours of clear pixels thrown away, as most programs do.
        assertThat(error(Exemplar.cutOut(stored(size, -1f, false), alpha), alpha))
                .isLessThan(0.03);
        // Colours that are right already stay to the bit.
        Exemplar clean = Exemplar.cutOut(stored(size, -1f, true), alpha);
        assertThat(error(clean, alpha)).isLessThan(1e-6);
    }

    @Test
    void colourOnBlackIsTakenApartToo() {
        Mask alpha = coverage(64);
        INDArray onBlack = Nd4j.create(DataType.FLOAT, 3, 64, 64);
        for (int i = 0; i < 3 * 64 * 64; i++) {
            float a = coverage(64, i % (64 * 64));
            onBlack.putScalar(i, a * OBJECT[i / (64 * 64)] - (1 - a));
        }
        assertThat(error(Exemplar.cutOut(onBlack, alpha), alpha)).isLessThan(0.03);
    }

    @Test
    void glassInsideAFrameKeepsItsColour() {
        INDArray picture = Nd4j.zeros(DataType.FLOAT, 3, 64, 64).subi(1);
        float[][] alpha = new float[64][64];
        for (int y = 12; y < 52; y++) {
            for (int x = 12; x < 52; x++) {
                boolean frame = y < 16 || y >= 48 || x < 16 || x >= 48;
                alpha[y][x] = frame ? 1f : 0.5f;
                picture.putScalar(new int[] {1, y, x}, frame ? -1f : 1f);
            }
        }
        INDArray share = Exemplar.cutOut(picture, Mask.of(alpha)).share();
        assertThat(share.getDouble(1, 30, 30)).isCloseTo(0.5, within(1e-6));
        assertThat(share.getDouble(1, 17, 17)).isCloseTo(0.5, within(1e-6));
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 128, 256})
    void theSoftAlphaOfAPairIsEstimated(int size) {
        Exemplar pair = Exemplar.ofPair(picture(size, true), picture(size, false));
        Mask truth = coverage(size);
        double worst = 0;
        double sum = 0;
        int soft = 0;
        for (int i = 0; i < size * size; i++) {
            double wanted = coverage(size, i);
            double found = pair.alpha().value(i / size, i % size);
            if (wanted > 0.1 && wanted < 0.95) {
                worst = Math.max(worst, Math.abs(found - wanted));
                sum += Math.abs(found - wanted);
                soft++;
            }
        }
        assertThat(soft).isGreaterThan(4 * size);
        assertThat(sum / soft).isLessThan(0.06);
        assertThat(worst).isLessThan(0.25);
        assertThat(error(pair, truth)).isLessThan(0.06);
        assertThat(pair.alpha().value(size / 2, size / 2)).isEqualTo(1f);
    }

    @Test
    void aLargePictureBecomesTheMeanOverEachPixelsArea() {
        INDArray small = picture(16, true);
        float[] large = new float[3 * 64 * 64];
        for (int i = 0; i < large.length; i++) {
            large[i] = small.getFloat(i / 4096, i % 4096 / 64 / 4, i % 64 / 4);
        }
        float[][] alpha = new float[64][64];
        for (int i = 0; i < 4096; i++) {
            alpha[i / 64][i % 64] = coverage(16, i / 64 / 4 * 16 + i % 64 / 4);
        }
        INDArray enlarged = Nd4j.create(large, new long[] {3, 64, 64}, 'c');
        Exemplar reduced = Exemplar.of(
                        enlarged, enlarged.sub(0.1).castTo(DataType.FLOAT), Mask.of(alpha), Mask.of(alpha))
                .resizedTo(16);
        assertThat(reduced.with().sub(small).amaxNumber().doubleValue()).isLessThan(1e-6);
        for (int i = 0; i < 256; i++) {
            assertThat(reduced.alpha().value(i / 16, i % 16)).isCloseTo(coverage(16, i), within(1e-6f));
        }
    }

    @Test
    void aTightCutOutIsDrawnAtHalfTheWidthAndThisIsSaid() {
        float[][] alpha = new float[30][60];
        for (int i = 0; i < 1800; i++) {
            alpha[i / 60][i % 60] = i % 60 < 59 && i > 0 ? 1f : 0f;
        }
        INDArray picture = Nd4j.zeros(DataType.FLOAT, 3, 30, 60);
        Exemplar tight = Exemplar.cutOut(picture, Mask.of(alpha)).named("glasses.png");
        Exemplar drawn = tight.resizedTo(64);
        Box box = drawn.mask().boundingBox();
        assertThat(box.width()).isBetween(32, 34);
        assertThat(box.height()).isBetween(16, 18);
        assertThat(box.centre().row()).isBetween(31, 33);
        assertThat(box.centre().column()).isBetween(31, 33);
        assertThat(drawn.notes())
                .singleElement()
                .asString()
                .contains("glasses.png is a tight cut-out", "32 pixels wide", "--size");
        assertThat(drawn.resizedTo(64)).isSameAs(drawn);
        assertThat(drawn.movedTo(20, 40).resizedTo(64).mask().centre().row()).isBetween(39, 41);

        Exemplar chosen = tight.resizedTo(64, 64, 60);
        assertThat(chosen.mask().boundingBox().width()).isBetween(60, 62);
        assertThat(chosen.notes()).isEmpty();
        assertThat(chosen.resizedTo(64)).isSameAs(chosen);
        assertThatThrownBy(() -> tight.resizedTo(64, 64, 65))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be 65 pixels wide on a picture of 64x64")
                .hasMessageContaining("give a width from 1 to 64");
        // A tall one is as high as the image at most.
        float[][] tall = new float[90][20];
        for (int i = 0; i < 1800; i++) {
            tall[i / 20][i % 20] = i % 20 < 19 && i > 0 ? 1f : 0f;
        }
        Box high = Exemplar.cutOut(Nd4j.zeros(DataType.FLOAT, 3, 90, 20), Mask.of(tall))
                .resizedTo(64)
                .mask()
                .boundingBox();
        assertThat(high.height()).isLessThanOrEqualTo(64);
        assertThat(high.width()).isBetween(12, 15);
    }

    @Test
    void anObjectInAPictureKeepsItsPlaceWhateverSizeIsChosen() {
        Exemplar exemplar = Exemplar.of(picture(64, true), Region.rectangle(10, 40, 8, 4));
        Box box = exemplar.resizedTo(64, 64, 16).mask().boundingBox();
        assertThat(box.width()).isBetween(16, 18);
        assertThat(box.centre().column()).isBetween(13, 15);
        assertThat(box.centre().row()).isBetween(41, 43);
        assertThat(exemplar.resizedTo(64, 64, 4).mask().boundingBox().width()).isBetween(4, 6);
    }

    @Test
    void hugePicturesAreReducedWhenTheyAreRead() throws IOException {
        BufferedImage image = new BufferedImage(3000, 2000, BufferedImage.TYPE_INT_ARGB);
        for (int y = 800; y < 1200; y++) {
            for (int x = 1000; x < 2000; x++) {
                image.setRGB(x, y, 0xFFFF8000);
            }
        }
        Path file = directory.resolve("huge.png");
        ImageIO.write(image, "png", file.toFile());
        Exemplar exemplar = Exemplar.read(file, Optional.empty(), Optional.empty());
        assertThat(exemplar.width()).isEqualTo(1500);
        assertThat(exemplar.height()).isEqualTo(1000);
        assertThat(exemplar.mask().boundingBox()).isEqualTo(new Box(400, 500, 600, 1000));
        assertThat(exemplar.share().getDouble(1, 500, 700)).isCloseTo(128 / 127.5 - 1, within(1e-3));
    }

    @Test
    void exemplarsOfTheirOwnAreAsManyAsContexts() {
        Exemplar disc = Exemplar.cutOut(picture(16, true), coverage(16)).resizedTo(16);
        ExemplarEdit each = ExemplarEdit.each(List.of(disc, disc.movedTo(5, 5)), Sample.range(1, 0, 2));
        assertThat(each.paired()).isTrue();
        assertThat(each.shownOn(Sample.range(2, 0, 2)).paired()).isTrue();
        assertThat(each.except(Sample.range(3, 0, 5)).paired()).isTrue();
        assertThat(ExemplarEdit.of(disc).paired()).isFalse();
        assertThatThrownBy(() -> each.shownOn(Sample.range(1, 0, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 exemplars for 3 contexts");
    }
}
