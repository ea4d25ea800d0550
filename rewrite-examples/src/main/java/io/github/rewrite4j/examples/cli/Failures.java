package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.io.PrintableText;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** What the command line says of a failure: one sentence, fit for a terminal whatever a file has put into it. */
final class Failures {
    private Failures() {}

    static String sentence(Exception failure) {
        return PrintableText.message(text(failure).replaceAll("\\s*\\R\\s*", " "));
    }

    private static String text(Exception failure) {
        if (failure instanceof InvalidPathException wrong) {
            return text(wrong);
        }
        if (failure instanceof FileSystemException wrong && wrong.getFile() != null) {
            return text(wrong);
        }
        String message = String.valueOf(failure.getMessage());
        if (message.equals("Is a directory")) {
            return "A folder was named where a file is needed: look at the names that you gave.";
        }
        boolean foreseen = failure.getMessage() != null
                && (failure instanceof RewriteException
                        || failure instanceof IllegalArgumentException
                        || failure instanceof IOException);
        return foreseen
                ? message
                : "This should not happen (" + failure.getClass().getSimpleName() + ": " + message
                        + "); repeat it with --stacktrace and report it.";
    }

    /** Java's messages for these are no more than the name. */
    private static String text(FileSystemException wrong) {
        String file = "'" + wrong.getFile() + "'";
        if (wrong instanceof NoSuchFileException) {
            return "There is no file " + file + ": check its name and folder.";
        }
        if (wrong instanceof AccessDeniedException) {
            return "Access to " + file + " is denied: allow it, or choose another file.";
        }
        if (wrong instanceof NotDirectoryException) {
            return file + " is no folder, but one is needed: check the name.";
        }
        if (wrong instanceof FileAlreadyExistsException) {
            return file + " exists and is no folder: remove it, or choose another.";
        }
        return file + " cannot be used ("
                + (wrong.getReason() == null ? wrong.getClass().getSimpleName() : wrong.getReason())
                + "): check its name and folder.";
    }

    private static String text(InvalidPathException wrong) {
        String encoding =
                System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name());
        String name = "'" + PrintableText.name(wrong.getInput()) + "'";
        return wrong.getInput().chars().allMatch(c -> c < 128)
                ? name + " cannot be the name of a file here: " + wrong.getReason() + "."
                : "Java cannot name the file " + name + " in this locale, whose file names are in " + encoding
                        + ": set LC_ALL=C.UTF-8 and repeat it.";
    }
}
