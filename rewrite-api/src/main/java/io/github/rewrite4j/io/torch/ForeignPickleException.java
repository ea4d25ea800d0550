package io.github.rewrite4j.io.torch;

import io.github.rewrite4j.io.FileFormatException;
import java.util.List;
import java.util.Objects;

/** A file is a pickle but no checkpoint of PyTorch. */
public class ForeignPickleException extends FileFormatException {
    private static final long serialVersionUID = 1L;

    private final List<String> classes;

    /**
     * Says what the file is instead.
     *
     * @param file the file, as its user knows it
     * @param classes the classes and functions that it names
     */
    public ForeignPickleException(String file, List<String> classes) {
        super(
                file,
                "byte 0",
                "this is a pickle but no checkpoint of PyTorch"
                        + (classes.isEmpty()
                                ? ""
                                : "; it holds objects of "
                                        + classes.stream().limit(5).toList())
                        + ". Save the weights alone, with torch.save(model.state_dict(), file) or as safetensors.");
        Objects.requireNonNull(file, "file");
        this.classes = List.copyOf(classes);
    }

    /** The classes and functions that the pickle names; none of them was run. */
    public List<String> classes() {
        return classes;
    }
}
