package io.github.rewrite4j.samediff.generator.onnx;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Activations and other functions of one number, in the forms that exporters write, against ONNX Runtime. */
class OnnxActivationTest extends OperatorSuite {
    static Stream<Arguments> cases() {
        return Stream.concat(activations(), moreActivations());
    }

    private static Stream<Arguments> activations() {
        return Stream.of(
                        "Relu",
                        "LeakyRelu",
                        "Sigmoid",
                        "Tanh",
                        "Softplus",
                        "Softsign",
                        "Erf",
                        "Elu",
                        "Celu",
                        "Selu",
                        "HardSigmoid",
                        "ThresholdedRelu",
                        "Abs",
                        "Neg",
                        "Floor",
                        "Ceil",
                        "Round",
                        "Sign",
                        "Reciprocal",
                        "Exp",
                        "Sin",
                        "Cos",
                        "Softmax",
                        "LogSoftmax",
                        "Identity",
                        "Dropout")
                .map(name -> of(name, maps(13).then(name)));
    }

    private static Stream<Arguments> moreActivations() {
        return Stream.of(
                of("leak", maps(13).then("LeakyRelu", List.of(), a -> a.real("alpha", 0.3))),
                of("elu 2", maps(13).then("Elu", List.of(), a -> a.real("alpha", 2))),
                of("hard swish", maps(14).then("HardSwish")),
                of("mish", maps(18).then("Mish")),
                of("gelu", maps(20).then("Gelu")),
                of("rough gelu", maps(20).then("Gelu", List.of(), a -> a.text("approximate", "tanh"))),
                of("prelu", maps(13).weight("s", 4, 1, 1).then("PRelu", "s")),
                of("prelu of one", maps(13).weight("s", 1).then("PRelu", "s")),
                of(
                        "clip",
                        maps(13).reals("l", new float[] {-0.5f})
                                .reals("h", new float[] {0.25f})
                                .then("Clip", "l", "h")),
                of("clip above", maps(13).reals("h", new float[] {0.25f}).then("Clip", "", "h")),
                of("clip by attributes", maps(9).then("Clip", List.of(), a -> a.real("min", -1)
                        .real("max", 0.5))),
                of("sqrt", maps(13).then("Abs").then("Sqrt")),
                of("log", maps(13).then("Exp").then("Log")),
                of("old softmax", maps(11).then("Softmax", List.of(), a -> a.whole("axis", 1))),
                of("softmax of channels", maps(13).then("Softmax", List.of(), a -> a.whole("axis", 1))));
    }
}
