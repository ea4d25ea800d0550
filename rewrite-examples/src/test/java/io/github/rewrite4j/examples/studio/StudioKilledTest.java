package io.github.rewrite4j.examples.studio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command is killed while it works; the same command brings everything back, and the page that was open finds it. */
class StudioKilledTest {
    @TempDir
    private Path folder;

    private int port;

    private Process start() throws IOException {
        return Studios.command(folder, port);
    }

    @Test
    void aKilledStudioComesBackWithAllButItsJob() throws Exception {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (Browsers browser = Browsers.open()) {
            Process studio = start();
            try {
                String address = Studios.address(studio);
                browser.at(address);
                browser.js("document.querySelector('[data-subject=\"1:5\"]').scrollIntoView()");
                browser.paint("1:5", .4, .15, .6, .15);
                browser.click(".tile.active [data-act=copy]");
                browser.until("window.studio.state.draft.object");
                browser.js("fetch('api/paste', {method: 'POST', headers: {'Content-Type': 'application/json'}, body:"
                        + " JSON.stringify({subject: '1:2', mask: (() => { const c = document.createElement('canvas');"
                        + " c.width = c.height = 64; const d = c.getContext('2d'); d.fillRect(0, 0, 64, 64);"
                        + " d.fillStyle = '#fff'; d.fillRect(22, 4, 20, 12); return c.toDataURL(); })()})})");
                browser.until("window.studio.state.draft.pastes.length === 1");
                browser.js("fetch('api/overfit', {method: 'POST', headers: {'Content-Type': 'application/json'},"
                        + " body: '{}'})");
                browser.until("window.studio.state.jobs.some((job) => job.state === 'running')");
                studio.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
                browser.until("document.getElementById('toasts').textContent.includes('does not answer')");

                studio = start();
                assertThat(Studios.address(studio)).isEqualTo(address);
                browser.until("window.studio.state.jobs?.some((job) => job.state === 'lost')");
                browser.until("document.getElementById('toasts').textContent === ''");
                assertThat(browser.is(
                                "window.studio.state.draft.object && window.studio.state.draft.pastes.length === 1"))
                        .isTrue();
                assertThat(browser.find(".job.lost").getText()).contains("Interrupted", "Start again");
            } finally {
                studio.destroyForcibly().waitFor(30, TimeUnit.SECONDS);
            }
        }
    }
}
