String log = new File(basedir, "build.log").text
assert log.contains("low-rank/levenberg-marquardt of layer5, rank 16")
assert log.contains("new images")
assert new File(basedir, "target/moustache.safetensors").length() > 1000
assert new File(basedir, "target/after.png").length() > 10000

// Two dependencies bring a backend, and each native once.
List<String> natives = new File(basedir, "target/classpath.txt").text.trim().split(File.pathSeparator).findAll { it.endsWith(".jar") }.collectMany { jar ->
    new java.util.zip.ZipFile(jar).withCloseable { zip ->
        zip.entries().findAll { it.name ==~ /.*\.(so|dll|dylib)(\.\d+)*/ }.collect { it.name }
    }
}
assert natives.any { it.contains("nd4j") }
assert natives.countBy { it }.findAll { it.value > 1 }.isEmpty()
