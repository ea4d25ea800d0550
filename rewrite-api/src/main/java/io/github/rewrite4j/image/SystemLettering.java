package io.github.rewrite4j.image;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/** Letters drawn by Java2D. */
final class SystemLettering implements Lettering {
    private final Font font;
    private final FontMetrics metrics;

    SystemLettering(Font font) {
        this.font = font;
        Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        try {
            this.metrics = graphics.getFontMetrics(font);
        } finally {
            graphics.dispose();
        }
    }

    /** Whether letters leave any trace and have a width. */
    boolean isLegible() {
        int width = width("Ag");
        if (width < 2 || lineHeight() < 2) {
            return false;
        }
        BufferedImage trial = new BufferedImage(width, lineHeight(), BufferedImage.TYPE_INT_RGB);
        draw(trial, "Ag", 0, 0, 0xFFFFFF);
        for (int y = 0; y < trial.getHeight(); y++) {
            for (int x = 0; x < trial.getWidth(); x++) {
                if ((trial.getRGB(x, y) & 0xFF) > 0x80) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public int lineHeight() {
        return metrics.getHeight();
    }

    @Override
    public int width(String text) {
        return metrics.stringWidth(text);
    }

    @Override
    public void draw(BufferedImage picture, String text, int left, int top, int rgb) {
        Graphics2D graphics = picture.createGraphics();
        try {
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setFont(font);
            graphics.setColor(new Color(rgb));
            graphics.drawString(text, left, top + metrics.getAscent());
        } finally {
            graphics.dispose();
        }
    }
}
