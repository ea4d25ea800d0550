package io.github.rewrite4j.samediff.generator.onnx;

import io.github.rewrite4j.RewriteException;

/** What is wrong with a node or tensor, before it is known in which file and at which node; never leaves the package. */
final class OnnxException extends RewriteException {
    private static final long serialVersionUID = 1L;

    OnnxException(String message) {
        super(message);
    }
}
