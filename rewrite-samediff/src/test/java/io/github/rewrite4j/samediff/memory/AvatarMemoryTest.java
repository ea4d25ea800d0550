package io.github.rewrite4j.samediff.memory;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.samediff.Avatars;

class AvatarMemoryTest extends AssociativeMemoryContract {
    @Override
    Generator open() {
        return Avatars.load();
    }

    @Override
    String cheapLayer() {
        return "layer5";
    }
}
