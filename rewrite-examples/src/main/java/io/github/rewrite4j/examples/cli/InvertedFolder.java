package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.OwnInputs;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.examples.UserPicture;
import io.github.rewrite4j.samediff.inversion.Inversion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A folder of pictures as latents that draw them, called by the names of their files; a few at a time, in order of the names. */
final class InvertedFolder {
    private static final int AT_ONCE = 8;
    private static final double PULL = 0.001;

    private final Path folder;
    private final List<Path> files;

    private InvertedFolder(Path folder, List<Path> files) {
        this.folder = folder;
        this.files = List.copyOf(files);
    }

    /**
     * Lists the PNG and JPEG files of a folder.
     *
     * @throws WrongUsageException when there are none
     */
    static InvertedFolder of(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new WrongUsageException(folder + " is no folder: name one with pictures in it.");
        }
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> files =
                    entries.filter(InvertedFolder::isPicture).sorted().toList();
            if (files.isEmpty()) {
                throw new WrongUsageException("There is no PNG or JPEG file in " + folder + ".");
            }
            return new InvertedFolder(folder, files);
        }
    }

    private static boolean isPicture(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return Files.isRegularFile(file) && name.matches(".+\\.(png|jpe?g)");
    }

    /** Inverts all of them with a latent for each layer. */
    List<OwnInputs> inverted(
            Generator generator, int steps, long seed, Consumer<String> notes, RewriteListener listener)
            throws IOException {
        Inversion inversion =
                Inversion.defaults().iterations(steps).pull(PULL).seed(seed).perLayer();
        List<OwnInputs> subjects = new ArrayList<>();
        for (int from = 0; from < files.size(); from += AT_ONCE) {
            List<Path> part = files.subList(from, Math.min(from + AT_ONCE, files.size()));
            List<INDArray> read = new ArrayList<>();
            for (Path file : part) {
                read.add(UserPicture.read(file, generator.spec(), notes));
            }
            double done = (double) from / files.size();
            List<OwnInputs> found = inversion
                    .invert(
                            generator,
                            Nd4j.concat(0, read.toArray(INDArray[]::new)),
                            listener.part(done, (double) (from + part.size()) / files.size()))
                    .subjects("picture");
            for (int k = 0; k < part.size(); k++) {
                subjects.add(found.get(k).named(String.valueOf(part.get(k).getFileName())));
            }
        }
        return List.copyOf(subjects);
    }

    @Override
    public String toString() {
        return files.size() + " pictures of " + folder;
    }
}
