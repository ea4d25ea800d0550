/**
 * Networks that name the attributes of avatars: hair, skin, glasses, colours. {@link
 * io.github.rewrite4j.avatars.attribute.AttributeNetwork} guesses them, and embeds and compares pictures; {@link
 * io.github.rewrite4j.avatars.attribute.AttributeTraining} trains one on pictures whose attributes are known.
 */
@NullMarked
package io.github.rewrite4j.avatars.attribute;

import org.jspecify.annotations.NullMarked;
