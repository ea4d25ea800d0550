package io.github.rewrite4j.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class FingerprintTest {
    private static final INDArray A = HandMade.counting(3, 4);
    private static final INDArray B = Nd4j.createFromArray(1.5, 2.5);

    private static Fingerprint of(INDArray a) {
        return Fingerprint.builder("net").add("a", a).build();
    }

    @Test
    void isTheDocumentedHash() throws Exception {
        ByteBuffer tensor = ByteBuffer.allocate(4 + 1 + 4 + 3 + 4 + 8 + 8);
        tensor.putInt(1).put((byte) 'a').putInt(3).put(new byte[] {'F', '3', '2'});
        tensor.putInt(1)
                .putLong(2)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(1.5f)
                .putFloat(-2f);
        byte[] version = "rewrite4j fingerprint 1".getBytes(UTF_8);
        ByteBuffer all = ByteBuffer.allocate(4 + version.length + 4 + 3 + 32);
        all.putInt(version.length).put(version).putInt(3).put(new byte[] {'n', 'e', 't'});
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        all.put(sha.digest(tensor.array()));
        assertThat(Fingerprint.builder("net")
                        .add("a", new float[] {1.5f, -2f}, 2)
                        .build()
                        .hex())
                .isEqualTo(HexFormat.of().formatHex(sha.digest(all.array())));
    }

    @Test
    void doesNotDependOnOrderOrLayout() {
        Map<String, INDArray> forward = new LinkedHashMap<>();
        forward.put("a", A);
        forward.put("b", B);
        Map<String, INDArray> backward = new LinkedHashMap<>();
        backward.put("b", B.dup());
        backward.put("a", A.dup('f'));
        Fingerprint fingerprint = Fingerprint.of(forward, "net");
        assertThat(fingerprint).isEqualTo(Fingerprint.of(backward, "net"));
        assertThat(Fingerprints.of(new TreeMap<>(forward), "net"))
                .isEqualTo(fingerprint.hex())
                .hasSize(64);
        assertThat(of(A.transpose().dup('c').transpose())).isEqualTo(of(A));
    }

    @Test
    void javaArraysAndTensorsOfTheSameContentAgree() {
        Fingerprint plain = Fingerprint.builder("net")
                .add("a", A.reshape(12).toFloatVector(), 3, 4)
                .add("b", B.toDoubleVector(), 2)
                .build();
        assertThat(plain).isEqualTo(Fingerprint.of(Map.of("a", A, "b", B), "net"));
    }

    @Test
    void dependsOnEverythingElse() {
        INDArray nudged = A.dup();
        nudged.putScalar(2, 3, Math.nextUp(11.25f));
        assertThat(List.of(
                        of(A),
                        of(nudged),
                        of(A.neg()),
                        of(A.reshape(4, 3)),
                        of(A.reshape(12)),
                        of(A.castTo(DataType.DOUBLE)),
                        Fingerprint.builder("other").add("a", A).build(),
                        Fingerprint.builder("net").add("b", A).build(),
                        Fingerprint.builder("net").add("a", A).add("b", B).build(),
                        Fingerprint.builder("net").build()))
                .doesNotHaveDuplicates();
    }

    @Test
    void aNameCanBeAddedOnce() {
        Fingerprint.Builder builder = Fingerprint.builder("net").add("a", A);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.add("a", A))
                .withMessageContaining("'a' was added before");
    }

    @Test
    void digitsAreChecked() {
        String hex = of(A).hex();
        assertThat(new Fingerprint(hex)).isEqualTo(of(A)).hasToString(hex);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Fingerprint(hex.substring(1)))
                .withMessageContaining("has 64 digits of 0-9a-f");
        assertThatIllegalArgumentException().isThrownBy(() -> new Fingerprint(hex.replace(hex.charAt(0), 'G')));
    }
}
