package io.github.rewrite4j.samediff.generator.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What ONNX Runtime computes for a file. */
public final class OnnxReference {
    private OnnxReference() {}

    public static INDArray run(byte[] file, Map<String, INDArray> inputs) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.BASIC_OPT);
            try (OrtSession session = environment.createSession(file, options)) {
                Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
                for (Map.Entry<String, INDArray> input : inputs.entrySet()) {
                    feeds.put(
                            input.getKey(),
                            OnnxTensor.createTensor(
                                    environment,
                                    FloatBuffer.wrap(
                                            input.getValue().dup('c').data().asFloat()),
                                    input.getValue().shape()));
                }
                try (OrtSession.Result result = session.run(feeds)) {
                    OnnxTensor tensor = (OnnxTensor) result.get(0);
                    FloatBuffer numbers = tensor.getFloatBuffer();
                    float[] values = new float[numbers.remaining()];
                    numbers.get(values);
                    long[] shape = tensor.getInfo().getShape();
                    return Nd4j.create(values, shape, 'c');
                } finally {
                    feeds.values().forEach(OnnxTensor::close);
                }
            }
        }
    }
}
