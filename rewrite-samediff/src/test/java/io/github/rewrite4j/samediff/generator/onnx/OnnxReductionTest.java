package io.github.rewrite4j.samediff.generator.onnx;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Reductions, in the forms that exporters write, against ONNX Runtime. */
class OnnxReductionTest extends OperatorSuite {
    static Stream<Arguments> cases() {
        return Stream.of(
                        "ReduceSum",
                        "ReduceMean",
                        "ReduceMax",
                        "ReduceMin",
                        "ReduceL1",
                        "ReduceL2",
                        "ReduceSumSquare",
                        "ReduceLogSumExp",
                        "ReduceProd")
                .flatMap(name -> Stream.of(
                        of(
                                name,
                                name.equals("ReduceSum")
                                        ? maps(13).wholes("axes", 2, 3).then(name, "axes")
                                        : maps(13).then(name, List.of(), a -> a.wholes("axes", 2, 3))),
                        of(
                                name + " of channels",
                                name.equals("ReduceSum")
                                        ? maps(13).wholes("axes", 1)
                                                .then(name, List.of("axes"), a -> a.whole("keepdims", 0))
                                        : maps(13).then(name, List.of(), a -> a.wholes("axes", 1)
                                                .whole("keepdims", 0))),
                        of(name + " 18", maps(18).wholes("axes", -1).then(name, "axes"))));
    }
}
