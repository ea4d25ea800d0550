package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.OwnInputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.PatchHistory;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.EditFile;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.Method;
import io.github.rewrite4j.edit.OriginalEditFile;
import io.github.rewrite4j.edit.OriginalSelections;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Selection;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Edits and patches as files that come from elsewhere and go elsewhere: ours and those of the original interface. */
final class Exchange {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,80}");
    private static final int MOST_ENTRIES = 500;
    private static final int MOST_BYTES = 64 << 20;
    private static final String PLAN = "edit.json";

    private final Workshop workshop;

    /** What a file held. */
    record Loaded(Optional<Draft> selections, Optional<Settings> settings, List<RuleEntry> rules) {
        Loaded {
            rules = List.copyOf(rules);
        }
    }

    Exchange(Workshop workshop) {
        this.workshop = workshop;
    }

    /**
     * Reads an edit (JSON of ours or of the original interface, or a zip with one of ours and its masks), a patch, or a history
     * of patches.
     */
    Loaded load(byte[] bytes, String name, Settings now) throws IOException {
        try (Desk desk = Desk.in(workshop.vault().folder())) {
            if (startsWith(bytes, "PK")) {
                unpack(bytes, desk);
                return plan(EditFile.read(desk.file(PLAN)), now);
            }
            int first = 0;
            while (first < bytes.length && first < 64 && (bytes[first] <= ' ' || bytes[first] > '~')) {
                first++;
            }
            if (first < bytes.length && bytes[first] == '{' && !looksLikeTensors(bytes)) {
                return edit(Files.write(desk.file(PLAN), bytes), now);
            }
            return patches(Files.write(desk.file("patch.safetensors"), bytes), name);
        }
    }

    /** safetensors begin with the length of their header, then a brace: the ninth byte. */
    private static boolean looksLikeTensors(byte[] bytes) {
        return bytes.length > 16 && bytes[8] == '{' && bytes[7] == 0 && bytes[6] == 0 && bytes[5] == 0;
    }

    private static boolean startsWith(byte[] bytes, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (i >= bytes.length || bytes[i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private Loaded edit(Path file, Settings now) throws IOException {
        try {
            OriginalSelections original = OriginalEditFile.selections(file);
            List<Selection> pastes = original.paste().map(List::of).orElse(List.of());
            return new Loaded(
                    Optional.of(draft(original.object(), pastes, original.contexts())), Optional.empty(), List.of());
        } catch (IOException notOriginal) {
            return plan(EditFile.read(file), now);
        }
    }

    private Loaded plan(EditPlan plan, Settings now) throws IOException {
        Edit edit = plan.edit();
        Settings settings = plan.method() instanceof Method.LowRank low
                ? new Settings(plan.layer(), low.rank(), low.solver().toString(), low.gamma(), 0)
                : new Settings(plan.layer(), now.rank(), now.solver(), now.gamma(), 0);
        workshop.generator().memory(plan.layer());
        return new Loaded(
                Optional.of(draft(Optional.of(edit.object()), edit.pastes(), edit.contexts())),
                Optional.of(settings),
                List.of());
    }

    /** Selections as marks of a draft without rules. */
    Draft draft(Optional<Selection> object, List<Selection> pastes, List<Selection> contexts) throws IOException {
        Optional<Mark> copied = object.isPresent() ? Optional.of(mark(object.get())) : Optional.empty();
        return new Draft("load", copied, marks(pastes), marks(contexts), List.of());
    }

    private List<Mark> marks(List<Selection> selections) throws IOException {
        List<Mark> marks = new ArrayList<>();
        for (Selection selection : selections) {
            marks.add(mark(selection));
        }
        return marks;
    }

    private Mark mark(Selection selection) throws IOException {
        Subject subject = selection.subject();
        String key = subject instanceof Sample sample
                ? Subjects.key(sample)
                : workshop.subjects().keep((OwnInputs) subject);
        workshop.requireDrawable(key);
        return new Mark(key, workshop.keep(selection.region()));
    }

    private Loaded patches(Path file, String name) throws IOException {
        List<RuleEntry> rules = new ArrayList<>();
        String called = name.replaceFirst("\\.[A-Za-z]+$", "");
        try {
            PatchHistory history = PatchHistory.load(file);
            for (PatchHistory.Entry entry : history.entries()) {
                rules.add(rule(entry.name(), entry.patch(), entry.strength()));
            }
        } catch (IOException onePatch) {
            rules.add(rule(called, Patch.load(file), 1));
        }
        return new Loaded(Optional.empty(), Optional.empty(), rules);
    }

    private RuleEntry rule(String name, Patch patch, double strength) throws IOException {
        String shown = name.isBlank() ? "Loaded patch" : name.substring(0, Math.min(80, name.length()));
        return new RuleEntry(
                UUID.randomUUID().toString().substring(0, 8),
                shown,
                "loaded",
                workshop.keep(patch),
                strength,
                "",
                Double.NaN,
                Double.NaN);
    }

    /** The names of a zip are looked at, never followed: all files lie flat on the desk. */
    private static void unpack(byte[] bytes, Desk desk) throws IOException {
        int left = MOST_BYTES;
        int entries = 0;
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.isDirectory()) {
                    continue;
                }
                if (++entries > MOST_ENTRIES || !NAME.matcher(entry.getName()).matches()) {
                    throw new IOException("The zip is not one that the studio saved: it holds '"
                            + entry.getName().replaceAll("[^ -~]", "?") + "'.");
                }
                byte[] content = zip.readNBytes(left + 1);
                left -= content.length;
                if (left < 0) {
                    throw new IOException(
                            "The zip holds more than " + (MOST_BYTES >> 20) + " MB: it is no saved edit.");
                }
                Files.write(desk.file(entry.getName()), content);
            }
        }
        if (!Files.exists(desk.file(PLAN))) {
            throw new IOException("The zip holds no edit.json: choose one that the studio saved.");
        }
    }

    /** The edit of a draft as a zip of {@code edit.json}, as the command line reads it, and its masks. */
    byte[] save(Draft draft, Settings settings, String layer) throws IOException {
        try (Desk desk = Desk.in(workshop.vault().folder())) {
            Edit marked = workshop.edit(draft);
            Edit edit = new Edit(
                    filed(marked.object(), desk), filed(marked.pastes(), desk), filed(marked.contexts(), desk));
            EditPlan plan = EditPlan.of(edit, layer, settings.rank()).by(settings.method());
            EditFile.write(desk.file(PLAN), plan);
            return zipped(desk);
        }
    }

    private static byte[] zipped(Desk desk) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes);
                Stream<Path> files = Files.list(desk.folder())) {
            for (Path file : files.sorted().toList()) {
                zip.putNextEntry(new ZipEntry(String.valueOf(file.getFileName())));
                zip.write(Files.readAllBytes(file));
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    private List<Selection> filed(List<Selection> selections, Desk desk) throws IOException {
        List<Selection> filed = new ArrayList<>();
        for (Selection selection : selections) {
            filed.add(filed(selection, desk));
        }
        return filed;
    }

    /** The same selection with its mask, and inputs of the user's own, in files on the desk. */
    private Selection filed(Selection selection, Desk desk) throws IOException {
        String mask = workshop.keep(selection.region());
        Path file = desk.file(mask.replaceFirst("^[0-9]", "m"));
        Files.write(file, workshop.vault().get(mask));
        Subject subject = selection.subject();
        if (subject instanceof OwnInputs own) {
            Path inputs = desk.file("inputs-" + own.fingerprint().substring(0, 12) + ".safetensors");
            own.save(inputs);
            subject = OwnInputs.read(inputs);
        }
        return new Selection(subject, Region.png(file));
    }

    /** The edit of a draft as the original interface reads it: one paste. */
    byte[] saveOriginal(Draft draft) throws IOException {
        Edit edit = workshop.edit(draft);
        Edit one = new Edit(edit.object(), edit.pastes().subList(0, 1), edit.contexts());
        try (Desk desk = Desk.in(workshop.vault().folder())) {
            Path file = desk.file(PLAN);
            OriginalEditFile.write(
                    file,
                    one,
                    workshop.generator().spec().imageHeight(),
                    workshop.generator().spec().imageWidth());
            return Files.readAllBytes(file);
        }
    }

    /** All rules as one file: patches, names, strengths. */
    byte[] saveRules(List<RuleEntry> rules) throws IOException {
        if (rules.isEmpty()) {
            throw new IllegalArgumentException("There are no rules to save yet.");
        }
        PatchHistory history = PatchHistory.empty();
        for (RuleEntry rule : rules) {
            AppliedPatch applied = new AppliedPatch(workshop.patch(rule.patch()), rule.strength());
            history = history.add(rule.name(), applied.patch(), applied.strength());
        }
        try (Desk desk = Desk.in(workshop.vault().folder())) {
            Path file = desk.file("rules.safetensors");
            history.save(file);
            return Files.readAllBytes(file);
        }
    }
}
