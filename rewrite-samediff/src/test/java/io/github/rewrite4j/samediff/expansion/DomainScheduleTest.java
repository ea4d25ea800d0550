package io.github.rewrite4j.samediff.expansion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DomainScheduleTest {
    private static List<ExpansionPoint> curve(double... losses) {
        List<ExpansionPoint> points = new ArrayList<>();
        for (int i = 0; i < losses.length; i++) {
            points.add(new ExpansionPoint(i + 1, 0, 0, List.of(losses[i], 1.0 / (i + 1))));
        }
        return points;
    }

    @Test
    void shares_say_how_often_domains_are_drawn() {
        List<Integer> drawn = new DomainSchedule(List.of(1.0, 3.0), 0).draw(new Random(3), 4000, List.of(), 2);
        assertThat(drawn).isSorted();
        assertThat(drawn.stream().filter(d -> d == 1).count()).isBetween(2900L, 3100L);
    }

    @Test
    void without_a_schedule_the_numbers_are_those_of_a_plain_draw() {
        List<Integer> plain = new Random(5).ints(20, 0, 3).sorted().boxed().toList();
        assertThat(DomainSchedule.EVEN.draw(new Random(5), 20, curve(1, 1, 1), 3))
                .isEqualTo(plain);
    }

    @Test
    void a_domain_without_progress_is_drawn_no_more() {
        DomainSchedule patient = new DomainSchedule(List.of(), 2);
        assertThat(patient.stopped(curve(1, 0.5, 0.499), 2)).containsExactly(false, false);
        List<ExpansionPoint> still = curve(1, 0.5, 0.499, 0.51);
        assertThat(patient.stopped(still, 2)).containsExactly(true, false);
        assertThat(patient.draw(new Random(1), 50, still, 2)).containsOnly(1);
        // Not drawn, it has no loss any more; and a lucky number later does not call it back.
        assertThat(patient.stopped(curve(1, 0.5, 0.499, 0.51, Double.NaN, 0.1), 2))
                .containsExactly(true, false);
        assertThat(patient.over(still, 2)).isFalse();
        assertThat(patient.over(still, 1)).isTrue();
    }

    @Test
    void wrong_numbers_are_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new DomainSchedule(List.of(0.0), 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DomainSchedule(List.of(1.0), 0).requireFits(2))
                .withMessageContaining("1 shares for 2");
    }
}
