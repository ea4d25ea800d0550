package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.image.AnimatedGif;
import io.github.rewrite4j.image.ContactSheet;
import io.github.rewrite4j.image.Difference;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.samediff.generator.export.onnx.OnnxExport;
import io.github.rewrite4j.samediff.generator.onnx.OnnxInitialisers;
import io.github.rewrite4j.samediff.latent.LatentWalk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What others are shown of a session: sheets, moving pictures, networks. */
final class Exports {
    private static final int IN_SHEET = 12;
    private static final int FRAMES = 60;
    private static final int AT_ONCE = 16;
    private static final int THROUGH = 5;
    private static final int GAP = 4;
    private static final int MILLISECONDS = 60;
    private static final int SMALL = 128;

    private final Workshop workshop;
    private final Painter painter;

    Exports(Workshop workshop, Painter painter) {
        this.workshop = workshop;
        this.painter = painter;
    }

    /** Before, after and their difference of the first images of a scene, as a PNG. */
    byte[] sheet(Painter.Scene scene, List<Applied> patches, List<String> names) throws IOException {
        int count = Math.min(IN_SHEET, scene.subjects().size());
        Painter.Scene few = new Painter.Scene(scene.id(), scene.subjects().subList(0, count), scene.domains());
        INDArray before = painter.images(few, List.of());
        INDArray after = painter.images(few, patches);
        ContactSheet sheet = ContactSheet.titled("Rewrite4J Studio")
                .columns(names.subList(0, count).toArray(String[]::new))
                .row("before", before)
                .row("after", after)
                .row("difference x2", Difference.absolute(before, after, 2))
                .build();
        try (Desk desk = Desk.in(workshop.vault().folder())) {
            Path file = desk.file("sheet.png");
            sheet.write(file);
            return Files.readAllBytes(file);
        }
    }

    /** A few images of a scene in one small picture. */
    String thumbnail(Painter.Scene scene, List<Applied> patches) throws IOException {
        int count = Math.min(4, scene.subjects().size());
        Painter.Scene few = new Painter.Scene(scene.id(), scene.subjects().subList(0, count), scene.domains());
        INDArray images = painter.images(few, patches);
        try (Desk desk = Desk.in(workshop.vault().folder())) {
            Path file = desk.file("grid.png");
            Images.writeGrid(images, 2, file);
            return workshop.vault().put(Files.readAllBytes(file), "png");
        }
    }

    /** A walk through images of the user's choice, before on the left and after on the right; the key of a GIF. */
    String walk(List<? extends Subject> subjects, List<Applied> patches, RewriteListener listener) throws IOException {
        Generator base = workshop.generator();
        List<Subject> through = new ArrayList<>(subjects.subList(0, Math.min(THROUGH, subjects.size())));
        for (int i = 0; through.size() < 2; i++) {
            through.add(new Sample(2, i));
        }
        List<INDArray> frames = new ArrayList<>();
        try (Inputs inputs = LatentWalk.through(base, through, FRAMES);
                Generator changed = Applied.open(base, patches)) {
            for (int from = 0; from < FRAMES; from += AT_ONCE) {
                listener.report("frames", from, FRAMES);
                try (Inputs part = inputs.slice(from, Math.min(FRAMES, from + AT_ONCE))) {
                    INDArray before = base.generate(part);
                    INDArray after = changed.generate(part);
                    INDArray gap = Nd4j.ones(before.dataType(), before.size(0), before.size(1), before.size(2), GAP);
                    frames.add(Nd4j.concat(3, before, gap, after));
                }
            }
        }
        listener.report("frames", FRAMES, FRAMES);
        AnimatedGif gif =
                AnimatedGif.of(Nd4j.concat(0, frames.toArray(INDArray[]::new))).milliseconds(MILLISECONDS);
        if (base.spec().imageHeight() <= SMALL) {
            gif = gif.enlarged(3);
        }
        try (Desk desk = Desk.in(workshop.vault().folder())) {
            Path file = desk.file("walk.gif");
            gif.write(file);
            return workshop.vault().put(Files.readAllBytes(file), "gif");
        }
    }

    /**
     * The generator with rules as an ONNX network; the key of the file.
     *
     * @param source the file that the generator came from, where it came from one
     */
    String onnx(List<Applied> patches, Optional<Path> source, RewriteListener listener) throws IOException {
        listener.report("writing the network", 0, 1);
        try (Desk desk = Desk.in(workshop.vault().folder());
                Generator changed = Applied.open(workshop.generator(), patches)) {
            Path file = desk.file("generator.onnx");
            boolean fromOnnx = source.isPresent()
                    && source.get().toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
            if (fromOnnx) {
                OnnxInitialisers.write(source.get(), changed, file);
            } else {
                OnnxExport.of(changed).write(file);
            }
            listener.report("writing the network", 1, 1);
            return workshop.vault().put(Files.readAllBytes(file), "onnx");
        } catch (OutOfMemoryError full) {
            throw new RewriteException("There is not enough memory to write this network: give Java more.", full);
        }
    }
}
