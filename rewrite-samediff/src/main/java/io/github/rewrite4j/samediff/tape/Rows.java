package io.github.rewrite4j.samediff.tape;

/** Operations along the first dimension: the samples of a batch. */
public final class Rows {
    private Rows() {}

    /** Samples from {@code from} (included) to {@code to} (excluded). */
    public static Node slice(Node x, int from, int to) {
        int row = x.rowLength();
        int[] shape = x.shape();
        shape[0] = to - from;
        Node result = x.tape()
                .record(
                        shape,
                        x.layout(),
                        x.tracked(),
                        y -> Channels.addStretch(x.gradient(), from * row, y.gradient(), 0, (to - from) * row));
        System.arraycopy(x.value(), from * row, result.value(), 0, (to - from) * row);
        return result;
    }

    /** The samples of a, then those of b. */
    public static Node concat(Node a, Node other) {
        Node b = a.layout().of(other);
        int[] shape = a.shape();
        shape[0] += b.size(0);
        Node result = a.tape().record(shape, a.layout(), Tape.anyTracked(a, b), y -> {
            if (a.tracked()) {
                Channels.addStretch(a.gradient(), 0, y.gradient(), 0, a.length());
            }
            if (b.tracked()) {
                Channels.addStretch(b.gradient(), 0, y.gradient(), a.length(), b.length());
            }
        });
        System.arraycopy(a.value(), 0, result.value(), 0, a.length());
        System.arraycopy(b.value(), 0, result.value(), a.length(), b.length());
        return result;
    }

    /** One sample, repeated: [1, ...] to [count, ...]. */
    public static Node repeat(Node x, int count) {
        int row = x.length();
        int[] shape = x.shape();
        shape[0] = count;
        Node result = x.tape().record(shape, x.layout(), x.tracked(), y -> {
            for (int n = 0; n < count; n++) {
                Channels.addStretch(x.gradient(), 0, y.gradient(), n * row, row);
            }
        });
        for (int n = 0; n < count; n++) {
            System.arraycopy(x.value(), 0, result.value(), n * row, row);
        }
        return result;
    }

    /** Rows of a length in another order: [a, b, length] to [b, a, length]. */
    static void exchange(float[] from, int a, float[] to, int b, int length) {
        for (int i = 0; i < a; i++) {
            for (int j = 0; j < b; j++) {
                System.arraycopy(from, (i * b + j) * length, to, (j * a + i) * length, length);
            }
        }
    }
}
