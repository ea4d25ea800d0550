package io.github.rewrite4j.io.internal;

import io.github.rewrite4j.io.FileFormatException;
import java.util.Objects;

/**
 * What reading one file may cost. Every object that the file asks for, every copy, joined name and inflated byte is charged
 * before it is made; once the account is empty the file is refused, in the middle of whatever it was doing. So a small file
 * cannot become a large one in memory, by whatever trick.
 *
 * <p>An account holds {@value #FLOOR} bytes and {@value #RATIO} more for each byte of the file, which is several times what
 * honest files need. What was charged is never given back: it bounds work as well as memory. Not safe for use by several
 * threads at once.
 */
public final class ReadBudget {
    private static final long FLOOR = 64L << 20;
    private static final long RATIO = 16;

    private final String file;
    private final long size;
    private long left;

    private ReadBudget(String file, long size) {
        this.file = file;
        this.size = size;
        this.left = size > (Long.MAX_VALUE - FLOOR) / RATIO ? Long.MAX_VALUE : FLOOR + RATIO * size;
    }

    /**
     * The account of a file.
     *
     * @param file what error messages call it
     * @param size its bytes
     */
    public static ReadBudget of(String file, long size) {
        Objects.requireNonNull(file, "file");
        if (size < 0) {
            throw new IllegalArgumentException("A file has 0 or more bytes, but got " + size + ".");
        }
        return new ReadBudget(file, size);
    }

    /** What error messages call the file. */
    public String file() {
        return file;
    }

    /**
     * Charges memory, or work that is worth about as much.
     *
     * @param bytes 0 or more
     * @throws FileFormatException if the file has used up what it may cost
     */
    public void charge(long bytes) throws FileFormatException {
        if (bytes < 0) {
            throw new IllegalArgumentException("Only 0 or more bytes can be charged, but got " + bytes + ".");
        }
        if (bytes > left) {
            left = 0;
            throw new FileFormatException(
                    file,
                    "contents",
                    "a file of " + size
                            + " bytes wants to become much larger in memory than any honest one of its size."
                            + " It is damaged or made to exhaust the memory; get it from its author again.");
        }
        left -= bytes;
    }

    /** Charges {@code count} things of so many bytes each. */
    public void charge(long count, long bytesEach) throws FileFormatException {
        charge(bytesEach != 0 && count > Long.MAX_VALUE / bytesEach ? Long.MAX_VALUE : count * bytesEach);
    }
}
