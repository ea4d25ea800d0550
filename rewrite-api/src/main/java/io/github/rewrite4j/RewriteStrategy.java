package io.github.rewrite4j;

import java.util.Objects;

/**
 * Plans a change of a memory's weights that obeys an edit and keeps all other rules. Pure: neither the memory nor the
 * edit is changed, and a cancelled or failed rewrite leaves nothing behind. Implementations are immutable and may be
 * shared by threads.
 *
 * @param <E> what it understands: {@link io.github.rewrite4j.edit.Edit} for objects that the generator draws itself,
 *     {@link io.github.rewrite4j.edit.ExemplarEdit} for pictures of objects that it never drew
 */
public interface RewriteStrategy<E> {
    /** A short name for reports, such as {@code low-rank/levenberg-marquardt}. */
    String name();

    /**
     * Plans the change.
     *
     * @param memory the layer or layers to rewrite
     * @param edit what should be drawn where
     * @param listener hears progress and may cancel
     * @return the patch and what was measured
     */
    Rewrite rewrite(AssociativeMemory memory, E edit, RewriteListener listener);

    default Rewrite rewrite(AssociativeMemory memory, E edit) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(edit, "edit");
        return rewrite(memory, edit, RewriteListener.SILENT);
    }
}
