package com.example;

import io.github.rewrite4j.RewriteException;

/** Uses Rewrite4J with no backend on the class path. */
public final class WithoutBackend {
    private WithoutBackend() {}

    public static void main(String[] args) {
        System.out.println(new RewriteException("no backend: add org.nd4j:nd4j-native").getMessage());
    }
}
