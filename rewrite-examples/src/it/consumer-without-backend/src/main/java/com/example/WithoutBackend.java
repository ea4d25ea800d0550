package com.example;

import io.github.rewrite4j.NoBackendException;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import java.io.IOException;
import java.nio.file.Path;

/** Uses Rewrite4J with no backend on the class path: the first call says which artifacts to add. */
public final class WithoutBackend {
    private WithoutBackend() {}

    /** Fails to load, for the reason that a user must understand. */
    public static void main(String[] args) throws IOException {
        try {
            StyleGan2.load(Path.of("avatar-stylegan64.safetensors"));
        } catch (NoBackendException expected) {
            System.out.println("It says: " + expected.getMessage());
        }
    }
}
