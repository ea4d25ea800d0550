package io.github.rewrite4j.samediff.tape;

import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A native operation that stays bound to its arrays: run again, it costs 2 microseconds and what it computes, where a
 * fresh one of the same kind costs 8 to 50. One thread at a time.
 */
public final class NativeCall {
    private final DynamicCustomOp operation;
    private final OpContext context;
    private final String name;
    private final long[] settings;
    private final INDArray[] outputs;
    private final INDArray[] inputs;

    /**
     * Binds.
     *
     * @param name of the operation in ND4J
     * @param settings its integers, or none
     * @param outputs arrays of the right shapes, overwritten by every run; not the same as an input's unless the operation
     *     goes element by element
     */
    public NativeCall(String name, long[] settings, INDArray[] outputs, INDArray... inputs) {
        this.name = name;
        this.settings = settings.clone();
        this.outputs = outputs.clone();
        this.inputs = inputs.clone();
        // The context alone would do for the processor; on CUDA, what the operation itself names is marked as written.
        this.operation = DynamicCustomOp.builder(name)
                .addInputs(inputs)
                .addOutputs(outputs)
                .build();
        this.context = Nd4j.getExecutioner().buildContext();
        context.shapeFunctionOverride(true);
        context.setInputArrays(inputs);
        context.setOutputArrays(outputs);
        if (settings.length > 0) {
            context.setIArguments(settings);
        }
    }

    /** Whether this is that operation; what it reads and writes may be other arrays of the same number. */
    public boolean does(String operationName, long[] integers, int reading) {
        return name.equals(operationName) && inputs.length == reading && Arrays.equals(settings, integers);
    }

    /** Whether it has these settings and these very arrays. */
    boolean isBoundTo(long[] integers, List<INDArray> writing, INDArray... reading) {
        if (writing.size() != outputs.length || reading.length != inputs.length) {
            return false;
        }
        for (int i = 0; i < outputs.length; i++) {
            if (outputs[i] != writing.get(i)) {
                return false;
            }
        }
        for (int i = 0; i < inputs.length; i++) {
            if (inputs[i] != reading[i]) {
                return false;
            }
        }
        return Arrays.equals(settings, integers);
    }

    /** Reads and writes these arrays from now on. */
    public void bind(List<INDArray> writing, INDArray... reading) {
        if (isBoundTo(settings, writing, reading)) {
            return;
        }
        // What was bound before is let go first: a context keeps whatever was ever set alive.
        context.purge();
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = reading[i];
            operation.setInputArgument(i, inputs[i]);
        }
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] = writing.get(i);
            operation.setOutputArgument(i, outputs[i]);
        }
        context.setInputArrays(inputs);
        context.setOutputArrays(outputs);
    }

    /** Lets go of all arrays, whose memory stays alive as long as they are bound; not to be run afterwards. */
    public void release() {
        context.purge();
        operation.clearArrays();
    }

    /** Computes. */
    public void run() {
        Nd4j.getExecutioner().exec(operation, context);
    }
}
