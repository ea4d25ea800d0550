package io.github.rewrite4j.samediff.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.OwnInputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.strategy.RuleHeat;
import io.github.rewrite4j.stats.KeyCovariance;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

class SearchTest {
    private static final Generator AVATARS = Avatars.load();
    private static final AssociativeMemory MEMORY = AVATARS.memory("layer4");
    private static final KeyCovariance COVARIANCE = MEMORY.covariance(32, 1, RewriteListener.SILENT);
    private static final Selection MARKED = new Selection(Sample.of(7), Region.rectangle(24, 4, 16, 12));
    private static final Trigger CONTEXT = Trigger.context(MEMORY, List.of(MARKED), COVARIANCE);
    private static final long SEED = 2;
    private static final int COUNT = 37;

    @TempDir
    private Path folder;

    @AfterAll
    static void close() {
        AVATARS.close();
    }

    /** All maps at once, as a search does not do it. */
    private static float[][] maps(Trigger trigger) {
        INDArray heat = trigger.heat(MEMORY.keys(AVATARS.sample(COUNT, SEED)).tensor());
        int plane = (int) (heat.size(1) * heat.size(2));
        float[] all = heat.dup('c').data().asFloat();
        float[][] maps = new float[COUNT][];
        for (int n = 0; n < COUNT; n++) {
            maps[n] = Arrays.copyOfRange(all, n * plane, (n + 1) * plane);
        }
        return maps;
    }

