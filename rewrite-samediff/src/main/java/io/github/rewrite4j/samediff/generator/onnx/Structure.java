package io.github.rewrite4j.samediff.generator.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.nd4j.autodiff.samediff.SDVariable;

/** What moves numbers without computing, and what asks for shapes. */
final class Structure {
    private Structure() {}

    static void register(Map<String, Operator> all) {
        all.put("Identity", (node, graph) -> graph.put(0, graph.in(0)));
        all.put("Dropout", Structure::dropout);
        all.put("If", Structure::branch);
        all.put("Constant", Structure::constant);
        all.put("ConstantOfShape", Structure::constantOfShape);
        all.put("Shape", Structure::shape);
        all.put(
                "Size",
                (node, graph) -> graph.put(Constant.wholes(
                        Kind.WHOLE, new long[] {Size.product(graph.in(0).shape())})));
        all.put("Range", Structure::range);
        all.put("Reshape", Structure::reshape);
        all.put("Flatten", (node, graph) -> {
            Value in = graph.in(0);
            long axis = node.whole("axis", 1);
            int at = (int) (axis < 0 ? axis + in.rank() : axis);
            to(
                    graph,
                    in,
                    Size.product(Arrays.copyOf(in.shape(), at)),
                    Size.product(Arrays.copyOfRange(in.shape(), at, in.rank())));
        });
        all.put("Squeeze", Structure::squeeze);
        all.put("Unsqueeze", Structure::unsqueeze);
        all.put("Transpose", Structure::transpose);
        all.put("Concat", Structure::concat);
        all.put("Expand", Structure::expand);
        all.put("Tile", Structure::tile);
    }

    /** The same numbers in another shape. */
    private static void to(OnnxGraph graph, Value in, long... shape) {
        if (in.constant() != null) {
            graph.put(in.constant().reshaped(shape));
        } else {
            graph.put(Shapes.reshape(graph, Objects.requireNonNull(in.variable()), shape), in.kind(), shape);
        }
    }

    private static void dropout(OnnxNode node, OnnxGraph graph) {
        if (graph.maybeConstant(2).map(Constant::onlyWhole).orElse(0L) != 0) {
            throw new OnnxException("it is in training mode. Export the network in evaluation mode.");
        }
        graph.put(0, graph.in(0));
    }

    /** Exporters write both ways of what they could not decide; the shapes of one network decide it. */
    private static void branch(OnnxNode node, OnnxGraph graph) {
        String taken = graph.constant(0).onlyWhole() != 0 ? "then_branch" : "else_branch";
        graph.inline(node.branch(taken).orElseThrow(() -> new OnnxException("it has no " + taken + ".")));
    }

    private static void constant(OnnxNode node, OnnxGraph graph) {
        if (node.has("value")) {
            graph.put(node.tensor("value").orElseThrow(() -> new OnnxException("its value is no tensor.")));
        } else if (node.has("value_float")) {
            graph.put(Constant.reals(new float[] {node.real("value_float", 0)}));
        } else if (node.has("value_int")) {
            graph.put(Constant.wholes(Kind.WHOLE, new long[] {node.whole("value_int", 0)}));
        } else if (node.has("value_floats")) {
            float[] values = node.reals("value_floats").orElseThrow();
            graph.put(Constant.reals(values, values.length));
        } else if (node.has("value_ints")) {
            graph.put(Constant.vector(node.wholes("value_ints").orElseThrow()));
        } else {
            throw new OnnxException("it holds neither a tensor nor numbers.");
        }
    }

