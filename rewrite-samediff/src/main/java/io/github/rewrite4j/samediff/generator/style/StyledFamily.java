package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.family.GeneratorFamily;
import io.github.rewrite4j.family.LoadOption;
import java.util.List;

/**
 * A family of style-based generators: {@link StyleGan2} is the front door of all of them. Whether a file has noise maps is
 * known only when it is read, so each of these families takes {@link MissingNoise#OPTION}.
 */
public interface StyledFamily extends GeneratorFamily {
    @Override
    default List<LoadOption<?>> options() {
        return List.of(MissingNoise.OPTION);
    }
}
