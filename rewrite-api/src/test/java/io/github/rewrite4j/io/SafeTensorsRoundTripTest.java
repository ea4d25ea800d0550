package io.github.rewrite4j.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;
import static org.nd4j.linalg.indexing.NDArrayIndex.point;

import io.github.rewrite4j.io.internal.TensorData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("What was written is what is read")
class SafeTensorsRoundTripTest {
    @TempDir
    private Path folder;

    private INDArray roundTrip(INDArray array) throws IOException {
        Path file = folder.resolve("round.safetensors");
        SafeTensors.write(file, Map.of("x", array), Map.of());
        try (SafeTensors tensors = SafeTensors.open(file)) {
            return tensors.loadAs("x", array.dataType());
        }
    }

    private static void assertSame(INDArray actual, INDArray expected) {
        assertThat(actual.dataType()).isEqualTo(expected.dataType());
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(actual.ordering()).isEqualTo('c');
        assertThat(actual).isEqualTo(expected);
        assertThat(actual.dup('c').toStringFull()).isEqualTo(expected.dup('c').toStringFull());
    }

    static Stream<long[]> shapes() {
        return Stream.of(
                new long[] {}, new long[] {1}, new long[] {7}, new long[] {3, 4}, new long[] {2, 3, 1, 5}, new long[] {
                    1, 2, 1, 2, 1, 2
                });
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void everyShape(long... shape) throws IOException {
        INDArray array = HandMade.counting(shape);
        assertSame(roundTrip(array), array);
    }

    @ParameterizedTest
    @EnumSource(names = {"F64", "F32", "F16", "BF16", "I64", "I32", "U8", "BOOL"})
    void everyTypeFilledScalarAndEmpty(TensorType type) throws IOException {
        INDArray values = Nd4j.createFromArray(0f, 1f, 0.5f, 100f, 200f, 3f).castTo(type.dataType());
        assertSame(roundTrip(values.reshape(2, 3)), values.reshape(2, 3));
        assertSame(roundTrip(Nd4j.scalar(type.dataType(), 1)), Nd4j.scalar(type.dataType(), 1));
        INDArray empty = roundTrip(Nd4j.create(type.dataType(), 2, 0, 3));
        assertThat(empty.isEmpty()).isTrue();
        assertThat(empty.shape()).containsExactly(2, 0, 3);
        assertThat(empty.dataType()).isEqualTo(type.dataType());
    }

    @ParameterizedTest
    @EnumSource(names = {"F64", "F32", "F16", "BF16", "I64", "I32", "U8", "BOOL"})
    void bothWaysToReadTheMemoryOfAnArrayGiveTheSameBytes(TensorType type) throws IOException {
        INDArray array = HandMade.counting(5, 7).castTo(type.dataType());
        ByteArrayOutputStream elements = new ByteArrayOutputStream();
        TensorData.writeElements(array, elements);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        TensorData.of(array).writeTo(whole);
        assertThat(elements.toByteArray()).isEqualTo(whole.toByteArray()).hasSize(35 * type.bytes());
    }

    @Test
    void anEmptyArrayWithoutDimensionsGetsOne() throws IOException {
        assertThat(roundTrip(Nd4j.empty(DataType.DOUBLE)).shape()).containsExactly(0);
    }

    @Test
    void extremesOfEveryNumberType() throws IOException {
        INDArray doubles = Nd4j.createFromArray(Double.MIN_VALUE, -0.0, Double.MAX_VALUE, Math.PI);
        assertThat(roundTrip(doubles).toDoubleVector()).isEqualTo(doubles.toDoubleVector());
        INDArray longs = Nd4j.createFromArray(Long.MIN_VALUE, Long.MAX_VALUE, (1L << 53) + 1);
        assertThat(roundTrip(longs).toLongVector()).containsExactly(Long.MIN_VALUE, Long.MAX_VALUE, (1L << 53) + 1);
        INDArray ints = Nd4j.createFromArray(Integer.MIN_VALUE, Integer.MAX_VALUE);
        assertThat(roundTrip(ints).toIntVector()).containsExactly(Integer.MIN_VALUE, Integer.MAX_VALUE);
        INDArray bytes = Nd4j.createFromArray(0, 127, 128, 255).castTo(DataType.UINT8);
        assertThat(roundTrip(bytes).toIntVector()).containsExactly(0, 127, 128, 255);
    }

    @Test
    void valuesThatAreNotFiniteAreKept() throws IOException {
        float[] values = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
        assertThat(roundTrip(Nd4j.createFromArray(values)).toFloatVector()).containsExactly(values);
    }

    @Test
    void arraysThatAreNotInOrder() throws IOException {
        INDArray base = HandMade.counting(3, 4, 5);
        for (INDArray array : new INDArray[] {
            base.dup('f'),
            base.permute(2, 0, 1),
            base.get(point(1), all(), all()),
            base.get(all(), interval(1, 3), interval(0, 2, 5)),
            base.reshape(12, 5).getColumn(3),
            base.reshape(12, 5).getRow(7),
            base.reshape(12, 5).getScalar(7, 2),
            base.reshape(12, 5).transpose(),
            Nd4j.scalar(2f).broadcast(3, 3)
        }) {
            assertSame(roundTrip(array), array);
        }
    }

    @Test
    void writingLeavesTheArrayAsItWas() throws IOException {
        INDArray array = HandMade.counting(2, 3).dup('f');
        INDArray copy = array.dup('f');
        roundTrip(array);
        assertThat(array.wasClosed()).isFalse();
        assertThat(array).isEqualTo(copy);
        assertThat(array.ordering()).isEqualTo('f');
    }

    @Test
    void arraysLargerThanOneRun() throws IOException {
        INDArray array = HandMade.counting(100_003).castTo(DataType.DOUBLE);
        assertThat(roundTrip(array)).isEqualTo(array);
    }

    @Test
    void sixteenBitsAreWidenedUnlessAskedFor() throws IOException {
        Path file = folder.resolve("half.safetensors");
        INDArray half = Nd4j.createFromArray(0.1f, -3f).castTo(DataType.FLOAT16);
        INDArray brain = half.castTo(DataType.BFLOAT16);
        SafeTensors.write(file, Map.of("half", half, "brain", brain), Map.of());
        try (SafeTensors tensors = SafeTensors.open(file)) {
            assertThat(tensors.load("half")).isEqualTo(half.castTo(DataType.FLOAT));
            assertThat(tensors.load("brain")).isEqualTo(brain.castTo(DataType.FLOAT));
            assertThat(tensors.loadAs("brain", DataType.BFLOAT16)).isEqualTo(brain);
        }
    }

    @Test
    void typesThatCannotBeStoredAreNamed() {
        INDArray words = Nd4j.createFromArray(1, 2).castTo(DataType.INT16);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SafeTensorsWriter().add("words", words))
                .withMessageContaining("'words'")
                .withMessageContaining("SHORT cannot be stored; cast to one of [DOUBLE, FLOAT,");
    }
}
