package io.github.rewrite4j.samediff.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class KeyInterferenceTest {
    private final INDArray weight = Nd4j.eye(3).mul(2).castTo(DataType.FLOAT);

    @Test
    void isZeroForKeysThatTheChangeDoesNotSee() {
        INDArray change = Nd4j.zeros(DataType.FLOAT, 3, 3).putScalar(1, 0, 5);
        INDArray keys = Nd4j.createFromArray(new float[][] {{0, 1, 0}, {0, 2, 3}});
        assertThat(KeyInterference.measure(weight, change, keys)).isEqualTo(new KeyInterference(0, 0, 0));
    }

    @Test
    void isTheRatioOfTheLengthsOfValues() {
        INDArray change = Nd4j.zeros(DataType.FLOAT, 3, 3).putScalar(1, 0, 5);
        INDArray keys = Nd4j.createFromArray(new float[][] {{3, 4, 0}, {0, 1, 0}});
        KeyInterference interference = KeyInterference.measure(weight, change, keys);
        assertThat(interference.largest()).isCloseTo(15 / 10.0, within(1e-12));
        assertThat(interference.mean()).isCloseTo(0.75, within(1e-12));
    }

    @Test
    void ignoresOneWorstKeyOfAHundredInThePercentile() {
        INDArray change = weight.mul(0.1);
        INDArray keys = Nd4j.ones(DataType.FLOAT, 100, 3);
        change.putScalar(0, 0, 2);
        keys.putColumn(0, Nd4j.zeros(DataType.FLOAT, 100));
        keys.putScalar(40, 0, 1);
        KeyInterference interference = KeyInterference.measure(weight, change, keys);
        assertThat(interference.percentile99()).isCloseTo(0.1, within(1e-6));
        assertThat(interference.largest()).isGreaterThan(0.5);
    }

    @Test
    void refusesWhatDoesNotFit() {
        INDArray keys = Nd4j.ones(DataType.FLOAT, 4, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyInterference.measure(weight, weight, keys))
                .withMessageContainingAll("keys has shape [4, 2]", "rows of length 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyInterference.measure(weight, keys, keys))
                .withMessageContaining("change has shape [4, 2]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyInterference.measure(weight, weight, Nd4j.zeros(DataType.FLOAT, 1, 3)))
                .withMessageContaining("row 0");
    }
}