    private static void constantOfShape(OnnxNode node, OnnxGraph graph) {
        long[] shape = graph.constant(0).allWholes();
        if (shape.length > 1 && graph.batch() > 1) {
            // A first size that is the batch of the file. Ones are what they are: they repeat where that is needed.
            shape[0] = graph.freed(shape[0]);
        }
        Constant value = node.tensor("value").orElse(Constant.reals(new float[1], 1));
        if (LongStream.of(shape).noneMatch(Size::isFree)) {
            graph.put(value.reshaped().rearranged(shape, i -> 0));
            return;
        }
        long[] single =
                Arrays.stream(shape).map(size -> Size.isFree(size) ? 1 : size).toArray();
        Constant one = value.reshaped().rearranged(single, i -> 0);
        SDVariable repeated = expanded(graph, graph.graph().constant(one.array()), single, shape);
        graph.put(repeated, value.kind(), shape);
    }

    private static void shape(OnnxNode node, OnnxGraph graph) {
        long[] shape = graph.in(0).shape();
        int from = (int) clamped(node.whole("start", 0), shape.length);
        int end = (int) clamped(node.whole("end", shape.length), shape.length);
        graph.put(Constant.vector(Arrays.copyOfRange(shape, from, Math.max(from, end))));
    }

    private static long clamped(long axis, int rank) {
        return Math.max(0, Math.min(rank, axis < 0 ? axis + rank : axis));
    }

