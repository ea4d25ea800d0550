package io.github.rewrite4j.samediff.generator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.rewrite4j.samediff.GoldenFile;
import io.github.rewrite4j.samediff.RuleWeights;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.tape.Layout;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Numbers of the authors' code on random weights. */
class DiffusionNetworkTest {
    private static final GoldenFile GOLDEN = GoldenFile.resource("/diffae/diffae_golden.safetensors");
    private static final DiffusionNetwork NETWORK = new DiffusionNetwork(
            new DiffusionArchitecture(32, 32, List.of(1, 2), List.of(1, 2, 2), 2, 2, List.of(16), 64, 64, 1000, 32));
    private static final Map<String, Parameter> WEIGHTS = weights();
    private static final NoiseSchedule TEN = NETWORK.schedule().respaced(10);

    private static Map<String, Parameter> weights() {
        Map<String, Parameter> all = new HashMap<>();
        RuleWeights.resource("/diffae/diffae_weights_rule.json").forEach((name, array) -> {
            String inner = name.substring("ema_model.".length());
            all.put(inner, Parameter.of(inner, array));
        });
        return all;
    }

    @AfterAll
    static void close() {
        NETWORK.close();
    }

    private static Function<String, Node> frozen(Tape tape) {
        return name -> tape.frozen(Named.in(WEIGHTS, name));
    }

    private static double distance(INDArray expected, Node node) {
        Node plain = Layout.CHANNELS_FIRST.of(node);
        float[] wanted = expected.castTo(DataType.FLOAT).dup('c').data().asFloat();
        double largest = 0;
        for (int i = 0; i < wanted.length; i++) {
            largest = Math.max(largest, Math.abs(wanted[i] - plain.value()[i]));
        }
        return largest;
    }

    private static INDArray row(String name, int row) {
        INDArray all = GOLDEN.array(name);
        return all.get(NDArrayIndex.interval(row, row + 1)).dup('c');
    }

