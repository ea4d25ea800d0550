package com.example;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Runs with nothing on the class path but Rewrite4J, its dependencies and a backend. */
public final class QuickStart {
    private QuickStart() {}

    public static void main(String[] args) {
        try (INDArray ones = Nd4j.ones(2, 2);
                INDArray product = ones.mmul(ones)) {
            System.out.println("sum of the product: " + product.sumNumber().intValue());
        }
    }
}
