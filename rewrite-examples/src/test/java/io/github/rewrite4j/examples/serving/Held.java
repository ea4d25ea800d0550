package io.github.rewrite4j.examples.serving;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteCancelledException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Generators that draw when the test lets them. */
final class Held {
    final Semaphore permits = new Semaphore(0);
    final AtomicInteger interrupted = new AtomicInteger();

    /** This generator, and those derived from it, with a permit taken for each pass. */
    Generator around(Generator inner) {
        return (Generator) Proxy.newProxyInstance(
                Generator.class.getClassLoader(), new Class<?>[] {Generator.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("generate")) {
                        take();
                    }
                    try {
                        Object result = method.invoke(inner, arguments);
                        return result instanceof Generator derived ? around(derived) : result;
                    } catch (InvocationTargetException failed) {
                        throw Objects.requireNonNullElse(failed.getCause(), failed);
                    }
                });
    }

    private void take() {
        try {
            permits.acquire();
        } catch (InterruptedException gone) {
            interrupted.incrementAndGet();
            Thread.currentThread().interrupt();
            throw new RewriteCancelledException("drawing");
        }
    }
}
