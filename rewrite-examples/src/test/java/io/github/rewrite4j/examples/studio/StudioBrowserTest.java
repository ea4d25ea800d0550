package io.github.rewrite4j.examples.studio;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.avatars.BundledGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.interactions.Actions;

/** Whole edits by mouse and by keyboard in a real browser, their pixels, and what hostile pages get. */
class StudioBrowserTest {
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

    private StudioSession session() {
        return opening.session().orElseThrow();
    }

    private static void quick(int alike) {
        browser.js("fetch('api/settings', {method: 'POST', headers: {'Content-Type': 'application/json'},"
                + " body: JSON.stringify({rank: 3, alike: " + alike + ", layer: 'layer4'})})");
    }

    @Test
    void aWholeEditByMouseIsSeenComparedDraggedAndUndone() throws Exception {
        quick(0);
        browser.js("const r = document.getElementById('ranges'); r.value = '97, 0-14';"
                + " r.dispatchEvent(new Event('change'))");
        browser.until("document.querySelector('[data-subject=\"1:97\"]') && window.studio.state.settings.rank === 3");
        browser.until("document.querySelector('[data-subject=\"1:97\"] .image').width === 64");
        browser.paint("1:97", .35, .12, .65, .12, .65, .2, .35, .2, .5, .05);
        browser.click(".tile.active [data-act=copy]");
        browser.until("window.studio.state.draft.object && document.body.dataset.tool === 'place'");
        List<Long> before = browser.pixels("1:7");
        List<Long> other = browser.pixels("1:2");

        WebElement seven = browser.find("[data-subject=\"1:7\"] .mask");
        Actions actions = new Actions(browser.driver(), Duration.ofMillis(10));
        browser.move(actions, seven, .5, .14).perform();
        browser.until("document.querySelector('[data-subject=\"1:7\"]').dataset.preview === 'on'");
        assertThat(Browsers.difference(before, browser.pixels("1:7"), 22, 4, 42, 14))
                .isGreaterThan(25);
        actions.click().perform();
        browser.until("window.studio.state.draft.pastes.length === 1");

        browser.click("#run");
        browser.until("window.studio.state.draft.rules.length === 1");
        browser.until("document.getElementById('report')");
        browser.until("window.studio.state.jobs.every((job) => job.state !== 'running')");
        changes("1:2", other, 20);
        assertThat(browser.find("#hint").getText()).matches("(?s)(Learnt|Hardly).* %.* %.*");

        browser.js("document.activeElement.blur()");
        browser.js("dispatchEvent(new KeyboardEvent('keydown', {key: 'o'}))");
        assertThat(browser.pixels("1:2")).isEqualTo(other);
        browser.js("dispatchEvent(new KeyboardEvent('keyup', {key: 'o'}))");
        assertThat(browser.pixels("1:2")).isNotEqualTo(other);

        browser.js("const s = document.querySelector('.strength'); s.value = 0; s.dispatchEvent(new Event('input'));");
        equals("1:2", other);
        assertThat(session().draft().rules().get(0).strength()).isEqualTo(1);
        browser.js("document.querySelector('.strength').dispatchEvent(new Event('change'))");
        browser.until("window.studio.state.draft.rules[0].strength === 0");
        new Actions(browser.driver())
                .keyDown(Keys.CONTROL)
                .sendKeys("z")
                .keyUp(Keys.CONTROL)
                .perform();
        browser.until("window.studio.state.draft.rules[0].strength === 1");
        changes("1:2", other, 20);

        browser.driver().navigate().refresh();
        browser.until("window.studio?.state?.draft?.rules?.length === 1 && document.body.dataset.drawn !== undefined");
        changes("1:2", other, 20);
        browser.click("#revert");
        equals("1:2", other);
        browser.type("u");
        browser.until("window.studio.state.draft.rules.length === 1");
    }

    /** Waits until an image differs from what it was around its crown. */
    private static void changes(String subject, List<Long> before, double by) throws InterruptedException {
        double now = 0;
        for (int i = 0; i < 200 && now <= by; i++) {
            Thread.sleep(40);
            now = Browsers.difference(before, browser.pixels(subject), 22, 4, 42, 14);
        }
        assertThat(now).isGreaterThan(by);
    }

    private static void equals(String subject, List<Long> before) throws InterruptedException {
        for (int i = 0; i < 200 && !browser.pixels(subject).equals(before); i++) {
            Thread.sleep(40);
        }
        assertThat(browser.pixels(subject)).isEqualTo(before);
    }

