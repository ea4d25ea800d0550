package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.BackwardProjector;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.testkit.BackwardProjectorContract;

class ProjectorContractTest extends BackwardProjectorContract {
    @Override
    protected Generator open() {
        return Avatars.load();
    }

    @Override
    protected AssociativeMemory memory(Generator of) {
        return of.memory("layer6");
    }

    @Override
    protected BackwardProjector projector() {
        try (Generator avatars = Avatars.load()) {
            return Pictures.trained(Pictures.quick().iterations(2), memory(avatars));
        }
    }
}
