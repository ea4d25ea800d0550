package io.github.rewrite4j.io.internal;

/**
 * An entry of a zip archive.
 *
 * @param name its name
 * @param compressed whether it is deflated
 * @param header first byte of its local header
 * @param start first byte of its content
 * @param stored bytes that it takes in the file
 * @param size bytes of its content
 * @param crc checksum of its content
 */
public record ZipEntryInfo(String name, boolean compressed, long header, long start, long stored, long size, long crc) {
    long end() {
        return start + stored;
    }
}
