package io.github.rewrite4j.samediff.generator.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** Matrix products. */
final class Products {
    private Products() {}

    static void register(Map<String, Operator> all) {
        all.put("Gemm", Products::gemm);
        all.put("MatMul", (node, graph) -> {
            Value a = graph.in(0);
            Value b = graph.in(1);
            long[] shape = shape(a.shape(), b.shape());
            graph.put(
                    multiply(graph, graph.variable(0), a.shape(), graph.variable(1), b.shape(), shape),
                    Kind.REAL,
                    shape);
        });
        all.put("Einsum", Products::einsum);
    }

    private static void gemm(OnnxNode node, OnnxGraph graph) {
        Value a = graph.in(0);
        Value b = graph.in(1);
        if (a.rank() != 2 || b.rank() != 2) {
            throw new OnnxException(
                    "its factors " + Size.text(a.shape()) + " and " + Size.text(b.shape()) + " are not both matrices.");
        }
        boolean turnA = node.whole("transA", 0) != 0;
        boolean turnB = node.whole("transB", 0) != 0;
        double alpha = node.real("alpha", 1);
        double beta = node.real("beta", 1);
        long rows = a.size(turnA ? 1 : 0);
        long inner = a.size(turnA ? 0 : 1);
        long columns = b.size(turnB ? 0 : 1);
        if (b.size(turnB ? 1 : 0) != inner) {
            throw new OnnxException(
                    "its factors " + Size.text(a.shape()) + " and " + Size.text(b.shape()) + " do not fit.");
        }
        SameDiff sd = graph.graph();
        SDVariable left = turnA ? sd.permute(graph.variable(0), 1, 0) : graph.variable(0);
        SDVariable right;
        if (turnB && b.constant() != null && graph.isInitialiser(1)) {
            right = graph.weight(graph.inputName(1), "io", b.constant().permuted(1, 0));
        } else {
            right = turnB ? sd.permute(graph.variable(1), 1, 0) : graph.variable(1);
        }
        SDVariable product = sd.mmul(left, right);
        if (alpha != 1) {
            product = product.mul(alpha);
        }
        if (graph.maybe(2).isPresent()) {
            SDVariable added =
                    Shapes.aligned(graph, graph.variable(2), graph.in(2).shape(), 2);
            product = product.add(beta == 1 ? added : added.mul(beta));
        }
        graph.put(product, Kind.REAL, rows, columns);
    }

    private static long[] shape(long[] a, long[] b) {
        if (a.length < 2 || b.length < 2) {
            throw new OnnxException("its factors " + Size.text(a) + " and " + Size.text(b) + " are not both matrices.");
        }
        if (a[a.length - 1] != b[b.length - 2]) {
            throw new OnnxException("its factors " + Size.text(a) + " and " + Size.text(b) + " do not fit.");
        }
        long[] before = Shapes.broadcast(Arrays.copyOf(a, a.length - 2), Arrays.copyOf(b, b.length - 2));
        long[] shape = Arrays.copyOf(before, before.length + 2);
        shape[before.length] = a[a.length - 2];
        shape[before.length + 1] = b[b.length - 1];
        return shape;
    }

    /** A product of stacks of matrices; a single right factor multiplies all rows at once. */
    private static SDVariable multiply(
            OnnxGraph graph, SDVariable a, long[] left, SDVariable b, long[] right, long[] shape) {
        SameDiff sd = graph.graph();
        if (left.length == 2 && right.length == 2) {
            return sd.mmul(a, b);
        }
        long inner = left[left.length - 1];
        if (right.length == 2) {
            long rows = Size.product(Arrays.copyOf(left, left.length - 1));
            return Shapes.reshape(graph, sd.mmul(Shapes.reshape(graph, a, rows, inner), b), shape);
        }
        int rank = shape.length;
        long[] before = Arrays.copyOf(shape, rank - 2);
        SDVariable stackedA = stacked(graph, a, left, before);
        SDVariable stackedB = stacked(graph, b, right, before);
        return Shapes.reshape(graph, sd.mmul(stackedA, stackedB), shape);
    }

    /** [batches, rows, columns], repeated where it is one matrix for many. */
    private static SDVariable stacked(OnnxGraph graph, SDVariable x, long[] shape, long[] before) {
        int rank = before.length + 2;
        long[] wanted = Arrays.copyOf(before, rank);
        wanted[rank - 2] = shape[shape.length - 2];
        wanted[rank - 1] = shape[shape.length - 1];
        SDVariable whole = Structure.expanded(graph, x, shape, wanted);
        return Shapes.reshape(graph, whole, Size.product(before), wanted[rank - 2], wanted[rank - 1]);
    }

