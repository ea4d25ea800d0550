package io.github.rewrite4j.samediff.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What a driver does with what its executors send. */
class PackedMomentTest {
    @Test
    void aThousandPartialsOf512ChannelsAreAddedInUnderASecond() {
        INDArray keys = Nd4j.randn(DataType.FLOAT, 8, 512);
        PackedMoment partial =
                SecondMoment.ofDimension(512, Precision.FLOAT64).addRows(keys).packed();
        // Computing time: that of the clock is other programs' as well.
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        long began = clock.getCurrentThreadCpuTime();
        PackedMoment sum = partial;
        for (int i = 1; i < 1000; i++) {
            sum = sum.plus(partial);
        }
        double seconds = (clock.getCurrentThreadCpuTime() - began) / 1e9;
        System.out.printf("1,000 partials of 512 channels: %.2f s%n", seconds);
        assertThat(sum.count()).isEqualTo(8000);
        assertThat(sum.toCovariance().matrix().getDouble(3, 7))
                .isBetween(
                        partial.toCovariance().matrix().getDouble(3, 7) - 1e-9,
                        partial.toCovariance().matrix().getDouble(3, 7) + 1e-9);
        assertThat(seconds).isLessThan(1);
    }
}
