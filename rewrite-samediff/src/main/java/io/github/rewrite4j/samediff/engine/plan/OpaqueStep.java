package io.github.rewrite4j.samediff.engine.plan;

import io.github.rewrite4j.samediff.engine.kernel.NativeFloats;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/** An operation that ND4J runs, from copies of what is read to copies of what is computed. It has no adjoint. */
final class OpaqueStep extends Step {
    /** What to build instead of operations that are met in generators. */
    private static final Map<String, String> INSTEAD = Map.of(
            "cumsum", "a product with a triangular matrix of ones",
            "tensordot", "reshape and mmul",
            "reduce_prod", "exp of a sum of logarithms",
            "lrn", "a division by the root of an average pool of squares",
            "matrix_inverse", "a constant computed beforehand",
            "dropout", "the network without it",
            "distribution_gaussian", "an input that is drawn from a Gaussian",
            "argmax", "a softmax");

    private final Node node;
    private final List<Slot> read;

    private OpaqueStep(Node node, List<Slot> read, List<Slot> outputs) {
        super(read, outputs);
        this.node = node;
        this.read = List.copyOf(read);
    }

    @SuppressWarnings("try") // Closing a context is declared to fail with any exception.
    static OpaqueStep of(Node node, Builder build) {
        List<Slot> read = node.inputs().stream().map(build::plain).toList();
        List<INDArray> arrays = arrays(read, true);
        try (OpContext context = context(node)) {
            context.setInputArrays(arrays.toArray(INDArray[]::new));
            List<LongShapeDescriptor> shapes = node.operation().getOp() instanceof DynamicCustomOp custom
                    ? custom.calculateOutputShape(context)
                    : ((BaseOp) node.operation().getOp()).calculateOutputShape(context);
            context.purge();
            List<Slot> outputs = new ArrayList<>();
            for (LongShapeDescriptor shape : shapes) {
                if (shape.dataType() != DataType.FLOAT && shape.dataType() != DataType.BOOL) {
                    throw new NoPlanException("its result is of the type " + shape.dataType() + ".");
                }
                outputs.add(Slot.of(Order.PLAIN, ShapeReaders.ints(shape.getShape())));
            }
            return new OpaqueStep(node, read, outputs);
        } catch (NoPlanException known) {
            throw known;
        } catch (Exception failed) {
            throw new NoPlanException("ND4J does not run it by itself: " + failed.getMessage(), failed);
        } finally {
            free(read, arrays);
        }
    }

    private static OpContext context(Node node) {
        OpContext context = Nd4j.getExecutioner().buildContext();
        if (node.operation().getOp() instanceof DynamicCustomOp custom) {
            context.setIArguments(custom.iArgs());
            context.setTArguments(custom.tArgs());
            context.setBArguments(custom.bArgs());
            context.setDArguments(custom.dArgs());
        }
        return context;
    }

    private static List<INDArray> arrays(List<Slot> read, boolean shapesOnly) {
        List<INDArray> arrays = new ArrayList<>();
        for (Slot slot : read) {
            INDArray original = slot.original();
            if (original != null) {
                arrays.add(original);
            } else if (shapesOnly && !slot.isKnown()) {
                arrays.add(HostNumbers.array(new float[slot.length()], slot.shape()));
            } else {
                arrays.add(HostNumbers.array(slot.value(), slot.shape()));
            }
        }
        return arrays;
    }

    private static void free(List<Slot> read, List<INDArray> arrays) {
        for (int i = 0; i < read.size(); i++) {
            if (read.get(i).original() == null) {
                arrays.get(i).close();
            }
        }
    }

    @Override
    @SuppressWarnings("try") // Closing a context is declared to fail with any exception.
    void forward() {
        List<INDArray> arrays = arrays(read, false);
        List<INDArray> results = new ArrayList<>();
        try (OpContext context = context(node)) {
            for (Slot output : outputs()) {
                results.add(HostNumbers.array(new float[output.length()], output.shape()));
            }
            context.setInputArrays(arrays.toArray(INDArray[]::new));
            context.setOutputArrays(results.toArray(INDArray[]::new));
            if (node.operation().getOp() instanceof DynamicCustomOp custom) {
                Nd4j.exec(custom, context);
            } else {
                Nd4j.getExecutioner().exec((Op) node.operation().getOp(), context);
            }
            for (int i = 0; i < results.size(); i++) {
                NativeFloats.read(results.get(i), outputs().get(i).value());
            }
            context.purge();
        } catch (RuntimeException failed) {
            throw failed;
        } catch (Exception failed) {
            throw new IllegalStateException("'" + node.kind() + "' cannot be run.", failed);
        } finally {
            results.forEach(INDArray::close);
            free(read, arrays);
        }
    }

    @Override
    void backward() {
        throw new IllegalStateException(withoutAdjoint());
    }

    @Override
    String withoutAdjoint() {
        return withoutAdjoint(node.operation());
    }

    /** Says that an operation has no gradient, and what to build instead. */
    static String withoutAdjoint(SameDiffOp operation) {
        String kind = operation.getOp().opName();
        return "The operation '" + kind + "' that computes '"
                + operation.getOutputsOfOp().get(0) + "' has no gradient here. Build the graph with "
                + INSTEAD.getOrDefault(kind, "operations that have one")
                + " instead, or train a layer that lies behind it.";
    }
}