    private static double largest(float[] map) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float value : map) {
            largest = Math.max(largest, value);
        }
        return largest;
    }

    private static void agrees(Found found, Trigger trigger) {
        float[][] maps = maps(trigger);
        List<Integer> order = new ArrayList<>();
        List<Float> all = new ArrayList<>();
        for (int n = 0; n < COUNT; n++) {
            order.add(n);
            for (float value : maps[n]) {
                all.add(value);
            }
        }
        order.sort(Comparator.comparingDouble((Integer n) -> -largest(maps[n])));
        assertThat(found.top().stream().map(Match::position).toList()).isEqualTo(order.subList(0, 5));
        all.sort(Comparator.reverseOrder());
        assertThat(found.threshold()).isCloseTo(all.get(all.size() / 1000 - 1), within(1e-4));
        for (Match match : found.top()) {
            float[] map = maps[match.position()];
            assertThat(match.peak()).isCloseTo(largest(map), within(1e-4));
            assertThat((double) map[match.cell().row() * 16 + match.cell().column()])
                    .isCloseTo(match.peak(), within(1e-4));
            assertThat(match.heat().shape()).containsExactly(16, 16);
            assertThat(match.heat().maxNumber().doubleValue()).isEqualTo(match.peak());
        }
    }

    @Test
    void batchByBatchItFindsWhatAllMapsTogetherSay() {
        Found found = Search.at(MEMORY, CONTEXT).top(5).among(SEED, 0, COUNT, RewriteListener.SILENT);
        agrees(found, CONTEXT);
        assertThat(found.searched()).isEqualTo(COUNT);
        assertThat(found.top().get(0).subject())
                .isEqualTo(new Sample(SEED, found.top().get(0).position()));
    }

    @Test
    void aRuleFiresWhereItsHeatSays() {
        Patch patch = Avatars.patch(AVATARS, "layer4", 7);
        Trigger rule = Trigger.rule(MEMORY, patch);
        agrees(Search.at(MEMORY, rule).top(5).among(SEED, 0, COUNT, RewriteListener.SILENT), rule);
        INDArray own = RuleHeat.of(MEMORY, patch, AVATARS.sample(2, SEED));
        INDArray heat = rule.heat(MEMORY.keys(AVATARS.sample(2, SEED)).tensor());
        assertThat(heat.distance2(own)).isLessThan(1e-5);
    }

    @Test
    void inputsOfOnesOwnAreSearchedAsSamplesAre() {
        Search search = Search.at(MEMORY, CONTEXT).top(5);
        List<Subject> subjects = new ArrayList<>();
        try (Inputs all = AVATARS.sample(COUNT, SEED)) {
            for (int n = 0; n < COUNT; n++) {
                subjects.add(Subject.of("picture " + n, all.slice(n, n + 1)));
            }
        }
        Found own = search.among(subjects, RewriteListener.SILENT);
        agrees(own, CONTEXT);
        Match best = own.top().get(0);
        assertThat(best.subject()).isEqualTo(subjects.get(best.position()));
        assertThat(best.facts().asMap().get("subject")).asString().contains("picture " + best.position());
    }

    @Test
    void theMarkedPlaceOfTheMarkedImageIsHot() {
        Found found = Search.at(MEMORY, CONTEXT).top(1).among(1, 7, 8, RewriteListener.SILENT);
        Match itself = found.top().get(0);
        assertThat(itself.cell().row()).isBetween(1, 4);
        assertThat(itself.cell().column()).isBetween(6, 9);
        Selection like = itself.selection(itself.peak(), 64, 64);
        assertThat(like.subject()).isEqualTo(Sample.of(7));
        // Keys of this layer are doubled ones of 8 x 8 cells, so that four cells are equally hot.
        assertThat(like.region().onImage(64, 64).selectedCells()).isEqualTo(64);
    }

    @Test
    void whatWasFoundIsNotSearchedAgainUnlessItsFileIsDamaged() throws IOException {
        AtomicInteger steps = new AtomicInteger();
        RewriteListener counting = progress -> steps.incrementAndGet() > 0;
        Search search = Search.at(MEMORY, CONTEXT).top(3).cache(SearchCache.in(folder));
        Found first = search.among(SEED, 3, 20, counting);
        assertThat(steps.getAndSet(0)).isPositive();
        Found again = search.among(SEED, 3, 20, counting);
        assertThat(steps.get()).isZero();
        assertThat(again).usingRecursiveComparison().isEqualTo(first);

        search.among(SEED, 3, 21, counting);
        Search.at(MEMORY, Trigger.rule(MEMORY, Avatars.patch(AVATARS, "layer4", 7)))
                .top(3)
                .cache(SearchCache.in(folder))
                .among(SEED, 3, 20, counting);
        assertThat(steps.getAndSet(0)).isEqualTo(6);

        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length - 1] ^= 1;
                Files.write(file, bytes);
            }
        }
        Found anew = search.among(SEED, 3, 20, counting);
        assertThat(steps.get()).isPositive();
        assertThat(anew).usingRecursiveComparison().isEqualTo(first);
    }

    @Test
    void whatCannotBeSearchedIsRefused() {
        Search search = Search.at(MEMORY, CONTEXT);
        assertThatThrownBy(() -> search.top(0)).hasMessageContaining("at least one image");
        assertThatThrownBy(() -> search.among(1, 5, 5, RewriteListener.SILENT)).hasMessageContaining("no samples");
        assertThatThrownBy(() -> search.among(List.of(), RewriteListener.SILENT))
                .hasMessageContaining("at least one");
        assertThatThrownBy(() -> Trigger.context(MEMORY, List.of(), COVARIANCE)).hasMessageContaining("at least one");
        AssociativeMemory narrow = AVATARS.memory("layer6");
        assertThatThrownBy(() -> Search.at(narrow, CONTEXT).among(1, 0, 1, RewriteListener.SILENT))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("96 channels, the keys have 48");
        assertThatThrownBy(() -> Trigger.rule(narrow, Avatars.patch(AVATARS, "layer4", 7)))
                .hasMessageContaining("does not change");
    }

    @Test
    void partsThatTravelAddUpToTheWholeInAnyOrder() throws Exception {
        Search search = Search.at(MEMORY, CONTEXT).top(5);
        Found whole = search.among(SEED, 0, COUNT, RewriteListener.SILENT);
        List<SearchPart> parts = new ArrayList<>();
        for (int from : new int[] {32, 0, 16}) {
            int to = Math.min(COUNT, from + Search.PART);
            List<Subject> subjects = new ArrayList<>(Sample.range(SEED, from, to));
            if (from == 16) {
                try (Inputs own = MEMORY.sampler().at(Sample.range(SEED, 16, 32))) {
                    subjects = new ArrayList<>(OwnInputs.each("own", own));
                }
            }
            parts.add(sent(search.part(subjects, from, COUNT, RewriteListener.SILENT)));
        }
        Found joined = parts.get(0).plus(parts.get(1)).plus(parts.get(2)).found();
        assertThat(joined.searched()).isEqualTo(COUNT);
        assertThat(joined.threshold()).isEqualTo(whole.threshold());
        for (int i = 0; i < 5; i++) {
            Match match = joined.top().get(i);
            Match expected = whole.top().get(i);
            assertThat(match.position()).isEqualTo(expected.position());
            assertThat(match.peak()).isEqualTo(expected.peak());
            assertThat(match.cell()).isEqualTo(expected.cell());
            assertThat(match.heat()).isEqualTo(expected.heat());
            if (match.subject() instanceof OwnInputs own) {
                assertThat(own.name()).isEqualTo("own " + (match.position() - 16));
            } else {
                assertThat(match.subject()).isEqualTo(expected.subject());
            }
        }
        assertThatThrownBy(() -> parts.get(0)
                        .plus(search.top(4).part(Sample.range(SEED, 0, 1), 0, COUNT, RewriteListener.SILENT)))
                .hasMessageContaining("one keeps 5 images");
        assertThatThrownBy(() -> search.part(Sample.range(SEED, 0, 4), COUNT - 2, COUNT, RewriteListener.SILENT))
                .hasMessageContaining("within the search");
    }

    private static SearchPart sent(SearchPart part) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(part);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (SearchPart) in.readObject();
        }
    }
}
