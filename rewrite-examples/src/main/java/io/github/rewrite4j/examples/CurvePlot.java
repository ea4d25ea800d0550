package io.github.rewrite4j.examples;

import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.samediff.expansion.ExpansionPoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Lines over numbers, as PNG files. */
public final class CurvePlot {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 460;

    private final XYChart chart;

    private CurvePlot(String title, String across, String up) {
        chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(across)
                .yAxisTitle(up)
                .theme(ChartTheme.Matlab)
                .build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        chart.getStyler().setYAxisMin(0.0);
        chart.getStyler().setDefaultSeriesRenderStyle(XYSeriesRenderStyle.Line);
    }

    /** An empty plot. */
    public static CurvePlot titled(String title, String across, String up) {
        return new CurvePlot(title, across, up);
    }

    /** Losses of every domain and of the replay by step, points without samples left out. */
    public static CurvePlot ofTraining(String title, List<String> domains, List<ExpansionPoint> points) {
        CurvePlot plot = new CurvePlot(title, "step", "mean loss since the point before");
        for (int i = 0; i < domains.size(); i++) {
            int number = i;
            plot.line(
                    domains.get(i),
                    points.stream().map(point -> (double) point.step()).toList(),
                    points.stream().map(point -> point.domains().get(number)).toList());
        }
        return plot.line(
                "replay",
                points.stream().map(point -> (double) point.step()).toList(),
                points.stream().map(ExpansionPoint::replay).toList());
    }

    /** Adds a line; places that are no numbers are left out, and a line without any as well. */
    public CurvePlot line(String name, List<Double> across, List<Double> up) {
        List<Double> x = new ArrayList<>();
        List<Double> y = new ArrayList<>();
        for (int i = 0; i < across.size(); i++) {
            if (Double.isFinite(up.get(i))) {
                x.add(across.get(i));
                y.add(up.get(i));
            }
        }
        if (!x.isEmpty()) {
            chart.addSeries(name, x, y).setMarker(x.size() > 12 ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
        }
        return this;
    }

    /** Writes the plot, if it has a line; the file appears whole or not at all. */
    public void write(Path file) throws IOException {
        if (chart.getSeriesMap().isEmpty()) {
            return;
        }
        byte[] png = BitmapEncoder.getBitmapBytes(chart, BitmapFormat.PNG);
        AtomicFile.write(file, out -> out.write(png));
    }
}
