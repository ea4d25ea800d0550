package io.github.rewrite4j.samediff.generator.avatar;

import io.github.rewrite4j.family.GeneratorFamily;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.generator.style.ChangedFiles;
import io.github.rewrite4j.testkit.GeneratorFamilyContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

class AvatarFamilyTest extends GeneratorFamilyContract {
    @Override
    protected GeneratorFamily family() {
        return new AvatarFamily();
    }

    @Override
    protected Path write(Path into) throws IOException {
        return Files.copy(Avatars.file(), into.resolve("avatars.safetensors"));
    }

    @Override
    protected Path writeNearMiss(Path into) throws IOException {
        return ChangedFiles.write(Avatars.file(), into.resolve("near.safetensors"), "layer3.conv.bias", Map.of());
    }
}
