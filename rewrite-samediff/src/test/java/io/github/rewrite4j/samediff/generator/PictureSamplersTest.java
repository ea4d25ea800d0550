package io.github.rewrite4j.samediff.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.latent.LatentSamples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PictureSamplersTest {
    @Test
    void gaussianArraysAreRowsOfTheLegacyStream() {
        GaussianSampler sampler = GaussianSampler.of("noise", 2, 3);

        Inputs inputs = sampler.at(List.of(new Sample(7, 4), new Sample(7, 1), new Sample(8, 0)));

        assertThat(inputs.get("noise").shape()).containsExactly(3, 2, 3);
        assertThat(inputs.get("noise").reshape(3, 6).getRow(0).dup())
                .isEqualTo(LatentSamples.at(6, 7, 4).getRow(0).dup());
        assertThat(inputs.get("noise").reshape(3, 6).getRow(2).dup())
                .isEqualTo(LatentSamples.at(6, 8, 0).getRow(0).dup());
        assertThat(sampler.sample(2, 7).get("noise").reshape(2, 6).getRow(1).dup())
                .isEqualTo(inputs.get("noise").reshape(3, 6).getRow(1).dup());
    }

    @Test
    void noPictureRepeatsBeforeAllWereSeen() {
        PictureSampler sampler =
                new PictureSampler("x", 10, i -> Nd4j.scalar(DataType.FLOAT, i).reshape(1, 1, 1), "ten");
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            seen.add(sampler.number(new Sample(3, i)));
        }

        assertThat(seen).hasSize(10);
        assertThat(sampler.number(new Sample(3, 14))).isEqualTo(sampler.number(new Sample(3, 4)));
        assertThat(sampler.at(Sample.range(3, 0, 10)).get("x"))
                .isNotEqualTo(sampler.at(Sample.range(4, 0, 10)).get("x"));
    }

    @Test
    void picturesOfAFolderAreCroppedAtTheCentreAndReduced(@TempDir Path folder) throws IOException {
        INDArray wide = Nd4j.ones(DataType.FLOAT, 1, 3, 8, 16).muli(-1);
        for (int y = 0; y < 8; y++) {
            for (int x = 4; x < 12; x++) {
                wide.putScalar(new int[] {0, 0, y, x}, 1);
            }
        }
        Images.writeGrid(wide, folder.resolve("wide.png"));
        Files.writeString(folder.resolve("notes.txt"), "no picture");

        ImageFolderSampler sampler = ImageFolderSampler.of(folder, "x", 4, 4);
        INDArray drawn = sampler.sample(3, 1).get("x");

        assertThat(drawn.shape()).containsExactly(3, 3, 4, 4);
        assertThat(drawn.slice(0).slice(0).minNumber().doubleValue()).isEqualTo(1);
        assertThat(drawn.slice(0).slice(1).maxNumber().doubleValue()).isEqualTo(-1);
    }

    @Test
    void greyPicturesAreTheLumaOfTheirColours(@TempDir Path folder) throws IOException {
        INDArray red = Nd4j.ones(DataType.FLOAT, 1, 3, 8, 8).neg();
        red.slice(0).slice(0).assign(1);
        Images.writeGrid(red, folder.resolve("red.png"));

        INDArray drawn =
                ImageFolderSampler.of(folder, "x", 1, 4, 6).sample(2, 1).get("x");

        assertThat(drawn.shape()).containsExactly(2, 1, 4, 6);
        assertThat(drawn.meanNumber().doubleValue()).isCloseTo(2 * 0.299 - 1, within(1e-5));
        assertThatThrownBy(() -> ImageFolderSampler.of(folder, "x", 2, 4, 6)).hasMessageContaining("were 2");
    }

    @Test
    void idsFollowTheContentOfTheFolder(@TempDir Path folder) throws IOException {
        Images.writeGrid(Nd4j.zeros(DataType.FLOAT, 1, 3, 8, 8), folder.resolve("a.png"));
        String one = ImageFolderSampler.of(folder, "x", 4, 4).id();
        assertThat(ImageFolderSampler.of(folder, "x", 4, 4).id()).isEqualTo(one);
        assertThat(ImageFolderSampler.of(folder, "x", 4, 8).id()).isNotEqualTo(one);

        Images.writeGrid(Nd4j.zeros(DataType.FLOAT, 1, 3, 8, 8), folder.resolve("b.png"));

        assertThat(ImageFolderSampler.of(folder, "x", 4, 4).id()).isNotEqualTo(one);
    }

    @Test
    void foldersWithoutPicturesAreRefused(@TempDir Path folder) {
        assertThatThrownBy(() -> ImageFolderSampler.of(folder, "x", 4, 4))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no file that ends in .png");
    }
}