    @Test
    void aWholeEditByKeyboardAndASecondTab() throws Exception {
        quick(0);
        browser.until("window.studio.state.settings.rank === 3");
        List<Long> before = browser.pixels("1:2");
        browser.js("document.querySelector('[data-subject=\"1:5\"]').focus()");
        browser.type(Keys.ENTER);
        for (int i = 0; i < 12; i++) {
            browser.type(Keys.ARROW_UP);
        }
        browser.type("]", "]", "]", Keys.SPACE, Keys.ARROW_LEFT, Keys.SPACE, Keys.ENTER);
        browser.until("window.studio.state.draft.object && document.body.dataset.tool === 'place'");
        browser.type(Keys.ARROW_RIGHT);
        assertThat(browser.js("return document.activeElement.dataset.subject")).isEqualTo("1:6");
        browser.type(Keys.ENTER);
        for (int i = 0; i < 11; i++) {
            browser.type(Keys.ARROW_UP);
        }
        browser.type(Keys.ENTER);
        browser.until("window.studio.state.draft.pastes.length === 1");

        String first = browser.driver().getWindowHandle();
        browser.driver().switchTo().newWindow(WindowType.TAB);
        browser.at(server.address().toString());
        assertThat(browser.is("window.studio.state.draft.pastes.length === 1")).isTrue();
        browser.type("r");
        browser.until("window.studio.state.draft.rules.length === 1");
        changes("1:2", before, 8);
        browser.driver().close();
        browser.driver().switchTo().window(first);
        browser.until("window.studio.state.draft.rules.length === 1");
        changes("1:2", before, 8);
    }

    @Test
    void anObjectFromAPictureIsPlacedAndSeenWhileItIsLearnt() throws Exception {
        List<Long> before = browser.pixels("1:4");
        browser.js("const i = document.createElement('input'); i.type = 'file'; i.id = 'probe';"
                + " document.body.prepend(i)");
        browser.find("#probe")
                .sendKeys(Path.of(System.getProperty("basedir", "."), "edits", "eyepatch.png")
                        .toAbsolutePath()
                        .toString());
        browser.js("const probe = document.getElementById('probe'); const data = new DataTransfer();"
                + " data.items.add(probe.files[0]); probe.remove();"
                + " dispatchEvent(new DragEvent('drop', {dataTransfer: data, cancelable: true}))");
        browser.until("document.getElementById('teach') && !document.getElementById('teach').disabled");
        WebElement place =
                browser.driver().findElements(By.cssSelector(".place")).get(0);
        new Actions(browser.driver())
                .moveToElement(place, 0, -8)
                .clickAndHold()
                .moveByOffset(4, 2)
                .release()
                .perform();
        browser.click("#teach");
        browser.until("window.studio.state.preview > 0");
        for (int i = 0; i < 200 && browser.pixels("1:4").equals(before); i++) {
            Thread.sleep(40);
        }
        assertThat(browser.pixels("1:4")).isNotEqualTo(before);
        browser.click(".job button");
        browser.until("window.studio.state.jobs.every((job) => job.state !== 'running')");
        equals("1:4", before);
        assertThat(session().draft().rules()).isEmpty();
    }

    @Test
    void nobodyIsLeftOut() throws Exception {
        assertThat(browser.barriers()).isEmpty();
        browser.js("document.documentElement.dataset.theme = 'dark'");
        browser.type("?");
        assertThat(browser.is("document.getElementById('dialog').open")).isTrue();
        assertThat(browser.barriers()).isEmpty();
        browser.type(Keys.ESCAPE);
        browser.paint("1:2", .3, .3, .6, .3);
        assertThat(browser.barriers()).isEmpty();
        browser.click(".tile.active [data-act=copy]");
        browser.until("window.studio.state.draft.object");
        assertThat(browser.barriers()).isEmpty();
    }

    @Test
    void aHostilePageGetsNothing() throws Exception {
        String page = "<!doctype html><title>evil</title><script>window.got = {};"
                + "const base = '" + server.address() + "';"
                + "const tries = [fetch(base + 'api/state').then((r) => r.text()),"
                + " fetch(base + 'api/show', {method: 'POST', body: '{\"ranges\": \"3\"}'}).then((r) => r.text()),"
                + " fetch(base + 'api/show', {method: 'POST', mode: 'no-cors', body: '{\"ranges\": \"3\"}'}).then((r) => r.text()),"
                + " import(base + 'texts.js').then((m) => JSON.stringify(m.texts))];"
                + "Promise.allSettled(tries).then((all) => { got.answers = all.map((one) => one.value ?? ''); got.done = true; });"
                + "</script><iframe src='" + server.address() + "'></iframe><form action='" + server.address()
                + "api/show' method=post enctype=text/plain><input name='{\"ranges\":\"3\",\"x\":\"' value='\"}'></form>";
        try (ServerSocket evil = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Thread serving = new Thread(() -> serve(evil, page));
            serving.setDaemon(true);
            serving.start();
            browser.driver().get("http://localhost:" + evil.getLocalPort() + "/");
            browser.until("window.got?.done");
            assertThat((List<?>) browser.js("return got.answers"))
                    .allSatisfy(answer -> assertThat(String.valueOf(answer)).isEmpty());
            assertThat(browser.is("(() => { try { return frames[0].document.getElementById('grid'); }"
                            + " catch { return false; } })()"))
                    .isFalse();
            browser.js("document.forms[0].submit()");
            Thread.sleep(300);
        }
        assertThat(session().state().get("ranges")).isEqualTo(StudioSession.FIRST_RANGES);
    }

    private static void serve(ServerSocket server, String page) {
        try {
            while (true) {
                try (Socket socket = server.accept();
                        OutputStream out = socket.getOutputStream()) {
                    socket.getInputStream().read(new byte[8192]);
                    byte[] body = page.getBytes(StandardCharsets.UTF_8);
                    out.write(("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: "
                                    + body.length + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
                    out.write(body);
                }
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }
}
