package io.github.rewrite4j.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.io.internal.ByteSource;
import io.github.rewrite4j.io.torch.TorchCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Known ways to make a pickle run something. Each must read as if it had done nothing, and say so. */
class HostilePickleTest {
    @TempDir
    Path folder;

    enum Attack {
        REDUCE_OS_SYSTEM,
        REDUCE_BUILTINS_EVAL,
        INST,
        OBJ,
        NEWOBJ,
        NEWOBJ_EX,
        STACK_GLOBAL,
        STACK_GLOBAL_FROM_MEMO,
        GADGET_GETATTR_CHAIN,
        BUILD_SETSTATE,
        COPYREG_RECONSTRUCTOR,
        APPENDS_ON_A_CALL,
        SETITEMS_ON_A_CALL,
        EXTENSION_REGISTRY,
        PERSISTENT_ID_OF_A_MODULE,
        STORAGE_TYPE_THAT_IS_A_FUNCTION,
        HOOKS_OF_A_TENSOR,
        KEY_THAT_IS_A_CALL,
        ATTRIBUTES_OF_AN_ORDERED_DICT,
        TORCH_LOAD_FROM_BYTES,
        RUN_AFTER_STOP
    }

    @ParameterizedTest
    @EnumSource(Attack.class)
    void nothing_happens_but_a_warning(Attack attack) throws IOException {
        Path marker = folder.resolve("marker");
        PickleBytes pickle = attack(attack, "touch '" + marker + "'");
        for (byte[] file : new byte[][] {pickle.inZip(new byte[4]), pickle.inPlain()}) {
            // In the plain layout the keys of the storages are what follows STOP.
            if (file[0] != 'P' && attack == Attack.RUN_AFTER_STOP) {
                continue;
            }
            try (TorchCheckpoint checkpoint = TorchCheckpoint.open("hostile", ByteSource.ofBytes(file))) {
                Map<?, ?> all = (Map<?, ?>) checkpoint.value();
                assertThat(all.get("good")).isEqualTo(7L);
                assertThat(all.containsKey("evil")).isFalse();
                if (attack != Attack.RUN_AFTER_STOP) {
                    assertThat(checkpoint.warnings()).isNotEmpty();
                }
            }
            assertThat(Files.exists(marker)).isFalse();
        }
    }

    /** {"good": 7, "evil": the attack}. */
    private static PickleBytes attack(Attack attack, String command) {
        PickleBytes p =
                new PickleBytes().op(0x80, 4, '}').text("good").number(7).op('s');
        if (attack == Attack.RUN_AFTER_STOP) {
            return p.op('.').global("os", "system").op('(').text(command).op('t', 'R', '.');
        }
        if (attack == Attack.KEY_THAT_IS_A_CALL) {
            return p.global("os", "system")
                    .op('(')
                    .text(command)
                    .op('t', 'R')
                    .number(1)
                    .op('s', '.');
        }
        p.text("evil");
        switch (attack) {
            case REDUCE_OS_SYSTEM -> call(p.global("posix", "system"), command);
            case REDUCE_BUILTINS_EVAL ->
                call(p.global("builtins", "eval"), "__import__('os').system(\"" + command + "\")");
            case INST -> p.op('(').text(command).ascii("ios\nsystem\n");
            case OBJ -> p.op('(').global("subprocess", "Popen").text(command).op('o');
            case NEWOBJ -> p.global("subprocess", "Popen").text(command).op(0x85, 0x81);
            case NEWOBJ_EX ->
                p.global("subprocess", "Popen")
                        .text(command)
                        .op(0x85, '}')
                        .text("shell")
                        .op(0x88, 's', 0x92);
            case STACK_GLOBAL -> call(p.text("os").text("system").op(0x93), command);
            case STACK_GLOBAL_FROM_MEMO ->
                call(
                        p.text("os")
                                .op('q', 200, '0')
                                .text("system")
                                .op('q', 201, '0')
                                .op('h', 200, 'h', 201, 0x93),
                        command);
            case GADGET_GETATTR_CHAIN -> {
                p.global("builtins", "getattr").op('(');
                call(p.global("builtins", "__import__"), "os");
                call(p.text("system").op('t', 'R'), command);
            }
            case BUILD_SETSTATE -> {
                p.global("builtins", "object").op(')', 0x81, '}').text("__setstate__");
                p.global("os", "system").op('s', 'b').text(command).op('b');
            }
            case COPYREG_RECONSTRUCTOR -> {
                p.global("copyreg", "_reconstructor").op('(').global("evil", "Class");
                p.global("builtins", "object")
                        .op('N', 't', 'R', '}')
                        .text("x")
                        .text(command)
                        .op('s', 'b');
            }
            case APPENDS_ON_A_CALL ->
                call(p, "torch.serialization", "load", command)
                        .op('(')
                        .text(command)
                        .op('e');
            case SETITEMS_ON_A_CALL ->
                call(p, "os", "putenv", command).op('(').text("a").text("b").op('u');
            case EXTENSION_REGISTRY -> call(p.op(0x82, 7), command);
            case PERSISTENT_ID_OF_A_MODULE -> {
                p.op('(')
                        .text("module")
                        .global("os", "system")
                        .text(command)
                        .text(command)
                        .text("");
                p.op('t', 'Q');
            }
            case STORAGE_TYPE_THAT_IS_A_FUNCTION -> {
                p.op('(')
                        .text("storage")
                        .global("os", "system")
                        .text("0")
                        .text("cpu")
                        .number(1);
                p.op('t', 'Q');
            }
            case HOOKS_OF_A_TENSOR -> {
                p.global("torch._tensor", "_rebuild_from_type_v2").op('(').global("os", "system");
                p.global("torch", "Tensor").op('(').text(command).op('t', 'N', 't', 'R');
            }
            case ATTRIBUTES_OF_AN_ORDERED_DICT -> {
                p.op('0').global("collections", "OrderedDict").op(')', 'R', '}').text("__class__");
                p.global("os", "system").op('s', 'b', '0').text("evil");
                call(p.global("os", "system"), command);
            }
            case TORCH_LOAD_FROM_BYTES ->
                p.global("torch.storage", "_load_from_bytes").op('C', 4, 1, 2, 3, 4, 0x85, 'R');
            default -> throw new IllegalArgumentException(attack.name());
        }
        return p.op('s', '.');
    }

    private static PickleBytes call(PickleBytes p, String module, String name, String argument) {
        return call(p.global(module, name), argument);
    }

    private static PickleBytes call(PickleBytes p, String argument) {
        return p.op('(').text(argument).op('t', 'R');
    }
}
