package io.github.rewrite4j.samediff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.NoBackendException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.environment.Nd4jEnvironment;

class GraphicsCardsTest {
    private static Map<String, Object> card(String name, int major, int minor) {
        return Map.of(
                Nd4jEnvironment.CUDA_DEVICE_NAME_KEY, name,
                Nd4jEnvironment.CUDA_DEVICE_MAJOR_VERSION_KEY, major,
                Nd4jEnvironment.CUDA_DEVICE_MINOR_VERSION_KEY, minor);
    }

    private static Properties machine(List<Map<String, Object>> cards) {
        Properties environment = new Properties();
        environment.put(Nd4jEnvironment.CUDA_DEVICE_INFORMATION_KEY, cards);
        return environment;
    }

    @ParameterizedTest
    @CsvSource({
        "3, 5, false",
        "3, 7, true",
        "5, 0, true",
        "6, 1, true",
        "7, 0, true",
        "7, 5, true",
        "8, 0, true",
        "8, 6, true",
        "8, 9, true",
        "9, 0, false",
        "10, 0, false",
        "12, 0, false"
    })
    void theBinariesServeCardsFromTheK80ToAda(int major, int minor, boolean runs) {
        assertThat(GraphicsCards.runs(major, minor)).isEqualTo(runs);
    }

    @Test
    void aCardThatIsTooNewIsNamedWithWhatToDo() {
        assertThatThrownBy(() -> GraphicsCards.requireOneThatRuns(machine(List.of(card("H100", 9, 0)))))
                .isInstanceOf(NoBackendException.class)
                .hasMessageContainingAll("H100 (9.0)", "8.6", "Hopper", "nd4j-native");
    }

    @Test
    void oneCardThatRunsIsEnough() {
        assertThatCode(() -> GraphicsCards.requireOneThatRuns(machine(List.of(card("H100", 9, 0), card("A100", 8, 0)))))
                .doesNotThrowAnyException();
    }

    @Test
    void aProcessorHasNoCardsToLookAt() {
        assertThatCode(() -> GraphicsCards.requireOneThatRuns()).doesNotThrowAnyException();
        assertThatCode(() -> GraphicsCards.requireOneThatRuns(new Properties())).doesNotThrowAnyException();
    }
}
