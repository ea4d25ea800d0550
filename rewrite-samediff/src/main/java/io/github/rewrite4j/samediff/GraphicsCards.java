package io.github.rewrite4j.samediff;

import io.github.rewrite4j.NoBackendException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.nd4j.linalg.api.environment.Nd4jEnvironment;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Whether ND4J's CUDA backend can compute on the cards of this machine.
 *
 * <p>Its binaries for CUDA 11.6 hold machine code for the compute capabilities 3.7, 5.0, 5.2, 6.0, 6.1, 7.0, 7.5, 8.0 and 8.6, and
 * no PTX that a driver could translate for others. Machine code of a capability x.y runs on cards x.z with z at least y, so every
 * card from the Kepler K80 to Ada (8.9) is served, and no Hopper (9.0) or Blackwell (10 and 12).
 */
final class GraphicsCards {
    private GraphicsCards() {}

    /**
     * Looks the cards up, where the backend is CUDA's.
     *
     * @throws NoBackendException if no card here can run it
     */
    static void requireOneThatRuns() {
        if (Nd4j.getBackend().getClass().getSimpleName().startsWith("Cpu")) {
            return;
        }
        requireOneThatRuns(Nd4j.getExecutioner().getEnvironmentInformation());
    }

    static void requireOneThatRuns(Properties environment) {
        if (!(environment.get(Nd4jEnvironment.CUDA_DEVICE_INFORMATION_KEY) instanceof List<?> devices)
                || devices.isEmpty()) {
            return;
        }
        List<String> refused = devices.stream()
                .map(device -> (Map<?, ?>) device)
                .filter(device -> major(device) > 0 && !runs(major(device), minor(device)))
                .map(device -> device.get(Nd4jEnvironment.CUDA_DEVICE_NAME_KEY) + " (" + major(device) + "."
                        + minor(device) + ")")
                .toList();
        if (refused.size() == devices.size()) {
            throw NoBackendException.cardTooNew(String.join(", ", refused));
        }
    }

    /** Whether the binaries hold code that a card of this compute capability runs. */
    static boolean runs(int major, int minor) {
        return major == 3 ? minor >= 7 : major >= 5 && major <= 8;
    }

    private static int major(Map<?, ?> device) {
        return number(device, Nd4jEnvironment.CUDA_DEVICE_MAJOR_VERSION_KEY);
    }

    private static int minor(Map<?, ?> device) {
        return number(device, Nd4jEnvironment.CUDA_DEVICE_MINOR_VERSION_KEY);
    }

    private static int number(Map<?, ?> device, String key) {
        return device.get(key) instanceof Number number ? number.intValue() : 0;
    }
}
