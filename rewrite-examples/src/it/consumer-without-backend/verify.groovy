String log = new File(basedir, "build.log").text
assert log.contains("It says: No ND4J backend is on the class path: add org.nd4j:nd4j-native")
assert !log.contains("\tat io.github.rewrite4j")
