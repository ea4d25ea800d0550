package io.github.rewrite4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.image.BlindPairs.Preference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class BlindPairsTest {
    @TempDir
    Path folder;

    private static INDArray pictures(double brightness) {
        return Nd4j.valueArrayOf(new long[] {10, 3, 8, 8}, (float) brightness);
    }

    @Test
    void thePictureShowsWhatTheKeySaysAndAnswersAreCountedByIt() throws IOException {
        BlindPairs.of("Which is brighter?", "bright", pictures(1), "dark", pictures(-1))
                .beside(pictures(0))
                .write(folder, 3);
        List<String> key = Files.readAllLines(folder.resolve("key.csv"));
        assertThat(key).hasSize(11);
        assertThat(key.stream().filter(line -> line.endsWith(",bright,dark"))).hasSize(5);
        assertThat(key.stream().filter(line -> line.endsWith(",dark,bright"))).hasSize(5);
        assertThat(key.subList(1, 11).stream()
                        .map(line -> line.endsWith("dark"))
                        .toList())
                .isNotEqualTo(List.of(true, false, true, false, true, false, true, false, true, false));
        assertThat(folder.resolve("pairs.png")).isNotEmptyFile();
        assertThat(Files.readAllLines(folder.resolve("answers.csv")))
                .hasSize(11)
                .contains("10,");

        StringBuilder answers = new StringBuilder("pair,better\n");
        for (String line : key.subList(1, 11)) {
            String[] fields = line.split(",", -1);
            boolean bright = !fields[0].equals("4");
            answers.append(fields[0]).append(fields[1].equals("bright") == bright ? ",A\n" : ",b\n");
        }
        Path one = Files.writeString(folder.resolve("one.csv"), answers);
        List<Preference> counted =
                BlindPairs.count(folder.resolve("key.csv"), List.of(one, folder.resolve("answers.csv")));
        assertThat(counted).containsExactly(new Preference("bright", 9, 10), new Preference("dark", 1, 10));
        double[] interval = counted.get(0).interval();
        assertThat(interval[0]).isCloseTo(0.5958, within(1e-4));
        assertThat(interval[1]).isCloseTo(0.9821, within(1e-4));
        assertThat(counted.get(0)).hasToString("bright is better in 9 of 10 answers, 90 % (95 %: 60 to 98 %)");
    }

    @Test
    void theSameSeedCallsTheSameA() throws IOException {
        BlindPairs pairs = BlindPairs.of("Which?", "one", pictures(1), "two", pictures(-1));
        pairs.write(folder.resolve("a"), 5);
        pairs.write(folder.resolve("b"), 5);
        pairs.write(folder.resolve("c"), 6);
        assertThat(folder.resolve("a/key.csv")).hasSameTextualContentAs(folder.resolve("b/key.csv"));
        assertThat(Files.readString(folder.resolve("c/key.csv")))
                .isNotEqualTo(Files.readString(folder.resolve("a/key.csv")));
    }

    @Test
    void whatCannotBeComparedOrCountedIsSaid() throws IOException {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BlindPairs.of("?", "a", pictures(0), "a", pictures(0)))
                .withMessageContaining("two names");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BlindPairs.of("?", "a", pictures(0), "b", Nd4j.zeros(9, 3, 8, 8)))
                .withMessageContaining("of the same size");
        BlindPairs.of("?", "a", pictures(0), "b", pictures(1)).write(folder, 1);
        Path key = folder.resolve("key.csv");
        assertThatThrownBy(() -> BlindPairs.count(key, List.of(folder.resolve("answers.csv"))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no answer");
        Path wrong = Files.writeString(folder.resolve("wrong.csv"), "pair,better\n11,A\n");
        assertThatThrownBy(() -> BlindPairs.count(key, List.of(wrong)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("pair 11");
        Path torn = Files.writeString(folder.resolve("torn.csv"), "pair,better\n1\n");
        assertThatThrownBy(() -> BlindPairs.count(key, List.of(torn)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("2 fields");
    }
}
