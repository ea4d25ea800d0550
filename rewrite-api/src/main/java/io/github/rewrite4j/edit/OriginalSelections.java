package io.github.rewrite4j.edit;

import io.github.rewrite4j.io.FileFormatException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a file of the original interface holds, all or a part: not every file is an edit. A key alone, with an object or
 * with a paste marks something that should be switched off.
 *
 * @param object what is copied
 * @param paste where it is shown
 * @param contexts the keys: where a rule applies, or what is switched off
 */
public record OriginalSelections(Optional<Selection> object, Optional<Selection> paste, List<Selection> contexts) {
    public OriginalSelections {
        Objects.requireNonNull(object, "object");
        Objects.requireNonNull(paste, "paste");
        Objects.requireNonNull(contexts, "contexts");
        contexts = List.copyOf(contexts);
    }

    /**
     * The edit, where there is one.
     *
     * @param label what error messages call the file
     * @throws FileFormatException when the object or the paste is missing
     */
    public Edit edit(String label) throws FileFormatException {
        Objects.requireNonNull(label, "label");
        if (object.isPresent() && paste.isPresent()) {
            return new Edit(object.get(), List.of(paste.get()), contexts);
        }
        String missing = object.isPresent() ? "paste" : "object";
        String also = object.isEmpty() && paste.isEmpty() ? ", and so is 'paste'" : "";
        throw FileFormatException.atKey(
                label,
                missing,
                "this part is missing" + also + ", so there is nothing to copy and paste. The original interface saves"
                        + " such files to erase what the key marks (" + contexts.size()
                        + " images here): read them with"
                        + " OriginalEditFile.selections and switch off the units that answer there with UnitAblation");
    }
}
