package io.github.rewrite4j.avatars;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The public types of the published modules, nested ones too, as they lie on the class path. */
final class PublicApi {
    private static final String ROOT = "io/github/rewrite4j";

    private PublicApi() {}

    /** All public types of the module that holds a class; none of rooms called {@code internal}. */
    static List<Class<?>> typesBeside(Class<?> member) {
        try {
            URI place =
                    member.getProtectionDomain().getCodeSource().getLocation().toURI();
            Path file = Path.of(place);
            if (Files.isDirectory(file)) {
                return typesIn(file, member.getClassLoader());
            }
            try (FileSystem jar = FileSystems.newFileSystem(file)) {
                return typesIn(jar.getPath("/"), member.getClassLoader());
            }
        } catch (URISyntaxException | IOException failure) {
            throw new UncheckedIOException(new IOException("Cannot list what lies beside " + member, failure));
        }
    }

    private static List<Class<?>> typesIn(Path root, ClassLoader loader) throws IOException {
        List<String> names;
        try (Stream<Path> files = Files.walk(root.resolve(ROOT))) {
            names = files.map(file -> root.relativize(file).toString().replace('\\', '/'))
                    .filter(name -> name.endsWith(".class") && !name.contains("-info") && !name.contains("/internal/"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .sorted()
                    .toList();
        }
        List<Class<?>> types = new ArrayList<>();
        for (String name : names) {
            try {
                Class<?> type = Class.forName(name, false, loader);
                if (seen(type)) {
                    types.add(type);
                }
            } catch (ClassNotFoundException impossible) {
                throw new IllegalStateException(name, impossible);
            }
        }
        return types;
    }

    private static boolean seen(Class<?> type) {
        for (Class<?> at = type; at != null; at = at.getEnclosingClass()) {
            boolean shown = Modifier.isPublic(at.getModifiers());
            if (!shown || at.isAnonymousClass() || at.isLocalClass()) {
                return false;
            }
        }
        return true;
    }

    /** All public types of several modules. */
    static List<Class<?>> typesBeside(Class<?>... members) {
        return Arrays.stream(members)
                .flatMap(member -> typesBeside(member).stream())
                .toList();
    }
}
