package io.github.rewrite4j.samediff.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** TensorFlow's {@code Summary} messages of one value each. */
final class Summaries {
    private static final int VALUE = 1;
    private static final int TAG = 1;
    private static final int SIMPLE_VALUE = 2;
    private static final int IMAGE = 4;
    private static final int TENSOR = 8;
    private static final int METADATA = 9;
    private static final int STRING_TYPE = 7;
    private static final int RGB = 3;

    /** Where a PNG file says how large it is. */
    private static final int PNG_WIDTH = 16;

    private Summaries() {}

    static byte[] scalar(String tag, float number) {
        Wire value = tagged(tag);
        value.fixed32(SIMPLE_VALUE, number);
        return of(value);
    }

    static byte[] picture(String tag, byte[] png) {
        ByteBuffer header = ByteBuffer.wrap(png);
        Wire image = new Wire();
        image.varint(1, header.getInt(PNG_WIDTH + Integer.BYTES));
        image.varint(2, header.getInt(PNG_WIDTH));
        image.varint(3, RGB);
        image.bytes(4, png);
        Wire value = tagged(tag);
        value.bytes(IMAGE, image.toBytes());
        return of(value);
    }

    /** Shown as Markdown. */
    static byte[] text(String tag, String text) {
        Wire tensor = new Wire();
        tensor.varint(1, STRING_TYPE);
        tensor.bytes(2, new byte[0]);
        tensor.bytes(8, text.getBytes(StandardCharsets.UTF_8));
        Wire plugin = new Wire();
        plugin.bytes(1, "text".getBytes(StandardCharsets.UTF_8));
        Wire metadata = new Wire();
        metadata.bytes(1, plugin.toBytes());
        Wire value = tagged(tag);
        value.bytes(TENSOR, tensor.toBytes());
        value.bytes(METADATA, metadata.toBytes());
        return of(value);
    }

    private static Wire tagged(String tag) {
        Wire value = new Wire();
        value.bytes(TAG, tag.getBytes(StandardCharsets.UTF_8));
        return value;
    }

    private static byte[] of(Wire value) {
        Wire summary = new Wire();
        summary.bytes(VALUE, value.toBytes());
        return summary.toBytes();
    }
}
