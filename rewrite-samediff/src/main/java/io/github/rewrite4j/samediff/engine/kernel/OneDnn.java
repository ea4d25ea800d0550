package io.github.rewrite4j.samediff.engine.kernel;

import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether oneDNN can be called by itself. ND4J's natives hold an older one behind an operation that gives both gradients of
 * a convolution or none, and takes a third longer for them. Its own natives are optional: {@code org.bytedeco:dnnl} and
 * {@code org.bytedeco:opencl}, which the former loads.
 */
public final class OneDnn {
    private static final Logger LOG = LoggerFactory.getLogger(OneDnn.class);

    private static final boolean LOADED = load();

    private OneDnn() {}

    /** Looks once, which takes some tenths of a second. */
    public static boolean available() {
        return NativeFloats.onHost() && LOADED;
    }

    private static boolean load() {
        try (engine processor = new engine(engine.kind.cpu, 0)) {
            dnnl_version_t version = dnnl.dnnl_version();
            LOG.debug("Convolutions run in oneDNN {}.{}.{}.", version.major(), version.minor(), version.patch());
            return !processor.isNull();
        } catch (LinkageError missing) {
            LOG.debug("Convolutions run in ND4J's kernels: oneDNN has no natives on the class path.", missing);
            return false;
        } catch (RuntimeException broken) {
            LOG.warn("Convolutions run in ND4J's kernels: oneDNN does not start on this processor.", broken);
            return false;
        }
    }
}
