package io.github.rewrite4j.examples.studio;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.image.Pixels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.PointerInput;
import org.openqa.selenium.interactions.PointerInput.Kind;
import org.openqa.selenium.interactions.PointerInput.MouseButton;
import org.openqa.selenium.interactions.PointerInput.Origin;
import org.openqa.selenium.interactions.Sequence;

/** Pens and fingers, and pictures of objects whose place is painted or shown by a second picture, in a real browser. */
class StudioHandsTest {
    private static Browsers browser;
    private static Generator avatars;

    @TempDir
    private Path folder;

    private StudioServer server;
    private Opening opening;

    @BeforeAll
    static void load() throws Exception {
        browser = Browsers.open();
        avatars = BundledGenerator.load();
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
            avatars.close();
        }
    }

    @BeforeEach
    void serve() throws Exception {
        opening = Opening.start(
                () -> avatars.withSampler(avatars.sampler()), generator -> StudioSession.open(generator, folder));
        server = StudioServer.start(opening, "t".repeat(48), 0);
        opening.await();
        browser.at(server.address().toString());
    }

    @AfterEach
    void stop() throws Exception {
        browser.driver().get("about:blank");
        server.close();
        opening.close();
    }

    private static WebElement mask(String subject) {
        WebElement mask = browser.find("[data-subject=\"" + subject + "\"] .mask");
        browser.js("arguments[0].scrollIntoView({block: 'center'})", mask);
        return mask;
    }

    /** Where a share of an element lies from its centre. */
    private static int from(int size, double share) {
        return (int) Math.round((share - 0.5) * size);
    }

    /** Draws a line over an element with a pointer of some kind. */
    private static void draw(Kind kind, float pressure, WebElement over, double... points) {
        PointerInput pointer = new PointerInput(kind, kind.name());
        PointerInput.PointerEventProperties pressed =
                PointerInput.eventProperties().setPressure(pressure);
        Sequence line = new Sequence(pointer, 0);
        int width = over.getSize().getWidth();
        int height = over.getSize().getHeight();
        for (int i = 0; i < points.length; i += 2) {
            line.addAction(pointer.createPointerMove(
                    Duration.ofMillis(20),
                    Origin.fromElement(over),
                    from(width, points[i]),
                    from(height, points[i + 1]),
                    pressed));
            if (i == 0) {
                line.addAction(pointer.createPointerDown(MouseButton.LEFT.asArg(), pressed));
            }
        }
        line.addAction(pointer.createPointerUp(MouseButton.LEFT.asArg()));
        browser.driver().perform(List.of(line));
    }

    /** How many pixels of an image are painted. */
    private static long painted(String subject) {
        return (long) browser.js(
                "const c = document.querySelector('[data-subject=\"' + arguments[0] + '\"] .mask');"
                        + "return c.getContext('2d').getImageData(0, 0, c.width, c.height).data"
                        + ".filter((value, at) => at % 4 === 3 && value > 8).length",
                subject);
    }

    @Test
    void aPenPaintsWiderWhereItIsPressedAndAFingerPaintsAndPlaces() throws Exception {
        draw(Kind.PEN, 0.15f, mask("1:0"), .3, .5, .6, .5);
        draw(Kind.PEN, 0.9f, mask("1:1"), .3, .5, .6, .5);
        draw(Kind.TOUCH, 0.5f, mask("1:2"), .3, .5, .6, .5);
        long light = painted("1:0");
        assertThat(light).isPositive();
        assertThat(painted("1:1")).isGreaterThan(2 * light);
        assertThat(painted("1:2")).isBetween(light + 1, painted("1:1") - 1);

        browser.click("[data-subject=\"1:2\"] [data-act=copy]");
        browser.until("window.studio.state.draft.object && document.body.dataset.tool === 'place'");
        Pixels kept = Pixels.read(
                opening.session()
                        .orElseThrow()
                        .thing(String.valueOf(browser.js("return window.studio.state.draft.object.mask"))),
                "the mask");
        for (byte value : kept.channel(Pixels.RED)) {
            assertThat(value).isIn((byte) 0, (byte) 255);
        }
        WebElement three = mask("1:3");
        draw(Kind.TOUCH, 0.5f, three, .3, .5, .5, .4);
        browser.until("window.studio.state.draft.pastes.length === 1");
        assertThat(browser.js("return window.studio.state.draft.pastes[0].subject"))
                .isEqualTo("1:3");
    }

    /** Two pictures of a face, with a thing on it and without. */
    private Path[] pair() throws Exception {
        INDArray face = avatars.generate(avatars.sample(1, 8))
                .get(NDArrayIndex.point(0), NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.all());
        INDArray without = face.dup('c');
        INDArray with = face.dup('c');
        with.get(NDArrayIndex.all(), NDArrayIndex.interval(24, 34), NDArrayIndex.interval(20, 44))
                .assign(-0.9);
        Path[] files = {folder.resolve("with.png"), folder.resolve("without.png")};
        Files.write(files[0], Images.toPng(with));
        Files.write(files[1], Images.toPng(without));
        return files;
    }

    @Test
    void anObjectIsMarkedInItsPictureOrByTheSamePictureWithoutIt() throws Exception {
        Path[] files = pair();
        browser.choose("#object", files[0]);
        browser.until("document.querySelector('#dialog .markable .mask')");
        assertThat(browser.find("#teach").isEnabled()).isFalse();
        WebElement picture = browser.find("#dialog .markable .mask");
        draw(Kind.MOUSE, 0.5f, picture, .36, .42, .64, .42, .64, .5, .36, .5);
        browser.until("!document.getElementById('teach').disabled");
        String painted = placed();
        browser.choose("#pair", files[1]);
        for (int i = 0; i < 200 && placed().equals(painted); i++) {
            Thread.sleep(40);
        }
        assertThat(placed()).isNotEqualTo(painted);
        assertThat(browser.find("#teach").isEnabled()).isTrue();
    }

    /** The first sample with the object on it, as it is shown. */
    private static String placed() {
        return String.valueOf(browser.js("return document.querySelector('.place canvas').toDataURL()"));
    }
}
