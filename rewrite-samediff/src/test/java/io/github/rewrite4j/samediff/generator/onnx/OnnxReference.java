package io.github.rewrite4j.samediff.generator.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.github.rewrite4j.io.internal.HalfPrecision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What ONNX Runtime computes for a file. */
public final class OnnxReference implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    /** A session for a file, on one thread. */
    public OnnxReference(byte[] file) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.BASIC_OPT);
            this.session = environment.createSession(file, options);
        }
    }

    /** The first output of a file. */
    public static INDArray run(byte[] file, Map<String, INDArray> inputs) throws OrtException {
        try (OnnxReference reference = new OnnxReference(file)) {
            return reference.run(inputs);
        }
    }

    /** The first output. */
    public INDArray run(Map<String, INDArray> inputs) throws OrtException {
        Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, INDArray> input : inputs.entrySet()) {
                TensorInfo info =
                        (TensorInfo) session.getInputInfo().get(input.getKey()).getInfo();
                INDArray numbers = input.getValue().dup('c');
                if (info.type == OnnxJavaType.FLOAT16) {
                    float[] reals = numbers.data().asFloat();
                    ByteBuffer halves = ByteBuffer.allocateDirect(Short.BYTES * reals.length)
                            .order(ByteOrder.nativeOrder());
                    for (float real : reals) {
                        halves.putShort(HalfPrecision.toHalf(real));
                    }
                    feeds.put(
                            input.getKey(),
                            OnnxTensor.createTensor(
                                    environment, halves.rewind(), numbers.shape(), OnnxJavaType.FLOAT16));
                    continue;
                }
                feeds.put(
                        input.getKey(),
                        info.type == OnnxJavaType.INT64
                                ? OnnxTensor.createTensor(
                                        environment,
                                        LongBuffer.wrap(numbers.data().asLong()),
                                        numbers.shape())
                                : OnnxTensor.createTensor(
                                        environment,
                                        FloatBuffer.wrap(numbers.data().asFloat()),
                                        numbers.shape()));
            }
            try (OrtSession.Result result = session.run(feeds)) {
                OnnxTensor tensor = (OnnxTensor) result.get(0);
                FloatBuffer numbers = tensor.getFloatBuffer();
                float[] values = new float[numbers.remaining()];
                numbers.get(values);
                return Nd4j.create(values, tensor.getInfo().getShape(), 'c');
            }
        } finally {
            feeds.values().forEach(OnnxTensor::close);
        }
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
