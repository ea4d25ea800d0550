package io.github.rewrite4j.image;

import java.awt.image.BufferedImage;
import java.util.List;

/** Where the parts of a contact sheet go. */
record SheetLayout(
        List<Row> rows, List<String> columns, Lettering small, Lettering large, int scale, int margin, int labelWidth) {
    private static final int GAP = 4;
    private static final int LEAST_TEXT_WIDTH = 240;
    private static final int PAPER = 0xFFFFFF;
    private static final int INK = 0x202124;

    /** Pictures with a label; at least one picture. */
    record Row(String label, List<BufferedImage> pictures) {
        Row {
            pictures = List.copyOf(pictures);
            if (pictures.isEmpty()) {
                throw new IllegalArgumentException("The row \"" + label + "\" has no pictures: give at least one.");
            }
        }

        int height() {
            return pictures.stream().mapToInt(BufferedImage::getHeight).max().orElse(0);
        }

        int width() {
            return pictures.stream().mapToInt(BufferedImage::getWidth).max().orElse(0);
        }
    }

    static int largestSide(List<Row> rows) {
        return rows.stream()
                .mapToInt(row -> Math.max(row.height(), row.width()))
                .max()
                .orElse(0);
    }

    BufferedImage draw(String title, String footer) {
        long longest =
                rows.stream().mapToInt(row -> row.pictures().size()).max().orElse(0);
        long cell = (long) rows.stream().mapToInt(Row::width).max().orElse(0) * scale;
        long inner = Math.max(labelWidth + longest * (cell + GAP), LEAST_TEXT_WIDTH);
        Drawing.requireSize(inner + 2L * margin, 1);
        List<String> titleLines = large.wrap(title, (int) inner);
        List<String> footerLines = small.wrap(footer, (int) inner);
        List<List<String>> heads =
                columns.stream().map(label -> small.wrap(label, (int) cell)).toList();
        int headLines = heads.stream().mapToInt(List::size).max().orElse(0);
        long height = 2L * margin
                + block(titleLines.size(), large)
                + block(headLines, small)
                + rows.stream().mapToLong(row -> rowHeight(row) + GAP).sum()
                + block(footerLines.size(), small);
        Drawing.requireSize(inner + 2L * margin, height);

        BufferedImage sheet = new BufferedImage((int) inner + 2 * margin, (int) height, BufferedImage.TYPE_INT_RGB);
        Drawing.fill(sheet, 0, 0, sheet.getWidth(), sheet.getHeight(), PAPER);
        int top = margin;
        write(sheet, large, titleLines, margin, top);
        top += block(titleLines.size(), large);
        for (int i = 0; i < heads.size(); i++) {
            // Labels stand on their pictures: shorter ones begin lower.
            int drop = (headLines - heads.get(i).size()) * small.lineHeight();
            write(sheet, small, heads.get(i), left(i, (int) cell), top + drop);
        }
        top += block(headLines, small);
        for (Row row : rows) {
            write(sheet, small, label(row), margin, top);
            for (int i = 0; i < row.pictures().size(); i++) {
                Drawing.paste(row.pictures().get(i), sheet, left(i, (int) cell), top, scale(row));
            }
            top += (int) rowHeight(row) + GAP;
        }
        write(sheet, small, footerLines, margin, top + GAP);
        return sheet;
    }

    private int left(int column, int cell) {
        return margin + labelWidth + column * (cell + GAP);
    }

    private List<String> label(Row row) {
        return small.wrap(row.label(), labelWidth - 2 * GAP);
    }

    /**
     * Pictures smaller than those of other rows, such as maps of keys, are enlarged by a whole factor to their size.
     */
    private int scale(Row row) {
        int widest = rows.stream().mapToInt(Row::width).max().orElse(1);
        int highest = rows.stream().mapToInt(Row::height).max().orElse(1);
        return scale * Math.min(widest / row.width(), highest / row.height());
    }

    private long rowHeight(Row row) {
        return Math.max((long) row.height() * scale(row), (long) label(row).size() * small.lineHeight());
    }

    private static int block(int lines, Lettering lettering) {
        return lines == 0 ? 0 : lines * lettering.lineHeight() + GAP;
    }

    private static void write(BufferedImage sheet, Lettering lettering, List<String> lines, int left, int top) {
        for (int i = 0; i < lines.size(); i++) {
            lettering.draw(sheet, lines.get(i), left, top + i * lettering.lineHeight(), INK);
        }
    }
}
