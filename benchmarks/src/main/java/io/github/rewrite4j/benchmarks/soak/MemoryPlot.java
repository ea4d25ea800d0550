package io.github.rewrite4j.benchmarks.soak;

import io.github.rewrite4j.io.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Resident memory over steps, as a table and as a picture. */
final class MemoryPlot {
    private MemoryPlot() {}

    /** Writes {@code name.csv} and {@code name.png}. */
    static void write(Path directory, String name, String title, String step, double... megabytes) throws IOException {
        StringBuilder csv = new StringBuilder(step).append(",resident megabytes\n");
        double[] steps = new double[megabytes.length];
        for (int i = 0; i < megabytes.length; i++) {
            steps[i] = i + 1.0;
            csv.append(String.format(Locale.ROOT, "%d,%.1f%n", i + 1, megabytes[i]));
        }
        AtomicFile.write(
                directory.resolve(name + ".csv"),
                out -> out.write(csv.toString().getBytes(StandardCharsets.UTF_8)));
        XYChart chart = new XYChartBuilder()
                .width(900)
                .height(360)
                .title(title)
                .xAxisTitle(step)
                .yAxisTitle("resident MB")
                .build();
        chart.getStyler().setLegendVisible(false);
        chart.getStyler().setYAxisMin(0.0);
        chart.addSeries("resident", steps, megabytes).setMarker(SeriesMarkers.NONE);
        AtomicFile.write(
                directory.resolve(name + ".png"),
                out -> BitmapEncoder.saveBitmap(chart, out, BitmapEncoder.BitmapFormat.PNG));
    }
}
