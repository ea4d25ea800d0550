package io.github.rewrite4j.samediff.memory;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.testkit.AssociativeMemoryContract;

class AvatarMemoryTest extends AssociativeMemoryContract {
    @Override
    protected Generator open() {
        return Avatars.load();
    }

    @Override
    protected String layer() {
        return "layer5";
    }
}
