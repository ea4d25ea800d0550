package io.github.rewrite4j.avatars;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.dynamic.loading.ClassLoadingStrategy;
import org.jspecify.annotations.Nullable;

/** Something of a type that is not null and promises nothing more: what stands where an argument is not looked at. */
final class Stand {
    private static final InvocationHandler EMPTY = (proxy, method, arguments) -> switch (method.getName()) {
        case "hashCode" -> 0;
        case "equals" -> proxy == arguments[0];
        case "toString" -> "stand";
        default -> zero(method.getReturnType());
    };

    private Stand() {}

    /** An object whose constructor did not run, made as Java's own deserialisation makes them. */
    private static Object unmade(Class<?> type) {
        try {
            Class<?> factory = Class.forName("sun.reflect.ReflectionFactory");
            Object maker = factory.getMethod("getReflectionFactory").invoke(null);
            Constructor<?> bare =
                    (Constructor<?>) factory.getMethod("newConstructorForSerialization", Class.class, Constructor.class)
                            .invoke(maker, type, Object.class.getConstructor());
            return bare.newInstance();
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static Object of(Class<?> type) {
        Object known = known(type);
        if (known != null) {
            return known;
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        if (type.isArray()) {
            return Array.newInstance(type.getComponentType(), 0);
        }
        if (type.isSealed()) {
            return of(type.getPermittedSubclasses()[0]);
        }
        if (type.isInterface()) {
            return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, EMPTY);
        }
        if (Modifier.isAbstract(type.getModifiers())) {
            return unmade(new ByteBuddy()
                    .subclass(type)
                    .make()
                    .load(type.getClassLoader(), ClassLoadingStrategy.Default.WRAPPER)
                    .getLoaded());
        }
        return unmade(type);
    }

    private static @Nullable Object known(Class<?> type) {
        if (type.isPrimitive()) {
            return zero(type);
        }
        if (type == String.class || type == Object.class || type == CharSequence.class) {
            return "stand";
        }
        if (type == List.class || type == Collection.class || type == Iterable.class) {
            return List.of();
        }
        if (type == Map.class) {
            return Map.of();
        }
        if (type == Set.class) {
            return Set.of();
        }
        if (type == Optional.class) {
            return Optional.empty();
        }
        if (type == Path.class) {
            return Path.of("no-such-folder", "no-such-file");
        }
        if (type == InputStream.class) {
            return new ByteArrayInputStream(new byte[0]);
        }
        if (type == OutputStream.class) {
            return new ByteArrayOutputStream();
        }
        if (type == ClassLoader.class) {
            return Stand.class.getClassLoader();
        }
        return type == Class.class ? String.class : type == Number.class ? (Object) 0 : null;
    }

    private static @Nullable Object zero(Class<?> type) {
        return type.isPrimitive() && type != void.class ? Array.get(Array.newInstance(type, 1), 0) : null;
    }
}
