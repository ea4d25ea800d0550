package io.github.rewrite4j.samediff;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.nativeblas.NativeOpsHolder;

class ComputeThreadsTest {
    @AfterEach
    void one() {
        ComputeThreads.use(1);
    }

    private static int known() {
        return NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads();
    }

    private static int afterDrawing(Generator generator, Runnable before) throws InterruptedException {
        AtomicInteger seen = new AtomicInteger();
        Thread thread = new Thread(() -> {
            before.run();
            generator.generate(generator.sample(1, 1)).close();
            seen.set(known());
        });
        thread.start();
        thread.join();
        return seen.get();
    }

    @Test
    void everyThreadThatComputesKnowsWhatWasChosenInAnother() throws Exception {
        try (Generator generator = Avatars.load()) {
            ComputeThreads.use(3);
            assertThat(afterDrawing(generator, () -> {})).isEqualTo(3);
            assertThat(afterDrawing(generator, ComputeThreads::oneInThisThread)).isEqualTo(1);
            ComputeThreads.use(1);
            assertThat(afterDrawing(generator, () -> {})).isEqualTo(1);
        }
    }
}