    /** Two factors: letters of both and of the result count the matrices, letters of both alone are summed over. */
    private static void einsum(OnnxNode node, OnnxGraph graph) {
        String[] sides = node.text("equation", "").replace(" ", "").split("->", -1);
        String[] terms = sides[0].split(",", -1);
        if (sides.length != 2 || terms.length > 2 || sides[0].contains(".") || terms.length != graph.inputCount()) {
            throw new OnnxException("its equation is none of one or two factors with the result written out.");
        }
        Term first = term(graph, 0, terms[0]);
        Term second = terms.length == 1 ? new Term(null, "", new long[0]) : term(graph, 1, terms[1]);
        first = reduced(graph, first, second.letters + sides[1]);
        second = reduced(graph, second, first.letters + sides[1]);
        SameDiff sd = graph.graph();
        Term result;
        if (second.variable == null) {
            result = first;
        } else {
            String a = first.letters;
            String b = second.letters;
            String shared = kept(a, c -> b.indexOf(c) >= 0 && sides[1].indexOf(c) >= 0);
            String inner = kept(a, c -> b.indexOf(c) >= 0 && sides[1].indexOf(c) < 0);
            String onlyA = kept(a, c -> b.indexOf(c) < 0);
            String onlyB = kept(b, c -> a.indexOf(c) < 0);
            Term left = ordered(graph, first, shared + onlyA + inner);
            Term right = ordered(graph, second, shared + inner + onlyB);
            long count = left.product(shared);
            SDVariable x = Shapes.reshape(
                    graph,
                    java.util.Objects.requireNonNull(left.variable),
                    count,
                    left.product(onlyA),
                    left.product(inner));
            SDVariable y = Shapes.reshape(
                    graph,
                    java.util.Objects.requireNonNull(right.variable),
                    count,
                    right.product(inner),
                    right.product(onlyB));
            long[] shape = new long[shared.length() + onlyA.length() + onlyB.length()];
            int at = 0;
            for (char c : (shared + onlyA + onlyB).toCharArray()) {
                shape[at++] = onlyB.indexOf(c) >= 0 ? right.size(c) : left.size(c);
            }
            result = new Term(Shapes.reshape(graph, sd.mmul(x, y), shape), shared + onlyA + onlyB, shape);
        }
        Term out = ordered(graph, result, sides[1]);
        graph.put(java.util.Objects.requireNonNull(out.variable), Kind.REAL, out.shape);
    }

    private static final class Term {
        private final @org.jspecify.annotations.Nullable SDVariable variable;
        private final String letters;
        private final long[] shape;

        Term(@org.jspecify.annotations.Nullable SDVariable variable, String letters, long[] shape) {
            this.variable = variable;
            this.letters = letters;
            this.shape = shape;
        }

        long size(char letter) {
            return shape[letters.indexOf(letter)];
        }

        long product(String of) {
            long product = 1;
            for (int i = 0; i < of.length(); i++) {
                char letter = of.charAt(i);
                product = Size.multiply(product, size(letter));
            }
            return product;
        }
    }

    private static Term term(OnnxGraph graph, int index, String letters) {
        Value value = graph.in(index);
        if (letters.length() != value.rank() || letters.chars().distinct().count() != letters.length()) {
            throw new OnnxException("its equation does not fit its input " + Size.text(value.shape()) + ".");
        }
        return new Term(graph.variable(index), letters, value.shape());
    }

    private static String kept(String letters, java.util.function.IntPredicate which) {
        return letters.chars()
                .filter(which)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static Term reduced(OnnxGraph graph, Term term, String needed) {
        if (term.variable == null) {
            return term;
        }
        List<Integer> summed = new ArrayList<>();
        for (int i = 0; i < term.letters.length(); i++) {
            if (needed.indexOf(term.letters.charAt(i)) < 0) {
                summed.add(i);
            }
        }
        if (summed.isEmpty()) {
            return term;
        }
        String left = kept(term.letters, c -> needed.indexOf(c) >= 0);
        long[] shape = left.chars().mapToLong(c -> term.size((char) c)).toArray();
        int[] axes = summed.stream().mapToInt(Integer::intValue).toArray();
        return new Term(graph.graph().sum(term.variable, axes), left, shape);
    }

    private static Term ordered(OnnxGraph graph, Term term, String letters) {
        if (letters.length() != term.letters.length() || !letters.chars().allMatch(c -> term.letters.indexOf(c) >= 0)) {
            throw new OnnxException("its equation asks for letters that its factors do not have.");
        }
        int[] axes = letters.chars().map(term.letters::indexOf).toArray();
        boolean same = IntStream.range(0, axes.length).allMatch(i -> axes[i] == i);
        return same
                ? term
                : new Term(graph.graph().permute(term.variable, axes), letters, Shapes.permuted(term.shape, axes));
    }
}