    private static void range(OnnxNode node, OnnxGraph graph) {
        Constant from = graph.constant(0);
        double start = from.onlyReal();
        double end = graph.constant(1).onlyReal();
        double step = graph.constant(2).onlyReal();
        double length = Math.max(0, Math.ceil((end - start) / step));
        int count = Constant.made(1, (long) Math.min(length, (double) Constant.MOST + 1));
        if (from.kind() == Kind.WHOLE) {
            graph.put(Constant.vector(LongStream.range(0, count)
                    .map(i -> (long) (start + i * step))
                    .toArray()));
        } else {
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = (float) (start + i * step);
            }
            graph.put(Constant.reals(values, count));
        }
    }

    /**
     * 0 keeps a size, -1 is found out. Where a file fixes the batch that it was exported with, a first size that equals it is
     * the batch, if the rest fits one sample.
     */
    private static void reshape(OnnxNode node, OnnxGraph graph) {
        Value in = graph.in(0);
        long[] wanted = graph.constant(1).allWholes();
        long[] shape = wanted.clone();
        int open = -1;
        for (int i = 0; i < shape.length; i++) {
            if (shape[i] == 0 && node.whole("allowzero", 0) == 0) {
                if (i >= in.rank()) {
                    throw new OnnxException("it keeps a size that its input does not have.");
                }
                shape[i] = in.size(i);
            } else if (shape[i] == -1) {
                if (open >= 0) {
                    throw new OnnxException("it leaves two sizes open.");
                }
                open = i;
            }
        }
        long all = Size.product(in.shape());
        if (Size.isFree(all) && shape.length > 0 && Arrays.stream(shape).noneMatch(Size::isFree) && graph.batch() > 0) {
            long rest = 1;
            for (int i = 1; i < shape.length; i++) {
                rest *= i == open ? 1 : shape[i];
            }
            boolean fits = open > 0 ? rest > 0 && Size.times(all) % rest == 0 : open < 0 && rest == Size.times(all);
            if (fits) {
                shape[0] = graph.freed(shape[0]);
            }
        }
        if (open >= 0) {
            shape[open] = 1;
            long rest = Size.product(shape);
            shape[open] = Size.divide(all, rest);
        }
        if (Size.product(shape) != all) {
            throw new OnnxException("it makes " + Size.text(in.shape()) + " to " + Size.text(wanted)
                    + ", which holds another number of numbers.");
        }
        to(graph, in, shape);
    }

    private static void squeeze(OnnxNode node, OnnxGraph graph) {
        Value in = graph.in(0);
        long[] given = node.wholes("axes")
                .or(() -> graph.maybeConstant(1).map(Constant::allWholes))
                .orElse(null);
        List<Integer> axes = new ArrayList<>();
        if (given == null) {
            IntStream.range(0, in.rank()).filter(i -> in.size(i) == 1).forEach(axes::add);
        } else {
            for (long axis : given) {
                int at = OnnxNode.axis(axis, in.rank());
                if (in.size(at) != 1) {
                    throw new OnnxException("it drops the axis " + axis + " of " + Size.text(in.shape())
                            + ", whose size is not 1"
                            + (Size.isFree(in.size(at)) ? ": the network works for one picture at a time only." : "."));
                }
                axes.add(at);
            }
        }
        to(
                graph,
                in,
                IntStream.range(0, in.rank())
                        .filter(i -> !axes.contains(i))
                        .mapToLong(in::size)
                        .toArray());
    }

    private static void unsqueeze(OnnxNode node, OnnxGraph graph) {
        Value in = graph.in(0);
        long[] given = node.wholes("axes").orElseGet(() -> graph.constant(1).allWholes());
        int rank = in.rank() + given.length;
        long[] shape = new long[rank];
        for (long axis : given) {
            shape[OnnxNode.axis(axis, rank)] = 1;
        }
        int next = 0;
        for (int i = 0; i < rank; i++) {
            if (shape[i] == 0) {
                if (next >= in.rank()) {
                    throw new OnnxException("its axes name one place twice.");
                }
                shape[i] = in.size(next++);
            }
        }
        to(graph, in, shape);
    }

    private static void transpose(OnnxNode node, OnnxGraph graph) {
        Value in = graph.in(0);
        int rank = in.rank();
        int[] axes = node.wholes("perm")
                .map(perm -> Arrays.stream(perm)
                        .mapToInt(axis -> OnnxNode.axis(axis, rank))
                        .toArray())
                .orElseGet(() -> IntStream.range(0, rank).map(i -> rank - 1 - i).toArray());
        if (axes.length != rank || Arrays.stream(axes).distinct().count() != rank) {
            throw new OnnxException("its perm is no order of the " + rank + " axes of its input.");
        }
        if (in.constant() != null && in.kind() == Kind.WHOLE) {
            graph.put(in.constant().permuted(axes));
        } else {
            graph.put(Shapes.permute(graph, graph.variable(0), axes), in.kind(), Shapes.permuted(in.shape(), axes));
        }
    }

    private static void concat(OnnxNode node, OnnxGraph graph) {
        List<Value> parts = IntStream.range(0, graph.inputCount())
                .mapToObj(graph::in)
                .filter(part -> part.constant() == null || part.constant().length() > 0)
                .toList();
        if (parts.isEmpty()) {
            throw new OnnxException("it joins nothing.");
        }
        int rank = parts.get(0).rank();
        int axis = node.axis("axis", 0, rank);
        boolean free = axis != 0
                && graph.batch() == 1
                && parts.stream().anyMatch(part -> part.rank() > 0 && part.size(0) == Size.BATCH);
        long[] shape = batched(parts.get(0).shape(), free);
        shape[axis] = 0;
        for (Value part : parts) {
            long[] own = batched(part.shape(), free);
            boolean fits = own.length == rank;
            for (int i = 0; fits && i < rank; i++) {
                fits = i == axis || own[i] == shape[i];
            }
            if (!fits) {
                throw new OnnxException("it joins " + Size.text(part.shape()) + " with "
                        + Size.text(parts.get(0).shape()) + " along the axis " + axis + ", which do not fit.");
            }
            shape[axis] = Size.add(shape[axis], part.size(axis));
        }
        if (rank == 1 && parts.stream().allMatch(part -> part.constant() != null && part.kind() != Kind.REAL)) {
            long[] joined = parts.stream()
                    .flatMapToLong(part -> Arrays.stream(
                            Objects.requireNonNull(part.constant()).allWholes()))
                    .toArray();
            graph.put(Constant.vector(joined));
            return;
        }
        if (rank == 1 && parts.stream().allMatch(part -> part.constant() != null)) {
            float[] joined = new float[Constant.made(Math.toIntExact(shape[0]), shape)];
            int at = 0;
            for (Value part : parts) {
                float[] numbers = Objects.requireNonNull(part.constant()).allReals();
                System.arraycopy(numbers, 0, joined, at, numbers.length);
                at += numbers.length;
            }
            graph.put(Constant.reals(joined, shape));
            return;
        }
        SDVariable[] variables = IntStream.range(0, graph.inputCount())
                .filter(i -> parts.contains(graph.in(i)))
                .mapToObj(i -> {
                    long[] own = graph.in(i).shape();
                    return expanded(graph, graph.variable(i), own, batched(own, free));
                })
                .toArray(SDVariable[]::new);
        graph.put(
                variables.length == 1 ? variables[0] : graph.graph().concat(axis, variables),
                parts.get(0).kind(),
                shape);
    }

    /** The shape of one thing for all samples when it stands beside things of each sample, in a file for one sample. */
    private static long[] batched(long[] shape, boolean free) {
        long[] own = shape.clone();
        if (free && own.length > 0 && own[0] == 1) {
            own[0] = Size.BATCH;
        }
        return own;
    }

    private static void expand(OnnxNode node, OnnxGraph graph) {
        Value in = graph.in(0);
        long[] wanted = Arrays.stream(graph.constant(1).allWholes()).toArray();
        int rank = Math.max(in.rank(), wanted.length);
        if (wanted.length == rank && in.rank() == rank && in.size(0) == Size.BATCH) {
            wanted[0] = graph.freed(wanted[0]);
        }
        long[] shape = Shapes.broadcast(in.shape(), wanted);
        if (in.constant() != null && LongStream.of(shape).noneMatch(Size::isFree)) {
            graph.put(Arithmetic.expanded(in.constant(), shape));
        } else {
            graph.put(expanded(graph, graph.variable(0), in.shape(), shape), in.kind(), shape);
        }
    }

    /** A variable repeated along axes of size one; along the batch by adding zeros that have it. */
    static SDVariable expanded(OnnxGraph graph, SDVariable x, long[] from, long[] to) {
        int rank = to.length;
        SDVariable aligned = Shapes.aligned(graph, x, from, rank);
        int[] repeats = new int[rank];
        boolean batch = false;
        boolean repeated = false;
        for (int i = 0; i < rank; i++) {
            int own = i - (rank - from.length);
            long before = own < 0 ? 1 : from[own];
            repeats[i] = 1;
            if (before != to[i]) {
                if (Size.isFree(to[i])) {
                    if (i != 0 || to[i] != Size.BATCH) {
                        throw new OnnxException(
                                "it repeats something for each sample along another axis than the first.");
                    }
                    batch = true;
                } else {
                    repeats[i] = Math.toIntExact(to[i]);
                    repeated = true;
                }
            }
        }
        SDVariable result = repeated ? graph.graph().tile(aligned, repeats) : aligned;
        return batch ? result.add(graph.zeros(rank)) : result;
    }

    private static void tile(OnnxNode node, OnnxGraph graph) {
        Value in = graph.in(0);
        long[] repeats = graph.constant(1).allWholes();
        if (repeats.length != in.rank()) {
            throw new OnnxException("it has " + repeats.length + " repeats for " + in.rank() + " axes.");
        }
        long[] shape = in.shape().clone();
        SDVariable x = graph.variable(0);
        int[] known = new int[repeats.length];
        Arrays.fill(known, 1);
        for (int i = 0; i < repeats.length; i++) {
            if (Size.isFree(repeats[i])) {
                long[] to = Shapes.with(shape, i, Size.multiply(shape[i], repeats[i]));
                x = expanded(graph, x, shape, to);
                shape = to;
            } else {
                known[i] = Math.toIntExact(repeats[i]);
            }
        }
        for (int i = 0; i < known.length; i++) {
            if (known[i] != 1 && shape[i] == Size.BATCH) {
                throw new OnnxException("it repeats the batch.");
            }
            shape[i] = Size.multiply(shape[i], known[i]);
        }
        boolean plain = Arrays.stream(known).allMatch(k -> k == 1);
        graph.put(plain ? x : graph.graph().tile(x, known), in.kind(), shape);
    }
}
