package io.github.rewrite4j.avatars;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.samediff.Backend;
import io.github.rewrite4j.testkit.BackwardProjectorContract;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whoever passes null is told which argument it was, before anything else is looked at. Each argument in turn is null,
 * with something that is not null before it and null behind it.
 */
class NullRefusalTest {
    /** Called from within the library, between arrays that it made itself. */
    private static final List<String> INNER_ROOMS = List.of(
            "io.github.rewrite4j.samediff.engine.",
            "io.github.rewrite4j.samediff.tape.",
            "io.github.rewrite4j.samediff.linalg.");

    @Test
    void namesTheArgumentThatIsNull() {
        List<String> silent = new ArrayList<>();
        for (Class<?> type : PublicApi.typesBeside(
                Generator.class, Backend.class, BundledGenerator.class, BackwardProjectorContract.class)) {
            if (Throwable.class.isAssignableFrom(type) || INNER_ROOMS.stream().anyMatch(type.getName()::startsWith)) {
                continue;
            }
            Map<String, List<String>> names = parameterNames(type);
            for (Constructor<?> made : type.getConstructors()) {
                if (!Modifier.isAbstract(type.getModifiers())) {
                    check(made, names, silent);
                }
            }
            for (Method method : type.getDeclaredMethods()) {
                if (Modifier.isPublic(method.getModifiers())
                        && !Modifier.isAbstract(method.getModifiers())
                        && !method.isSynthetic()
                        && !(method.getName().equals("equals")
                                || (method.getName().equals("valueOf") && type.isEnum()))) {
                    check(method, names, silent);
                }
            }
        }
        assertThat(String.join("\n", silent)).isEmpty();
    }

    private static void check(Executable called, Map<String, List<String>> names, List<String> silent) {
        Class<?>[] types = called.getParameterTypes();
        @Nullable Object[] arguments = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            arguments[i] = types[i].isPrimitive() ? Stand.of(types[i]) : null;
        }
        List<String> parameters = names.get(key(called));
        for (int i = 0; i < types.length; i++) {
            if (!types[i].isPrimitive() && !mayBeNull(called, i)) {
                String name = parameters == null ? "?" : parameters.get(i);
                String answer = answer(called, arguments);
                if (!answer.equals(name) && !answer.contains("because \"" + name + "\" is null")) {
                    silent.add(
                            called.getDeclaringClass().getName() + "." + key(called) + ": " + name + " -> " + answer);
                }
            }
            arguments[i] = Stand.of(types[i]);
        }
    }

    private static boolean mayBeNull(Executable called, int i) {
        AnnotatedType type = called.getAnnotatedParameterTypes()[i];
        return type.isAnnotationPresent(Nullable.class)
                || called.getParameters()[i].isAnnotationPresent(Nullable.class)
                || (type.getType() instanceof TypeVariable<?> variable
                        && variable.getAnnotatedBounds()[0].isAnnotationPresent(Nullable.class));
    }

    private static String answer(Executable called, @Nullable Object[] arguments) {
        try {
            if (called instanceof Constructor<?> made) {
                made.newInstance(arguments.clone());
            } else {
                Method method = (Method) called;
                Class<?> type = method.getDeclaringClass();
                if (Modifier.isStatic(method.getModifiers())) {
                    method.invoke(null, arguments.clone());
                } else if (type.isInterface() && !type.isSealed()) {
                    Object stand = Proxy.newProxyInstance(
                            type.getClassLoader(),
                            new Class<?>[] {type},
                            (proxy, asked, given) -> asked.equals(method)
                                    ? InvocationHandler.invokeDefault(proxy, method, given)
                                    : null);
                    method.invoke(stand, arguments.clone());
                } else {
                    method.invoke(Stand.of(type), arguments.clone());
                }
            }
            return "no refusal";
        } catch (InvocationTargetException refusal) {
            Throwable cause = refusal.getCause();
            return cause instanceof NullPointerException && cause.getMessage() != null
                    ? cause.getMessage()
                    : String.valueOf(cause);
        } catch (ReflectiveOperationException | RuntimeException | Error other) {
            return "cannot be asked: " + other;
        }
    }

    private static String key(Executable called) {
        return called instanceof Constructor<?> made
                ? "<init>" + Type.getConstructorDescriptor(made)
                : called.getName() + Type.getMethodDescriptor((Method) called);
    }

    /** Names of the parameters of a class' members, as its class file tells debuggers. */
    private static Map<String, List<String>> parameterNames(Class<?> type) {
        Map<String, List<String>> found = new HashMap<>();
        String file = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
        try (InputStream bytes = type.getResourceAsStream(file)) {
            new ClassReader(bytes)
                    .accept(
                            new ClassVisitor(Opcodes.ASM9) {
                                @Override
                                public MethodVisitor visitMethod(
                                        int access,
                                        String name,
                                        String descriptor,
                                        @Nullable String signature,
                                        String @Nullable [] thrown) {
                                    Type[] types = Type.getArgumentTypes(descriptor);
                                    Map<Integer, String> slots = new HashMap<>();
                                    return new MethodVisitor(Opcodes.ASM9) {
                                        @Override
                                        public void visitLocalVariable(
                                                String local,
                                                String type,
                                                @Nullable String generic,
                                                Label from,
                                                Label to,
                                                int slot) {
                                            slots.putIfAbsent(slot, local);
                                        }

                                        @Override
                                        public void visitEnd() {
                                            List<String> names = new ArrayList<>();
                                            int slot = (access & Opcodes.ACC_STATIC) == 0 ? 1 : 0;
                                            for (Type argument : types) {
                                                names.add(slots.getOrDefault(slot, "?"));
                                                slot += argument.getSize();
                                            }
                                            found.put(name + descriptor, names);
                                        }
                                    };
                                }
                            },
                            0);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return found;
    }
}
