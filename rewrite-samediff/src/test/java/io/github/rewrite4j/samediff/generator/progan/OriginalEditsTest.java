package io.github.rewrite4j.samediff.generator.progan;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.edit.Erasure;
import io.github.rewrite4j.edit.OriginalEditFile;
import io.github.rewrite4j.edit.OriginalSelections;
import io.github.rewrite4j.samediff.generator.nvidia.NvidiaGolden;
import io.github.rewrite4j.samediff.memory.CovarianceCache;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import io.github.rewrite4j.samediff.strategy.RankOneErase;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * As many edits as the original system shipped, in its layout, each painted differently: brush strokes and single dots, on
 * transparent and on black ground, of the size of the image and of others, with one context or many, with and without an
 * object (those erase). All are read and carried out on a ProGAN.
 */
class OriginalEditsTest {
    private static final int EDITS = 78;
    private static final int SOME = 9;

    @TempDir
    Path folder;

    @Test
    void editsOfTheOriginalInterfaceAreCarriedOut() throws IOException {
        carryOut(SOME);
    }

    @Test
    @Tag("study")
    void seventyEightOfThemAre() throws IOException {
        carryOut(EDITS);
    }

    private void carryOut(int edits) throws IOException {
        try (Generator generator = ProGan.load(NvidiaGolden.path("proggan_zip.pth"))) {
            CovarianceCache cache = CovarianceCache.in(folder.resolve("cache"));
            LowRankRewrite rewrite = LowRankRewrite.rank(1)
                    .byLevenbergMarquardt(3)
                    .statistics(64, 1)
                    .cache(cache)
                    .evaluatedOn(0, 2);
            int erasures = 0;
            for (int i = 0; i < edits; i++) {
                Random random = new Random(i);
                Path file = folder.resolve("edit" + i + ".json");
                Files.writeString(file, edit(random, i));
                assertThat(OriginalEditFile.isOne(file)).as("edit %d", i).isTrue();
                OriginalSelections selections = OriginalEditFile.selections(file);
                AssociativeMemory memory = generator.memory("layer" + (4 + i % 3) + ".conv");
                Rewrite made;
                if (selections.object().isPresent()) {
                    made = rewrite.rewrite(memory, OriginalEditFile.read(file));
                    assertThat(made.report().lossAfter())
                            .as("edit %d", i)
                            .isLessThanOrEqualTo(made.report().lossBefore() * (1 + 1e-6));
                } else {
                    erasures++;
                    made = RankOneErase.standard()
                            .insertedBy(rewrite)
                            .rewrite(memory, Erasure.of(selections), RewriteListener.SILENT);
                }
                assertThat(made.patch().deltas()).as("edit %d", i).hasSize(1);
            }
            assertThat(erasures).isEqualTo(edits / 4);
        }
    }

    private static String edit(Random random, int i) throws IOException {
        StringBuilder keys = new StringBuilder();
        int contexts = 1 + random.nextInt(6);
        for (int k = 0; k < contexts; k++) {
            keys.append(k == 0 ? "" : ", ").append(selection(random));
        }
        String object =
                i % 4 == 3 ? "" : "\"object\": " + selection(random) + ", \"paste\": " + selection(random) + ", ";
        String more = i % 5 == 0 ? ", \"rank\": 1, \"niter\": 2001, \"title\": \"edit " + i + "\"" : "";
        return "{" + object + "\"key\": [" + keys + "]" + more + "}";
    }

    private static String selection(Random random) throws IOException {
        return "[" + random.nextInt(500) + ", \"data:image/png;base64,"
                + Base64.getEncoder().encodeToString(mask(random)) + "\"]";
    }

    private static byte[] mask(Random random) throws IOException {
        int size = new int[] {32, 128, 256}[random.nextInt(3)];
        boolean transparent = random.nextBoolean();
        BufferedImage image =
                new BufferedImage(size, size, transparent ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
        Graphics2D paint = image.createGraphics();
        if (random.nextBoolean()) {
            paint.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        }
        paint.setColor(Color.WHITE);
        float brush = size * (0.06f + 0.2f * random.nextFloat());
        paint.setStroke(new BasicStroke(brush, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        int x = random.nextInt(size);
        int y = random.nextInt(size);
        int strokes = random.nextInt(4);
        paint.drawLine(x, y, x, y);
        for (int s = 0; s < strokes; s++) {
            int toX = Math.max(0, Math.min(size - 1, x + random.nextInt(size) - size / 2));
            int toY = Math.max(0, Math.min(size - 1, y + random.nextInt(size) - size / 2));
            paint.drawLine(x, y, toX, toY);
            x = toX;
            y = toY;
        }
        paint.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }
}
