package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.samediff.tape.Layout;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Random;

/** What the tests of this room share. */
final class Pictures {
    private Pictures() {}

    /** A training of a small network that takes a second. */
    static ProjectorTraining quick() {
        return ProjectorTraining.defaults()
                .architecture(new ProjectorArchitecture("test", 4, 1))
                .batch(2)
                .pool(8)
                .standardisedOn(8)
                .evaluation(4, 2)
                .iterations(8)
                .renewal(3);
    }

    static TrainedProjector trained(ProjectorTraining training, AssociativeMemory memory) {
        return training.train(memory, RewriteListener.SILENT);
    }

    /** The values of a pool's samples. */
    static Node values(Tape tape, SamplePool pool, FeatureShape shape) {
        int row = shape.channels() * shape.cells();
        float[] all = new float[pool.size() * row];
        for (int i = 0; i < pool.size(); i++) {
            System.arraycopy(pool.value(i), 0, all, i * row, row);
        }
        return tape.constant(Layout.CHANNELS_LAST, all, pool.size(), shape.channels(), shape.height(), shape.width());
    }

    static float[] noise(Node like, long seed, float size) {
        Random random = new Random(seed);
        float[] values = like.value().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] += size * (float) random.nextGaussian();
        }
        return values;
    }
}