    @Test
    void the_weights_are_those_of_the_authors_network() {
        Map<String, long[]> expected = new LinkedHashMap<>();
        RuleWeights.resource("/diffae/diffae_weights_rule.json")
                .forEach((name, array) -> expected.put(name.substring("ema_model.".length()), array.shape()));
        assertThat(NETWORK.weights().keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
        NETWORK.weights().forEach((name, shape) -> assertThat(shape).as(name).containsExactly(expected.get(name)));
        assertThat(NETWORK.conditions()).hasSize(14);
    }

    @Test
    void the_encoder_block_by_block() {
        try (Tape tape = new Tape()) {
            Node image = tape.constant(row("image", 0));
            for (int i = 0; i < 9; i++) {
                String block = "encoder.input_blocks." + i;
                assertBlock(block, NETWORK.encoderInner(tape, image, frozen(tape), block));
            }
            assertBlock(
                    "encoder.middle_block", NETWORK.encoderInner(tape, image, frozen(tape), "encoder.middle_block"));
            Node z = NETWORK.encode(tape, tape.constant(GOLDEN.array("image")), frozen(tape));
            assertThat(distance(GOLDEN.array("z_sem"), z)).isLessThan(2e-5);
        }
    }

    /** Two channels of a block. */
    private static void assertBlock(String name, Node node) {
        INDArray golden = GOLDEN.array("block." + name + "[0,0:2]");
        assertThat(distance(golden, node)).as(name).isLessThan(1e-4);
    }

    @Test
    void the_unet_block_by_block() {
        try (Tape tape = new Tape()) {
            Node mixed = tape.constant(GOLDEN.array("x_t"));
            Node z = tape.constant(GOLDEN.array("z_sem"));
            int[] times = {500, 37};
            Node time = NETWORK.noiseInner(tape, mixed, times, z, frozen(tape), "time_embed");
            assertThat(distance(GOLDEN.array("block.time_embed"), time)).isLessThan(5e-5);
            for (String list : List.of("input_blocks.", "output_blocks.")) {
                for (int i = 0; i < 6; i++) {
                    assertBlock(list + i, NETWORK.noiseInner(tape, mixed, times, z, frozen(tape), list + i));
                }
            }
            assertBlock("middle_block", NETWORK.noiseInner(tape, mixed, times, z, frozen(tape), "middle_block"));
            assertThat(distance(GOLDEN.array("eps_at_500_37"), NETWORK.noise(tape, mixed, times, z, frozen(tape))))
                    .isLessThan(5e-5);
            assertThat(distance(
                            GOLDEN.array("eps_t0"),
                            NETWORK.noise(
                                    tape, tape.constant(GOLDEN.array("image")), new int[] {0, 0}, z, frozen(tape))))
                    .isLessThan(1e-4);
        }
    }

    @Test
    void the_schedule_and_its_respacing() {
        INDArray map = GOLDEN.array("schedule.timestep_map");
        double[] kept = GOLDEN.doubles("schedule.alphas_cumprod");
        double[] before = GOLDEN.doubles("schedule.alphas_cumprod_prev");
        double[] after = GOLDEN.doubles("schedule.alphas_cumprod_next");
        double[] betas = GOLDEN.doubles("schedule.betas");
        for (int i = 0; i < 10; i++) {
            assertThat(TEN.time(i)).isEqualTo(map.getInt(i));
            assertThat(Math.abs(TEN.kept(i) - kept[i])).isLessThan(1e-12);
            assertThat(Math.abs(TEN.kept(i - 1) - before[i])).isLessThan(1e-12);
            assertThat(Math.abs(TEN.kept(i + 1) - after[i])).isLessThan(1e-12);
            assertThat(Math.abs(TEN.beta(i) - betas[i])).isLessThan(1e-12);
        }
        for (int steps : new int[] {20, 250}) {
            NoiseSchedule respaced = NETWORK.schedule().respaced(steps);
            INDArray times = GOLDEN.array("space_timesteps.ddim" + steps);
            for (int i = 0; i < steps; i++) {
                assertThat(respaced.time(i)).isEqualTo(times.getInt(i));
            }
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NETWORK.schedule().respaced(300))
                .withMessageContaining("No stride");
    }

    @Test
    void times_as_vectors() {
        INDArray golden = GOLDEN.array("timestep_embedding.t_0_37_500_900");
        int[] times = {0, 37, 500, 900};
        float[] made = new float[4 * 32];
        for (int i = 0; i < 4; i++) {
            DiffusionGraph.time(times[i], made, 32 * i, 32);
        }
        for (int i = 0; i < made.length; i++) {
            assertThat(Math.abs(made[i] - golden.getDouble(i / 32, i % 32))).isLessThan(1e-4);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void single_steps_from_the_authors_states(boolean down) {
        INDArray states = GOLDEN.array(down ? "decode_sample_t[0]" : "encode_sample_t[0]");
        try (Tape tape = new Tape()) {
            for (int i = 0; i < 10; i++) {
                INDArray before = i == 0
                        ? row(down ? "xT" : "image", 0)
                        : states.get(NDArrayIndex.point(i - 1)).dup('c');
                INDArray after = states.get(NDArrayIndex.point(i)).dup('c');
                Node z = tape.constant(row("z_sem", 0));
                Node made = down
                        ? NETWORK.stepDown(tape, tape.constant(before), 9 - i, TEN, z, frozen(tape))
                        : NETWORK.stepUp(tape, tape.constant(before), i, TEN, z, frozen(tape));
                assertThat(distance(after, made)).as("step " + i).isLessThan(1e-4);
                tape.clear();
            }
        }
    }

    @Test
    void ten_steps_there_and_back() {
        try (Tape tape = new Tape()) {
            Node z = tape.constant(GOLDEN.array("z_sem"));
            Node mixed = tape.constant(GOLDEN.array("image"));
            for (int i = 0; i < 10; i++) {
                mixed = NETWORK.stepUp(tape, mixed, i, TEN, z, frozen(tape));
            }
            assertThat(distance(GOLDEN.array("xT"), mixed)).isLessThan(5e-4);
            Node again = NETWORK.draw(tape, tape.constant(GOLDEN.array("xT")), TEN, z, frozen(tape));
            assertThat(distance(GOLDEN.array("recon"), again)).isLessThan(5e-3);
            INDArray swapped = org.nd4j.linalg.factory.Nd4j.concat(0, row("z_sem", 1), row("z_sem", 0));
            Node other =
                    NETWORK.draw(tape, tape.constant(GOLDEN.array("noise")), TEN, tape.constant(swapped), frozen(tape));
            assertThat(distance(GOLDEN.array("decode_noise_swapped"), other)).isLessThan(5e-3);
        }
    }
}
