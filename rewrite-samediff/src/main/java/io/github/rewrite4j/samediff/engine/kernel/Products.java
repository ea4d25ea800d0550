package io.github.rewrite4j.samediff.engine.kernel;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;

/** Products of row-major matrices in native memory. */
final class Products {
    private static final byte AS_IT_IS = 'N';

    private Products() {}

    /**
     * c = a b, or c += a b.
     *
     * @param rows of a and c
     * @param columns of b and c
     * @param inner columns of a and rows of b
     * @param add whether to add to what lies there
     */
    static void multiply(
            int rows,
            int columns,
            int inner,
            NativeFloats a,
            int aFrom,
            NativeFloats b,
            int bFrom,
            boolean add,
            NativeFloats c,
            int cFrom) {
        FloatPointer left = a.floats(aFrom);
        FloatPointer right = b.floats(bFrom);
        FloatPointer result = c.floats(cFrom);
        int status = dnnl.dnnl_sgemm(
                AS_IT_IS, AS_IT_IS, rows, columns, inner, 1, left, inner, right, columns, add ? 1 : 0, result, columns);
        if (status != dnnl.dnnl_success) {
            throw HeapProducts.failed(rows, columns, inner, status);
        }
    }
}
